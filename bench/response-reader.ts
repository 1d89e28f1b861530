/**
 * Octets of a kept connection → the answers in them, one after the other. It knows as much of HTTP as the answers of
 * a server need that promises every length; anything else is an error.
 */
export type Answered = {
  readonly status: number;
  readonly body: Buffer;
  /** Whether another request may follow on this connection. */
  readonly isKept: boolean;
};

export class ResponseReader {
  #bytes: Buffer = Buffer.alloc(0);
  #pieces: Buffer[] = [];
  #missingBytes = 0;
  #head: { status: number; isKept: boolean } | undefined;

  /**
   * @returns the answer that this piece completes, if it does
   * @throws Error if this is no answer with a promised length, or more comes than was asked for
   */
  push(piece: Buffer): Answered | undefined {
    if (this.#head === undefined) {
      this.#bytes = this.#bytes.length === 0 ? piece : Buffer.concat([this.#bytes, piece]);
      const end = this.#bytes.indexOf("\r\n\r\n");
      if (end === -1) return undefined;
      const head = readHead(this.#bytes.toString("latin1", 0, end));
      this.#head = head;
      this.#missingBytes = head.contentLength;
      const rest = this.#bytes.subarray(end + 4);
      this.#bytes = Buffer.alloc(0);
      return this.#take(rest, head);
    }
    return this.#take(piece, this.#head);
  }

  #take(piece: Buffer, { status, isKept }: { status: number; isKept: boolean }): Answered | undefined {
    this.#missingBytes -= piece.length;
    if (this.#missingBytes < 0) throw new Error("more came than the answer promised");
    this.#pieces.push(piece);
    if (this.#missingBytes > 0) return undefined;
    const body = this.#pieces.length === 1 ? piece : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#head = undefined;
    return { status, isKept, body };
  }
}

function readHead(text: string): { status: number; isKept: boolean; contentLength: number } {
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1];
  const contentLength = /^content-length: *(\d+) *$/im.exec(text)?.[1];
  if (status === undefined || contentLength === undefined || /^transfer-encoding:/im.test(text)) {
    throw new Error(`no answer with a promised length: ${text.slice(0, 100)}`);
  }
  const isKept = !/^connection: *close *$/im.test(text);
  return { status: Number(status), isKept, contentLength: Number(contentLength) };
}
