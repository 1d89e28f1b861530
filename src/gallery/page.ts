/**
 * What all pages have in common: the document around them, the way up, and the fields they are sent with.
 */
import { createHash } from "node:crypto";
import type { FieldLine, Request, Response } from "../http/message.ts";
import { makeReady } from "../http/response-head.ts";
import { type Html, displayName, html } from "./html.ts";
import { albumPath } from "./links.ts";
import { OWN_FILES } from "./own-files.ts";
import { NOSNIFF, preconditionResponse } from "./responses.ts";
import { type StorageKey, nameOf, parentKey } from "./storage.ts";

/** A finished page, made once and sent to many: to those who have it already without its content. */
export type Page = { readonly entityTag: string; readonly response: Response };

/** Nothing from elsewhere, no script at all; style attributes carry the shape of each photo. */
const PAGE_POLICY =
  "default-src 'none'; img-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export const PAGE_FIELDS: readonly FieldLine[] = [
  ["Content-Type", "text/html; charset=utf-8"],
  ["Content-Security-Policy", PAGE_POLICY],
  ["Referrer-Policy", "same-origin"],
];

export function formatPage(title: string, body: Html): Buffer {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="${OWN_FILES.stylesheet.path}">
<link rel="icon" href="${OWN_FILES.icon.path}">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
${body}
</body>
</html>
`;
  return Buffer.from(page.text);
}

export function finishPage(bytes: Buffer): Page {
  const digest = createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
  const entityTag = `"${digest}"`;
  const fields = makeReady([...PAGE_FIELDS, ...cacheFields(entityTag), NOSNIFF]);
  return { entityTag, response: { status: 200, fields, content: { kind: "bytes", bytes } } };
}

/** To be kept, and asked for each time whether it is still this one. */
function cacheFields(entityTag: string): FieldLine[] {
  return [
    ["ETag", entityTag],
    ["Cache-Control", "no-cache"],
  ];
}

/** 200, or 304 for who has this very page. */
export function pageResponse(request: Request, { entityTag, response }: Page, nowMs: number): Response {
  const validators = { entityTag, lastModifiedMs: undefined };
  return preconditionResponse(request, validators, cacheFields(entityTag), nowMs) ?? response;
}

/** From the root down to, and without, `key` itself. */
export function breadcrumbs(key: StorageKey, rootTitle: string): Html {
  const above: StorageKey[] = [];
  for (let up = parentKey(key); up !== undefined; up = parentKey(up)) above.unshift(up);
  if (above.length === 0) return html``;
  const items = above.map(
    (folder) => html`<li><a href="${albumPath(folder)}"><bdi>${titleOf(folder, rootTitle)}</bdi></a></li>`,
  );
  return html`<nav aria-label="Breadcrumbs"><ol class="crumbs">${items}</ol></nav>`;
}

/** What an album is called: its folder's name; the root has a title of its own. */
export function titleOf(folder: StorageKey, rootTitle: string): string {
  return displayName(nameOf(folder)) || rootTitle;
}
