/**
 * A client that writes octets as they are, and reads only when it is asked to: until then the server has to wait.
 */
import { once } from "node:events";
import { type Socket, connect } from "node:net";
import { releaseAfter } from "./lifetime.ts";
import { within } from "./server.ts";

const PATIENCE_MS = 10_000;

export type RawResponse = {
  readonly status: number;
  /** Status line and field section as they came. */
  readonly head: string;
  /** By name in lower case; several of one name joined by ", ". */
  readonly fields: ReadonlyMap<string, string>;
  readonly content: Buffer;
};

export type Ending = "end" | "reset";

export class RawClient {
  readonly socket: Socket;
  #unread: Buffer = Buffer.alloc(0);
  #ending: Ending | undefined;
  #wake: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    const wakeUp = (): void => this.#wake?.();
    socket.on("readable", wakeUp).on("end", wakeUp);
    socket.on("error", () => (this.#ending = "reset"));
    socket.on("close", wakeUp);
  }

  /** @param port on this machine; the connection ends with the test at the latest */
  static async connect(port: number): Promise<RawClient> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    releaseAfter("test", () => void socket.destroy());
    await once(socket, "connect");
    return new RawClient(socket);
  }

  /** Does not wait for the server to take them. */
  write(octets: string | Uint8Array): void {
    this.socket.write(typeof octets === "string" ? Buffer.from(octets, "latin1") : octets);
  }

  /** Sends no more and goes on to read. */
  halfClose(): void {
    this.socket.end();
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** How the server ended it, once everything was read. */
  get ending(): Ending | undefined {
    return this.#ending;
  }

  /** One response: with content as its Content-Length says, but none for HEAD, 204 and 304. */
  async readResponse(method = "GET"): Promise<RawResponse> {
    const head = await this.readHead();
    const lengthBytes = contentLength(head, method);
    const content = lengthBytes === 0 ? Buffer.alloc(0) : await this.#readExactly(lengthBytes);
    return { ...head, content };
  }

  /** The head of a response, of which the content is still to be read. */
  async readHead(): Promise<Omit<RawResponse, "content">> {
    let end = this.#unread.indexOf("\r\n\r\n");
    for (; end === -1; end = this.#unread.indexOf("\r\n\r\n")) {
      const piece = await this.#readPiece();
      if (piece === undefined) throw new Error(`It ended in a head: ${visible(this.#unread)}`);
      this.#unread = Buffer.concat([this.#unread, piece]);
    }
    const head = this.#unread.subarray(0, end + 4).toString("latin1");
    this.#unread = this.#unread.subarray(end + 4);
    return parseHead(head);
  }

  /** Whatever comes until the server closes. */
  async readToEnd(): Promise<Buffer> {
    const pieces: Buffer[] = [];
    await this.#readPieces(Infinity, (piece) => pieces.push(piece));
    return Buffer.concat(pieces);
  }

  /** Octets that come until the server closes, or until there were so many, without keeping them. */
  async countOctets(maxBytes = Infinity): Promise<number> {
    let count = 0;
    await this.#readPieces(maxBytes, (piece) => (count += piece.length));
    return count;
  }

  async #readExactly(lengthBytes: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    await this.#readPieces(lengthBytes, (piece) => pieces.push(piece));
    const bytes = Buffer.concat(pieces);
    if (bytes.length === lengthBytes) return bytes;
    throw new Error(`It ended (${this.#ending}) after ${bytes.length} of ${lengthBytes} octets.`);
  }

  async #readPieces(maxBytes: number, use: (piece: Buffer) => void): Promise<void> {
    let bytesLeft = maxBytes;
    while (bytesLeft > 0) {
      const piece = this.#unread.length > 0 ? this.#unread : await this.#readPiece();
      if (piece === undefined) return;
      this.#unread = piece.subarray(Math.min(bytesLeft, piece.length));
      const wanted = piece.subarray(0, piece.length - this.#unread.length);
      bytesLeft -= wanted.length;
      use(wanted);
    }
  }

  async #readPiece(): Promise<Buffer | undefined> {
    for (;;) {
      const piece = this.socket.read() as Buffer | null;
      if (piece !== null) return piece;
      if (this.socket.readableEnded) this.#ending ??= "end";
      if (this.socket.readableEnded || this.socket.destroyed) return undefined;
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      await within(PATIENCE_MS, woken, "nothing came from the server");
    }
  }
}

export type RequestOptions = {
  readonly method?: string;
  /** Field lines without their ends. */
  readonly fields?: readonly string[];
};

/** One request on a connection of its own. */
export async function fetchRaw(
  port: number,
  target: string,
  { method = "GET", fields = [] }: RequestOptions = {},
): Promise<RawResponse> {
  const client = await RawClient.connect(port);
  const lines = [`${method} ${target} HTTP/1.1`, "Host: localhost", "Connection: close", ...fields];
  client.write(`${lines.join("\r\n")}\r\n\r\n`);
  const response = await client.readResponse(method);
  const rest = await client.readToEnd();
  if (rest.length > 0) throw new Error(`Octets behind the response: ${visible(rest)}`);
  client.destroy();
  return response;
}

function parseHead(head: string): Omit<RawResponse, "content"> {
  const [statusLine = "", ...lines] = head.slice(0, -4).split("\r\n");
  const status = /^HTTP\/1\.1 (\d{3}) [\x20-\x7e]+$/.exec(statusLine)?.[1];
  if (status === undefined) throw new Error(`No status line: ${JSON.stringify(statusLine)}`);
  const fields = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+): ([\x20-\x7e\x80-\xff]*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new Error(`No field line: ${JSON.stringify(line)}`);
    const before = fields.get(name.toLowerCase());
    fields.set(name.toLowerCase(), before === undefined ? value : `${before}, ${value}`);
  }
  return { status: Number(status), head, fields };
}

function contentLength({ status, fields }: Omit<RawResponse, "content">, method: string): number {
  if (method === "HEAD" || status === 204 || status === 304) return 0;
  const digits = fields.get("content-length");
  if (digits === undefined || !/^\d+$/.test(digits)) throw new Error("There is no Content-Length.");
  return Number(digits);
}

function visible(bytes: Uint8Array): string {
  return JSON.stringify(Buffer.from(bytes.subarray(0, 200)).toString("latin1"));
}
