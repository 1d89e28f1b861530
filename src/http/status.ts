/**
 * Status codes and their reason phrases (RFC 9110 §15): those this server sends, and no other.
 */
const reasonPhrases = {
  200: "OK",
  204: "No Content",
  206: "Partial Content",
  301: "Moved Permanently",
  304: "Not Modified",
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  408: "Request Timeout",
  412: "Precondition Failed",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  417: "Expectation Failed",
  421: "Misdirected Request",
  431: "Request Header Fields Too Large", // RFC 6585 §5
  500: "Internal Server Error",
  501: "Not Implemented",
  503: "Service Unavailable",
  505: "HTTP Version Not Supported",
} as const;

export type Status = keyof typeof reasonPhrases;

/** In order. */
export const STATUSES = Object.keys(reasonPhrases).map(Number) as readonly Status[];

export function reasonPhrase(status: Status): string {
  return reasonPhrases[status];
}

/**
 * 204 and 304 end with their field section, whatever their fields say (RFC 9112 §6.3, rule 1). So they have no
 * Content-Length either (RFC 9110 §8.6).
 */
export function forbidsContent(status: Status): boolean {
  return status === 204 || status === 304;
}
