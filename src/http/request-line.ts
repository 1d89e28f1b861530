/**
 * request-line = method SP request-target SP HTTP-version (RFC 9112 §3), with exactly one SP each time.
 */
import { ParseError } from "./errors.ts";
import { isDigit, isTargetCharacter, isTchar } from "./grammar.ts";
import type { HttpVersion } from "./message.ts";
import { SP, hasTextAt, latin1Text, octetAt } from "./octets.ts";
import { type RequestTarget, parseRequestTarget } from "./request-target.ts";

export type RequestLine = {
  readonly method: string;
  readonly target: RequestTarget;
  readonly version: HttpVersion;
};

/**
 * @param bytes from the first octet of the message on; the line stands from `start` up to `end`, without CRLF
 * @throws ParseError 400 for anything but the grammar, 505 for a major version other than 1
 */
export function parseRequestLine(bytes: Uint8Array, start: number, end: number): RequestLine {
  const methodEnd = findMethodEnd(bytes, start, end);
  const targetStart = methodEnd + 1;
  const targetEnd = findTargetEnd(bytes, targetStart, end);
  const method = latin1Text(bytes, start, methodEnd);
  const target = parseRequestTarget(method, latin1Text(bytes, targetStart, targetEnd), targetStart);
  return { method, target, version: parseHttpVersion(bytes, targetEnd + 1, end) };
}

/** method = token */
function findMethodEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isTchar(octetAt(bytes, at))) at++;
  if (at === end) throw new ParseError(400, end, "The request line ends before its target.");
  if (octetAt(bytes, at) !== SP || at === start) throw new ParseError(400, at, "The method is no token.");
  return at;
}

function findTargetEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isTargetCharacter(octetAt(bytes, at))) at++;
  if (at === start) throw new ParseError(400, at, "One space, then the request-target.");
  if (at === end) throw new ParseError(400, end, "The request line ends before its version.");
  if (octetAt(bytes, at) !== SP) {
    throw new ParseError(400, at, "A request-target holds visible US-ASCII characters only.");
  }
  return at;
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
  if (!isVersion) throw new ParseError(400, start, "The request line does not end in an HTTP version.");
  if (major !== 0x31) throw new ParseError(505, start, "This server speaks HTTP/1.1 and HTTP/1.0.");
  return { major: 1, minor: minor - 0x30 };
}
