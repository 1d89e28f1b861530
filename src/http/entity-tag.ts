/**
 * Entity tags (RFC 9110 §8.8.3): entity-tag = [ "W/" ] DQUOTE *etagc DQUOTE.
 *
 * Kept as the text that stands in the field, quotes and all. Ours are always strong: they name octets.
 */

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
