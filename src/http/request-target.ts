/**
 * The request-target in its four forms (RFC 9112 §3.2, RFC 9110 §7.1), its path decoded once, into names.
 *
 *     GET  /where?q=now                          origin-form     what everybody sends
 *     GET  http://www.example.org/pub/WWW/       absolute-form   what a client sends to a proxy; we must accept it
 *     CONNECT  www.example.com:80                authority-form  only for CONNECT
 *     OPTIONS  *                                 asterisk-form   only for OPTIONS
 */
import { parseAuthority } from "./authority.ts";
import { ParseError } from "./errors.ts";
import { decodeSegment, findBadPercentEncoding } from "./percent-encoding.ts";

export type RequestTarget =
  | {
      readonly form: "origin" | "absolute";
      readonly raw: string;
      /**
       * The path between its slashes, percent-decoded: `/a%20b/c/` is `["a b", "c", ""]`. Not judged: there may be
       * empty names, dots, and slashes that were percent-encoded. See utf8.ts for octets that are not UTF-8.
       */
      readonly segments: readonly string[];
      /** What follows the "?", undecoded; undefined without one. */
      readonly query: string | undefined;
    }
  | { readonly form: "authority"; readonly raw: string }
  | { readonly form: "asterisk"; readonly raw: "*" };

/**
 * @param raw visible US-ASCII characters, at least one
 * @param offset of its first octet in the message, for errors
 * @throws ParseError 400 for a target of no form, of a form the method does not allow, or badly percent-encoded
 */
export function parseRequestTarget(method: string, raw: string, offset: number): RequestTarget {
  if (method === "CONNECT") return parseAuthorityForm(raw, offset);
  if (raw.startsWith("/")) return parsePathAndQuery("origin", raw, 0, offset);
  if (raw === "*" && method === "OPTIONS") return { form: "asterisk", raw };
  return parseAbsoluteForm(raw, offset);
}

/** authority-form = uri-host ":" port (RFC 9112 §3.2.3), without a default port (RFC 9110 §9.3.6) */
function parseAuthorityForm(raw: string, offset: number): RequestTarget {
  const authority = parseAuthority(raw);
  if (authority?.port === undefined || authority.host === "") {
    throw new ParseError(400, offset, "CONNECT takes a host and a port.", "RFC 9112 §3.2.3");
  }
  return { form: "authority", raw };
}

/**
 * absolute-form = absolute-URI, here of the schemes http and https.
 *
 * The authority is checked and then ignored: whatever it says, this server has but one site. RFC 9112 §3.2.2 puts it in
 * the place of the Host field, so whoever looks at one (gallery/allowed-hosts.ts) looks at the other.
 */
function parseAbsoluteForm(raw: string, offset: number): RequestTarget {
  const parts = findAuthority(raw);
  if (parts === undefined)
    throw new ParseError(400, offset, "The request-target has none of the four forms.", "RFC 9112 §3.2");
  const { authorityStart, pathStart } = parts;
  const authority = parseAuthority(raw.slice(authorityStart, pathStart));
  if (authority === undefined || authority.host === "") {
    throw new ParseError(400, offset, "The request-target has no valid authority.", "RFC 9112 §3.2.2");
  }
  return parsePathAndQuery("absolute", raw, pathStart, offset);
}

/** Where the authority of an absolute-form begins, and where the path behind it; undefined for any other form. */
export function findAuthority(
  raw: string,
): { readonly authorityStart: number; readonly pathStart: number } | undefined {
  const scheme = /^https?:\/\//i.exec(raw);
  if (scheme === null) return undefined;
  const authorityStart = scheme[0].length;
  const authorityLength = raw.slice(authorityStart).search(/[/?#]/);
  return {
    authorityStart,
    pathStart: authorityLength === -1 ? raw.length : authorityStart + authorityLength,
  };
}

function parsePathAndQuery(
  form: "origin" | "absolute",
  raw: string,
  pathStart: number,
  offset: number,
): RequestTarget {
  const queryMark = raw.indexOf("?", pathStart);
  const path = raw.slice(pathStart, queryMark === -1 ? raw.length : queryMark);
  checkPathAndQuery(raw, pathStart, offset);
  return {
    form,
    raw,
    segments: path.slice(1).split("/").map(decodeSegment), // an empty path means "/" (RFC 9110 §4.2.3)
    query: queryMark === -1 ? undefined : raw.slice(queryMark + 1),
  };
}

/** Of a bad percent sign and a fragment the first is told. */
function checkPathAndQuery(raw: string, pathStart: number, offset: number): void {
  const fragment = raw.indexOf("#", pathStart);
  const bad = findBadPercentEncoding(raw.slice(pathStart, fragment === -1 ? raw.length : fragment));
  if (bad !== -1) {
    const isNul = raw.startsWith("%00", pathStart + bad);
    throw isNul
      ? new ParseError(400, offset + pathStart + bad, "There is no NUL in a name.", "RFC 3986 §7.3")
      : new ParseError(
          400,
          offset + pathStart + bad,
          "Two hexadecimal digits follow a percent sign.",
          "RFC 3986 §2.1",
        );
  }
  if (fragment !== -1) {
    throw new ParseError(400, offset + fragment, "A request-target has no fragment.", "RFC 9112 §3.2");
  }
}
