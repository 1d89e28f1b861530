/**
 * The Host field (RFC 9112 §3.2): exactly one in HTTP/1.1, and a valid one wherever it stands.
 *
 * This server has but one site, and looks at the name only if it is told to (gallery/allowed-hosts.ts). It refuses
 * nevertheless, as it must: whoever stands before us may route by it, and two Host fields are two opinions.
 */
import { parseAuthority } from "./authority.ts";
import { ParseError } from "./errors.ts";
import type { Fields } from "./field-section.ts";
import type { HttpVersion, Request } from "./message.ts";
import { findAuthority } from "./request-target.ts";

/**
 * @param sectionEnd offset of the empty line behind the field section, for errors
 * @throws ParseError 400 for a missing (HTTP/1.1), second or malformed Host. An empty one is legal, and says that the
 *   target has no authority; a port without a host says nothing (RFC 9110 §4.2.1).
 */
export function checkHost(version: HttpVersion, fields: Fields, sectionEnd: number): void {
  const [host, second] = fields.all("host");
  if (second !== undefined) {
    throw new ParseError(400, second.offset, "There is more than one Host field.", "RFC 9112 §3.2");
  }
  if (host === undefined) {
    if (version.minor === 0) return;
    throw new ParseError(400, sectionEnd, "An HTTP/1.1 request has a Host field.", "RFC 9112 §3.2");
  }
  if (host.text !== "" && !parseAuthority(host.text)?.host) {
    throw new ParseError(400, host.offset, "The Host field holds no valid host.", "RFC 9112 §3.2");
  }
}

/**
 * Whom a request is for: without the port, in lower case, and empty if it does not say. The host of an absolute-form
 * counts, whatever Host says (RFC 9112 §3.2.2).
 */
export function hostOf({ target, fields }: Pick<Request, "target" | "fields">): string {
  const parts = target.form === "absolute" ? findAuthority(target.raw) : undefined;
  const authority =
    parts === undefined ? fields.get("host") : target.raw.slice(parts.authorityStart, parts.pathStart);
  return parseAuthority(authority ?? "")?.host.toLowerCase() ?? "";
}
