/**
 * Octets → responses, strictly: what a careful client would refuse is an error here (RFC 9112 §4 to §6).
 *
 *     status-line = HTTP-version SP status-code SP [ reason-phrase ]
 *     field-line  = field-name ":" OWS field-value OWS
 */
export type ReadResponse = {
  readonly status: number;
  /** By name in lower case. */
  readonly fields: ReadonlyMap<string, string>;
  readonly content: Buffer;
};

/** Octets that are no response, or one that we would not send. */
export class ResponseError extends Error {
  override readonly name = "ResponseError";
}

const STATUS_LINE = /^HTTP\/1\.1 ([1-5]\d{2}) [\t\x20-\x7e\x80-\xff]+$/;
const FIELD_LINE = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*$/;
const IMF_FIXDATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Fields of which several lines are no list. */
const SINGLE_FIELDS = new Set([
  "content-length",
  "content-type",
  "content-range",
  "date",
  "etag",
  "last-modified",
  "location",
  "server",
]);

export class ResponseReader {
  #unread: Buffer = Buffer.alloc(0);

  get unread(): Buffer {
    return this.#unread;
  }

  push(bytes: Uint8Array): void {
    this.#unread = Buffer.concat([this.#unread, bytes]);
  }

  /**
   * The next response, or undefined if not all of it has arrived.
   *
   * @param method of the request: none has content that answers HEAD
   * @throws ResponseError
   */
  next(method: string | undefined): ReadResponse | undefined {
    const end = this.#unread.indexOf("\r\n\r\n");
    if (end === -1) return undefined;
    const { status, fields } = parseHead(this.#unread.toString("latin1", 0, end));
    const contentStart = end + 4;
    const contentEnd = contentStart + contentLength(status, fields, method);
    if (this.#unread.length < contentEnd) return undefined;
    const content = this.#unread.subarray(contentStart, contentEnd);
    this.#unread = this.#unread.subarray(contentEnd);
    return { status, fields, content };
  }
}

/** @param head without the empty line that ends it, one character for each octet */
function parseHead(head: string): Omit<ReadResponse, "content"> {
  const [statusLine = "", ...lines] = head.split("\r\n");
  const status = Number(STATUS_LINE.exec(statusLine)?.[1]);
  if (!(status > 0)) throw new ResponseError(`no status line: ${JSON.stringify(statusLine)}`);
  const fields = new Map<string, string>();
  for (const line of lines) {
    const [, name = "", value = ""] = FIELD_LINE.exec(line) ?? [];
    const key = name.toLowerCase();
    if (name === "") throw new ResponseError(`no field line: ${JSON.stringify(line)}`);
    const before = fields.get(key);
    if (before !== undefined && SINGLE_FIELDS.has(key)) throw new ResponseError(`two fields of ${name}`);
    fields.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  if (!IMF_FIXDATE.test(fields.get("date") ?? "")) throw new ResponseError("no Date (RFC 9110 §6.6.1)");
  if (fields.has("transfer-encoding"))
    throw new ResponseError("a Transfer-Encoding, which is never sent here");
  return { status, fields };
}

/** RFC 9112 §6.3, of which only two cases are ours: no content, and a Content-Length. */
function contentLength(
  status: number,
  fields: ReadonlyMap<string, string>,
  method: string | undefined,
): number {
  const digits = fields.get("content-length");
  if (status < 200 || status === 204 || status === 304) {
    if (digits === undefined) return 0;
    throw new ResponseError(`a Content-Length in a ${status} (RFC 9110 §8.6)`);
  }
  if (digits === undefined || !/^\d{1,15}$/.test(digits)) throw new ResponseError("no Content-Length");
  return method === "HEAD" ? 0 : Number(digits);
}
