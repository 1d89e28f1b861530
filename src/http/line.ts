/**
 * Where a line ends: at CRLF, and nowhere else.
 *
 * RFC 9112 §2.2 lets a recipient take a bare LF as well. We do not: two parsers that disagree about where a line
 * ends are how requests are smuggled, and one rule is easier to teach.
 */
import { ParseError } from "./errors.ts";
import { CR, LF } from "./octets.ts";

/**
 * @param start of the line in `bytes`; offsets of errors are counted as indexes in `bytes` plus `offset`
 * @param searchedTo no LF stands between `start` and here: it was looked for when fewer octets had arrived
 * @returns the index of the CR that ends the line, or undefined if its LF has not arrived
 * @throws ParseError 400 for a CR without LF (§2.2 forbids to pass it on), or an LF without CR
 */
export function findLineEnd(
  bytes: Uint8Array,
  start: number,
  searchedTo: number,
  offset: number,
): number | undefined {
  const lf = bytes.indexOf(LF, searchedTo);
  if (lf === -1) return undefined;
  const cr = bytes.indexOf(CR, start);
  if (cr === lf - 1 && cr >= start) return cr;
  if (cr !== -1 && cr < lf) throw new ParseError(400, offset + cr, "A CR must be followed by LF.");
  throw new ParseError(400, offset + lf, "A line ends with CR and LF, not with LF alone.");
}
