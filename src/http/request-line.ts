/**
 * request-line = method SP request-target SP HTTP-version (RFC 9112 §3), with exactly one SP each time.
 */
import { ParseError } from "./errors.ts";
import { isDigit, isTargetCharacter, isTchar } from "./grammar.ts";
import type { HttpVersion } from "./message.ts";
import { CR, LF, SP, hasTextAt, latin1Text, octetAt } from "./octets.ts";
import type { ParserObserver } from "./parser-observer.ts";
import { type RequestTarget, parseRequestTarget } from "./request-target.ts";

export type RequestLine = {
  readonly method: string;
  readonly target: RequestTarget;
  readonly version: HttpVersion;
};

/**
 * method = token, and the SP behind it.
 *
 * @param bytes from the first octet of the message on; the line stands from `start` up to `end`, without CRLF
 */
export function parseMethod(bytes: Uint8Array, start: number, end: number): string {
  const methodEnd = skipToken(bytes, start, end);
  if (methodEnd === end) {
    throw new ParseError(400, end, "The request line ends before its target.", "RFC 9112 §3");
  }
  if (octetAt(bytes, methodEnd) !== SP || methodEnd === start) {
    throw new ParseError(400, methodEnd, "The method is no token.", "RFC 9112 §3.1");
  }
  return latin1Text(bytes, start, methodEnd);
}

/**
 * The method of a head that may be wrong or incomplete; undefined as long as no SP follows it. Who refuses a HEAD must
 * know that it was one.
 *
 * @param bytes from the first octet of the message on, empty lines and all
 */
export function peekMethod(bytes: Uint8Array): string | undefined {
  let start = 0;
  while (octetAt(bytes, start) === CR || octetAt(bytes, start) === LF) start++;
  const end = skipToken(bytes, start, bytes.length);
  return octetAt(bytes, end) === SP ? latin1Text(bytes, start, end) : undefined;
}

function skipToken(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isTchar(octetAt(bytes, at))) at++;
  return at;
}

/**
 * What follows the method: SP request-target SP HTTP-version.
 *
 * @param bytes as for `parseMethod`, which returned `method`
 * @throws ParseError 400 for anything but the grammar, 505 (RFC 9110 §15.6.6) for a major version other than 1
 */
export function parseRequestLine(
  method: string,
  bytes: Uint8Array,
  start: number,
  end: number,
  observer: ParserObserver | undefined,
): RequestLine {
  const targetStart = start + method.length + 1;
  observer?.span("method", start, targetStart - 1);
  observer?.span("SP", targetStart - 1, targetStart);
  const targetEnd = findTargetEnd(bytes, targetStart, end);
  const target = parseRequestTarget(method, latin1Text(bytes, targetStart, targetEnd), targetStart);
  observer?.span("request-target", targetStart, targetEnd);
  checkTargetEnd(bytes, targetEnd, end);
  observer?.span("SP", targetEnd, targetEnd + 1);
  const version = parseHttpVersion(bytes, targetEnd + 1, end);
  observer?.span("HTTP-version", targetEnd + 1, end);
  return { method, target, version };
}

function findTargetEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isTargetCharacter(octetAt(bytes, at))) at++;
  if (at === start) throw new ParseError(400, at, "One space, then the request-target.", "RFC 9112 §3");
  return at;
}

function checkTargetEnd(bytes: Uint8Array, targetEnd: number, end: number): void {
  if (targetEnd === end) {
    throw new ParseError(400, end, "The request line ends before its version.", "RFC 9112 §3");
  }
  if (octetAt(bytes, targetEnd) !== SP) {
    const reason = "A request-target holds visible US-ASCII characters only.";
    throw new ParseError(400, targetEnd, reason, "RFC 9112 §3.2");
  }
}

/** HTTP-version = "HTTP/" DIGIT "." DIGIT (RFC 9112 §2.3) */
function parseHttpVersion(bytes: Uint8Array, start: number, end: number): HttpVersion {
  const major = octetAt(bytes, start + 5);
  const minor = octetAt(bytes, start + 7);
  const isVersion =
    end - start === 8 &&
    hasTextAt(bytes, start, "HTTP/") &&
    isDigit(major) &&
    octetAt(bytes, start + 6) === 0x2e &&
    isDigit(minor);
  if (!isVersion)
    throw new ParseError(400, start, "The request line does not end in an HTTP version.", "RFC 9112 §2.3");
  if (major !== 0x31)
    throw new ParseError(505, start, "This server speaks HTTP/1.1 and HTTP/1.0.", "RFC 9110 §15.6.6");
  return { major: 1, minor: minor - 0x30 };
}
