/**
 * The server's own files, below `/-/`. Their URLs name their content, so they may be kept for ever.
 */
import { Representation, digestOf } from "./representation.ts";
import { RESERVED_NAME } from "./routes.ts";
import { notFound } from "./storage.ts";
import { STYLESHEET } from "./stylesheet.ts";

export const FOREVER = "public, max-age=31536000, immutable";

type OwnFile = { readonly path: string; readonly representation: Representation };

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#2f6f8f"/><circle cx="22" cy="10" r="3.5" fill="#ffe3a3"/><path d="M4 26 12.5 13l6 8 3-4L28 26z" fill="#fff"/></svg>`;

export const OWN_FILES = {
  stylesheet: ownFile("app", "css", "text/css; charset=utf-8", STYLESHEET),
  icon: ownFile("icon", "svg", "image/svg+xml", ICON),
};

function ownFile(name: string, extension: string, mediaType: string, text: string): OwnFile {
  const bytes = Buffer.from(text);
  const digest = digestOf(bytes);
  return {
    path: `/${RESERVED_NAME}/${name}.${digest}.${extension}`,
    representation: new Representation(bytes, digest, [["Content-Type", mediaType]], FOREVER),
  };
}

/** @throws HttpError 404 for a path that is none of theirs */
export function findOwnFile(path: string): OwnFile {
  const file = Object.values(OWN_FILES).find((own) => own.path === path);
  if (file === undefined) throw notFound();
  return file;
}
