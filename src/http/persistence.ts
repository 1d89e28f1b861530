/**
 * May this connection carry another request? (RFC 9112 §9.3)
 */
import { expectation } from "./expectation.ts";
import { type Fields, fieldTokens } from "./field-section.ts";
import type { HttpVersion, Request } from "./message.ts";

/**
 * Whether the client's side of it allows so: HTTP/1.1 unless it says `close`, HTTP/1.0 only if it says `keep-alive`.
 * `Connection` is a list of tokens (RFC 9110 §7.6.1): `not-close` closes nothing, and in `keep-alive, close` the latter wins.
 */
export function requestPersists(version: HttpVersion, fields: Fields): boolean {
  if (!fields.has("connection")) return version.minor > 0;
  const options = fieldTokens(fields, "connection");
  if (options.includes("close")) return false;
  return version.minor > 0 || options.includes("keep-alive");
}

/**
 * Why no other request may follow this one, in a sentence; undefined if one may. None behind content that is too long to
 * be thrown away, nor behind content that the client holds back until it sees 100 (Continue): it gets the final status
 * instead (RFC 9110 §10.1.1).
 */
export function whyLast(
  { framing, version, fields }: Pick<Request, "framing" | "version" | "fields">,
  maxDiscardedBodyBytes: number,
): string | undefined {
  if (!requestPersists(version, fields)) return "the client wants no other response (RFC 9112 §9.3)";
  if (framing.kind === "none") return undefined;
  const contentBytes = framing.kind === "content-length" ? framing.lengthBytes : undefined;
  if (contentBytes === 0) return undefined;
  if (expectation(version, fields) !== "none")
    return "the client may hold its content back, and did not get 100";
  const isTooLong = contentBytes !== undefined && contentBytes > maxDiscardedBodyBytes; // chunked: read and see
  return isTooLong ? "the content of the request is too long to be thrown away" : undefined;
}
