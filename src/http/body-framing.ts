/**
 * How the message body is delimited (RFC 9112 §6.3), decided here and nowhere else.
 *
 * Two parsers that disagree about where a body ends take the rest of it for a request: that is request smuggling.
 * So whatever can be read in two ways is refused.
 */
import { ParseError } from "./errors.ts";
import type { Fields, FieldValue } from "./field-section.ts";
import { isDigit, isToken, listElements, withoutWhitespace } from "./grammar.ts";
import type { HttpVersion } from "./message.ts";

export type BodyFraming =
  | { readonly kind: "none" }
  | { readonly kind: "content-length"; readonly lengthBytes: number }
  | { readonly kind: "chunked" };

const NONE: BodyFraming = { kind: "none" };

/** Below 2^53, so that every length is exact. */
const MAX_DIGITS = 15;

/**
 * @throws ParseError 400 if Transfer-Encoding and Content-Length are both present. §6.1 lets a server go on with the
 *   former; we refuse, since whoever stands before us may pick the latter.
 * @throws ParseError 400 for Transfer-Encoding in HTTP/1.0 (§6.1 calls its framing faulty), for a list of lengths even
 *   if all are the same (§6.3 rule 5 lets us take it), for what is no length, and where chunked is not the last coding
 * @throws ParseError 501 for a transfer coding before `chunked` (§6.1)
 */
export function bodyFraming(version: HttpVersion, fields: Fields): BodyFraming {
  if (!fields.has("transfer-encoding") && !fields.has("content-length")) return NONE; // nearly always
  const codings = fields.all("transfer-encoding");
  const lengths = fields.all("content-length");
  const [coding] = codings;
  const [length, secondLength] = lengths;
  if (coding !== undefined && length !== undefined) {
    const later = Math.max(coding.offset, length.offset);
    throw new ParseError(
      400,
      later,
      "Transfer-Encoding and Content-Length exclude each other.",
      "RFC 9112 §6.1",
    );
  }
  if (coding !== undefined) return transferEncoding(version, coding, codings);
  if (secondLength !== undefined) {
    throw new ParseError(400, secondLength.offset, "There is more than one Content-Length.", "RFC 9112 §6.3");
  }
  return length === undefined ? NONE : contentLength(length);
}

/**
 * Transfer-Encoding = #transfer-coding, of which we know one: chunked (§7).
 *
 * Where the last one is not chunked, nobody can tell where the body ends (§6.3 rule 4: 400). Where it is, the others may
 * be what somebody else understands (§6.1: 501).
 */
function transferEncoding(version: HttpVersion, first: FieldValue, all: FieldValue[]): BodyFraming {
  if (version.minor === 0) {
    throw new ParseError(400, first.offset, "HTTP/1.0 knows no Transfer-Encoding.", "RFC 9112 §6.1");
  }
  const codings: string[] = [];
  for (const value of all) {
    for (const coding of listElements(value.text)) {
      if (!isTransferCoding(coding)) {
        throw new ParseError(400, value.offset, "This is no transfer coding.", "RFC 9112 §7");
      }
      codings.push(coding.toLowerCase());
    }
  }
  if (codings.length === 0 || codings.indexOf("chunked") !== codings.length - 1) {
    const last = all.at(-1) ?? first;
    const reason = "The last transfer coding is chunked, and only once.";
    throw new ParseError(400, last.offset, reason, "RFC 9112 §6.3");
  }
  if (codings.length === 1) return { kind: "chunked" };
  const reason = "This server knows no transfer coding but chunked.";
  throw new ParseError(501, first.offset, reason, "RFC 9112 §6.1");
}

/** transfer-coding = token *( OWS ";" OWS transfer-parameter ), and chunked has no parameters (§7.1) */
function isTransferCoding(coding: string): boolean {
  const [name = "", ...parameters] = coding.split(";").map(withoutWhitespace);
  const isChunked = name.toLowerCase() === "chunked";
  return isToken(name) && !(isChunked && parameters.length > 0);
}

/** Content-Length = 1*DIGIT (§6.2): no sign, no list, no space, and nothing that Number() would take besides */
function contentLength({ text, offset }: FieldValue): BodyFraming {
  let lengthBytes = 0;
  let digits = 0;
  for (let i = 0; i < text.length; i++) {
    if (!isDigit(text.charCodeAt(i)))
      throw new ParseError(400, offset, "Content-Length is not a number.", "RFC 9112 §6.3");
    lengthBytes = lengthBytes * 10 + text.charCodeAt(i) - 0x30;
    if (lengthBytes > 0) digits++; // leading zeros are digits as well, and mean nothing
  }
  if (text === "") throw new ParseError(400, offset, "Content-Length is empty.", "RFC 9112 §6.3");
  if (digits > MAX_DIGITS) throw new ParseError(400, offset, "Content-Length is too large.", "RFC 9112 §6.3");
  return { kind: "content-length", lengthBytes };
}
