/**
 * Where a line ends: at CRLF, and nowhere else.
 *
 * RFC 9112 §2.2 lets a recipient take a bare LF as well. We do not: two parsers that disagree about where a line
 * ends are how requests are smuggled, and one rule is easier to teach.
 */
import { ParseError } from "./errors.ts";
import { CR, LF } from "./octets.ts";

/**
 * The index of the LF that ends a line, or -1 if it has not arrived.
 *
 * @param searchedTo no LF stands before here: it was looked for when fewer octets had arrived
 */
export function findLf(bytes: Uint8Array, searchedTo: number): number {
  return bytes.indexOf(LF, searchedTo);
}

/** The index behind the last octet of a line, if it is a good one: of its first CR, or else of its LF. */
export function lineEnd(bytes: Uint8Array, start: number, lf: number): number {
  const cr = bytes.indexOf(CR, start);
  return cr !== -1 && cr < lf ? cr : lf;
}

/**
 * To be called when the octets before `end` were found well: of two faults the first is told.
 *
 * @param end as `lineEnd` returned it
 * @param lf the index of the LF that ends the line
 * @param offset of both in the message, for errors
 * @throws ParseError 400 for a CR without LF (§2.2 forbids to pass it on), or an LF without CR
 */
export function checkLineEnd(end: number, lf: number, offset: number): void {
  if (end === lf) {
    throw new ParseError(400, offset + lf, "A line ends with CR and LF, not with LF alone.", "RFC 9112 §2.2");
  }
  if (end !== lf - 1) {
    throw new ParseError(400, offset + end, "A CR must be followed by LF.", "RFC 9112 §2.2");
  }
}
