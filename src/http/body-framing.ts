/**
 * How the message body is delimited (RFC 9112 §6.3), decided here and nowhere else.
 *
 * Two parsers that disagree about where a body ends take the rest of it for a request: that is request smuggling.
 * So whatever can be read in two ways is refused.
 */
import { ParseError } from "./errors.ts";
import type { Fields, FieldValue } from "./field-section.ts";
import { isDigit, listElements } from "./grammar.ts";
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
 *   if all are the same (§6.3 rule 5 lets us take it), and for what is no length
 * @throws ParseError 501 for a transfer coding other than `chunked` (§6.1)
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

/** Transfer-Encoding = #transfer-coding, of which we know one: chunked (§7) */
function transferEncoding(version: HttpVersion, first: FieldValue, all: FieldValue[]): BodyFraming {
  if (version.minor === 0) {
    throw new ParseError(400, first.offset, "HTTP/1.0 knows no Transfer-Encoding.", "RFC 9112 §6.1");
  }
  const codings = all.flatMap((value) => listElements(value.text)).map((coding) => coding.toLowerCase());
  if (codings.length === 1 && codings[0] === "chunked") return { kind: "chunked" };
  const chunkedAt = codings.indexOf("chunked");
  if (codings.length === 0 || (chunkedAt !== -1 && chunkedAt < codings.length - 1)) {
    const last = all.at(-1) ?? first;
    throw new ParseError(
      400,
      last.offset,
      "The last transfer coding is chunked, and only once.",
      "RFC 9112 §6.3",
    );
  }
  throw new ParseError(
    501,
    first.offset,
    "This server knows no transfer coding but chunked.",
    "RFC 9112 §6.1",
  );
}

/** Content-Length = 1*DIGIT: no sign, no list, no space, and nothing that Number() would take besides */
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
