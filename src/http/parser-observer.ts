/**
 * To watch the parser at work, octet range by octet range: what `httpd explain` prints is what the server does.
 *
 * Nobody watches in the server. An observer that is not there costs one comparison for each line (BENCHMARKS.md).
 */

/** What octets of a request were found to be; the ABNF names of RFC 9112 where it has one. */
export type SpanRole =
  | "empty-line"
  | "method"
  | "SP"
  | "request-target"
  | "HTTP-version"
  | "field-name"
  | "colon"
  | "OWS"
  | "field-value"
  | "CRLF"
  | "content"
  | "chunk-size"
  | "chunk-ext"
  | "chunk-data";

/** What the parser expects next. */
export type ParserStateName =
  | "request-line"
  | "field-section"
  | "content"
  | "chunk-size"
  | "chunk-data"
  | "chunk-data-end"
  | "trailer-section"
  | "end"
  | "failed";

export type ParserObserver = {
  /**
   * The octets from `start` up to `end`, counted from the first octet of the message, play this role. In order and
   * without gaps; what a rule forbids is in none. Content is told in pieces, as it arrives.
   */
  span(role: SpanRole, start: number, end: number): void;
  /** Told again where nothing changed: `request-line` of a next message. */
  state(name: ParserStateName): void;
};
