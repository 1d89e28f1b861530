/**
 * pct-encoded = "%" HEXDIG HEXDIG (RFC 3986 §2.1), undone once and only once.
 */
import { hexDigitValue } from "./grammar.ts";
import { PERCENT } from "./octets.ts";
import { textFromUtf8, utf8FromText } from "./utf8.ts";

/** Left as they are in a path segment: unreserved (RFC 3986 §2.3) and what no browser or shell misreads. */
const PLAIN = /^[A-Za-z0-9\-._~!$()*+,=:@]$/;

const encodedOctets = Array.from({ length: 256 }, (_, octet) => {
  const character = String.fromCharCode(octet);
  return PLAIN.test(character) ? character : `%${octet.toString(16).toUpperCase().padStart(2, "0")}`;
});

/**
 * Where the first "%" stands that two hexadecimal digits do not follow, or whose octet is NUL (no name holds one,
 * and what ends a string in C has opened the wrong file before); -1 if all are well.
 */
export function findBadPercentEncoding(text: string): number {
  for (let at = text.indexOf("%"); at !== -1; at = text.indexOf("%", at + 3)) {
    const high = hexDigitValue(text.charCodeAt(at + 1));
    const low = hexDigitValue(text.charCodeAt(at + 2));
    if (high === -1 || low === -1 || high + low === 0) return at;
  }
  return -1;
}

/** One path segment, without bad percent-encoding, as the name it stands for (see utf8.ts). */
export function decodeSegment(segment: string): string {
  if (!segment.includes("%")) return segment;
  const octets = new Uint8Array(segment.length);
  let length = 0;
  for (let i = 0; i < segment.length; i++) {
    let octet = segment.charCodeAt(i);
    if (octet === PERCENT) {
      octet = hexDigitValue(segment.charCodeAt(i + 1)) * 16 + hexDigitValue(segment.charCodeAt(i + 2));
      i += 2;
    }
    octets[length++] = octet;
  }
  return textFromUtf8(octets.subarray(0, length));
}

/** A name as one path segment: `decodeSegment` of it is the name again. */
export function encodeSegment(name: string): string {
  let segment = "";
  for (const octet of utf8FromText(name)) segment += encodedOctets[octet] ?? "";
  return segment;
}
