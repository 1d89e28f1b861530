/**
 * What cannot be answered → a response that says so (RFC 9110 §15.5): a page for people, a tile in the place of a picture,
 * one line of text for programs, told apart by Accept (§12.5.1).
 */
import { acceptsByName } from "../http/content-negotiation.ts";
import { type HttpError, ParseError } from "../http/errors.ts";
import type { FieldLine, Request, Response } from "../http/message.ts";
import { reasonPhrase } from "../http/status.ts";
import { type Html, displayName, html } from "./html.ts";
import { PAGE_FIELDS, formatPage } from "./page.ts";
import { NOSNIFF } from "./responses.ts";

/** Whom it is for is told by Accept, and a cache may keep most of them (RFC 9110 §12.5.5). */
const VARY: FieldLine = ["Vary", "Accept"];

/** @param request undefined if none could be read */
export function errorResponse(error: HttpError, request: Request | undefined): Response {
  const { status, reason } = error;
  const title = `${status} ${reasonPhrase(status)}`;
  // who writes a client learns which octet it was, and where to read on
  const rule = error instanceof ParseError ? `Octet ${error.offset}; see ${error.rule}.\n` : "";
  const accept = request?.fields.get("accept");
  if (acceptsByName(accept, "text/html"))
    return noticePage(
      error,
      title,
      html`<p>${reason}</p>
<p><a class="button" href="/">All photos</a></p>`,
    );
  if (acceptsByName(accept, SVG)) {
    const fields: FieldLine[] = [["Content-Type", SVG], VARY, ...error.fields, NOSNIFF];
    return { status, fields, content: { kind: "bytes", bytes: TILE } };
  }
  return {
    status,
    fields: [["Content-Type", "text/plain; charset=utf-8"], VARY, ...error.fields, NOSNIFF],
    content: { kind: "bytes", bytes: Buffer.from(`${title}\n${reason}\n${rule}`) },
  };
}

/** The root without a picture: most likely somebody's first try, so it says what would be shown. */
export function emptyRootPage(rootTitle: string, extensions: readonly string[]): Response {
  const list = extensions.map((extension, i) => html`${i > 0 ? ", " : ""}<code>.${extension}</code>`);
  const text = html`<p>There is no picture in the folder <code>${displayName(rootTitle)}</code>, nor in any folder below it.</p>
<p>Pictures are files that end in ${list}. Put some there, and they appear here by themselves.</p>`;
  return noticePage({ status: 403, fields: [] }, "No photos yet", text);
}

function noticePage(error: Pick<HttpError, "status" | "fields">, title: string, text: Html): Response {
  const body = html`<main id="content" class="notice"><h1>${title}</h1>
${text}</main>`;
  return {
    status: error.status,
    fields: [...PAGE_FIELDS, VARY, ...error.fields, NOSNIFF],
    content: { kind: "bytes", bytes: formatPage(title, body) },
  };
}

/** For a page a browser accepts HTML, for a picture on it every kind of picture that it can show. */
const SVG = "image/svg+xml";

const TILE = Buffer.from(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 200" width="300" height="200"><g fill="none" stroke="#757a80" stroke-width="3"><rect x="120" y="76" width="60" height="46" rx="5"/><path d="m122 118 18-20 12 13 9-8 17 16M116 128 186 70"/></g><text x="150" y="152" font-family="sans-serif" font-size="12" fill="#757a80" text-anchor="middle">This picture cannot be shown.</text></svg>`,
);

/**
 * 415 whose content is itself a picture: browsers show it in the place of the one that cannot be decoded, so a page
 * needs no script to stay calm.
 */
export function unreadableTile(): Response {
  return {
    status: 415,
    fields: [["Content-Type", SVG], ["Cache-Control", "no-cache"], NOSNIFF],
    content: { kind: "bytes", bytes: TILE },
  };
}
