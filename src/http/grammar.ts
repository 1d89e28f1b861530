/**
 * Character classes, each under its ABNF (RFC 5234 appendix B.1, RFC 9110 §5.5 and §5.6.2, RFC 3986 §2).
 *
 * A class is a table of 256 entries: one look per octet, no regular expression over what came from the network.
 */
import { DEL, HTAB, SP } from "./octets.ts";

const DIGITS = "0123456789";
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

function classOf(contains: (octet: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, octet) => (contains(octet) ? 1 : 0));
}

function anyOf(characters: string): Uint8Array {
  return classOf((octet) => characters.includes(String.fromCharCode(octet)));
}

const tchar = anyOf("!#$%&'*+-.^_`|~" + DIGITS + LETTERS);
const fieldContent = classOf((octet) => octet === HTAB || (octet >= SP && octet !== DEL));
const targetCharacter = classOf((octet) => octet > SP && octet < DEL);
const regNameCharacter = anyOf("-._~!$&'()*+,;=" + DIGITS + LETTERS);

/** tchar = "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "." / "^" / "_" / "`" / "|" / "~" / DIGIT / ALPHA */
export function isTchar(octet: number): boolean {
  return tchar[octet] === 1;
}

/** field-vchar / SP / HTAB, where field-vchar = VCHAR / obs-text; obs-text = %x80-FF */
export function isFieldContent(octet: number): boolean {
  return fieldContent[octet] === 1;
}

/** What we take inside a request-target: every visible US-ASCII octet, more than RFC 3986 allows ("<>^{} …). */
export function isTargetCharacter(octet: number): boolean {
  return targetCharacter[octet] === 1;
}

/** unreserved / sub-delims: what a reg-name may hold besides pct-encoded (RFC 3986 §3.2.2) */
export function isRegNameCharacter(octet: number): boolean {
  return regNameCharacter[octet] === 1;
}

/** OWS = *( SP / HTAB ) (RFC 9110 §5.6.3): these two and no other, so no String.trim(), which also strips VT, FF and NBSP. */
export function isWhitespace(octet: number): boolean {
  return octet === SP || octet === HTAB;
}

/** DIGIT = %x30-39 */
export function isDigit(octet: number): boolean {
  return octet >= 0x30 && octet <= 0x39;
}

/** HEXDIG = DIGIT / "A" / "B" / "C" / "D" / "E" / "F", in either case; -1 for any other octet */
export function hexDigitValue(octet: number): number {
  if (isDigit(octet)) return octet - 0x30;
  if (octet >= 0x41 && octet <= 0x46) return octet - 0x37;
  if (octet >= 0x61 && octet <= 0x66) return octet - 0x57;
  return -1;
}

/** token = 1*tchar (RFC 9110 §5.6.2), as text */
export function isToken(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isTchar(text.charCodeAt(i))) return false;
  return text !== "";
}

/** OWS removed at both ends, and nothing else. */
export function withoutWhitespace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isWhitespace(text.charCodeAt(start))) start++;
  while (end > start && isWhitespace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/**
 * The elements of a comma-separated list (RFC 9110 §5.6.1), without whitespace around them and without the empty
 * ones a recipient must ignore. Commas inside a quoted-string do not separate.
 */
export function listElements(text: string): string[] {
  const elements: string[] = [];
  let start = 0;
  let quoted = false;
  const endElement = (end: number): void => {
    const element = withoutWhitespace(text.slice(start, end));
    if (element !== "") elements.push(element);
    start = end + 1;
  };
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '"') quoted = !quoted;
    else if (character === "\\" && quoted) i++;
    else if (character === "," && !quoted) endElement(i);
  }
  endElement(text.length); // also where a quoted-string was never closed: nothing is lost
  return elements;
}
