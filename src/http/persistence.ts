/**
 * May this connection carry another request? (RFC 9112 §9.3)
 */
import { type Fields, fieldTokens } from "./field-section.ts";
import type { HttpVersion } from "./message.ts";

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
