/**
 * What all pages have in common: the document around them, the way up, and the fields they are sent with.
 */
import type { FieldLine } from "../http/message.ts";
import { type Html, displayName, html } from "./html.ts";
import { albumPath } from "./links.ts";
import { OWN_FILES } from "./own-files.ts";
import { Representation, digestOf } from "./representation.ts";
import { type StorageKey, nameOf, parentKey } from "./storage.ts";

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

/** Pages as they are sent. One that is made anew, and is the same as before, need not be coded again. */
export class FinishedPages {
  readonly #maxPages: number;
  readonly #pages = new Map<string, Representation>();

  constructor(maxPages: number) {
    this.#maxPages = maxPages;
  }

  finish(bytes: Buffer): Representation {
    const digest = digestOf(bytes);
    const page = this.#pages.get(digest) ?? new Representation(bytes, digest, PAGE_FIELDS, "no-cache");
    this.#pages.delete(digest);
    this.#pages.set(digest, page); // last in line to be forgotten
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= this.#maxPages) break;
      this.#pages.delete(oldest);
    }
    return page;
  }
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
  return displayName(nameOf(folder) || rootTitle);
}
