/**
 * Entity tags (RFC 9110 §8.8.3): entity-tag = [ "W/" ] DQUOTE *etagc DQUOTE.
 *
 * Kept as the text that stands in the field, quotes and all. Ours are always strong: they name octets.
 */

/** One element of #entity-tag and the commas before it; sticky, so nothing is looked for behind what is no tag. */
const LISTED_TAG = /[ \t,]*((?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")[ \t]*(?=,|$)/gy;

/**
 * The tags of an If-Match or If-None-Match that lists them, up to what is none. A comma or a backslash in a tag is a
 * character like any other: it is no quoted-string (§8.8.3).
 */
export function entityTagsOf(value: string): string[] {
  return Array.from(value.matchAll(LISTED_TAG), ([, tag = ""]) => tag);
}

/** Strong comparison (§8.8.3.2): the same, and neither weak. */
export function stronglyMatches(a: string, b: string): boolean {
  return a === b && !a.startsWith("W/");
}

/** Weak comparison: the same opaque-tag, weak or not. */
export function weaklyMatches(a: string, b: string): boolean {
  return opaqueTag(a) === opaqueTag(b);
}

function opaqueTag(entityTag: string): string {
  return entityTag.startsWith("W/") ? entityTag.slice(2) : entityTag;
}
