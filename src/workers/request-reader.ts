/**
 * A socket and a parser → one event after the other, as fast as somebody asks for them and no faster.
 *
 * Octets that arrive while a response is on its way wait in the parser; when too many wait, the socket is paused, and
 * the kernel tells the client to slow down (RFC 9112 §9.5).
 */
import type { Socket } from "node:net";
import { ParseError } from "../http/errors.ts";
import type { BodyFraming } from "../http/body-framing.ts";
import type { Client, Presence, Request } from "../http/message.ts";
import type { RequestParser } from "../http/request-parser.ts";
import type { Deadline, Deadlines } from "./deadlines.ts";

export type ReaderTimeouts = {
  readonly firstOctetMs: number;
  readonly keepAliveIdleMs: number;
  readonly requestHeadMs: number;
};

/** What comes next on a connection. */
export type Incoming =
  | { readonly kind: "request"; readonly request: Request }
  | { readonly kind: "refused"; readonly error: ParseError }
  /** A head began and did not end in time. */
  | { readonly kind: "timeout" }
  /** The client sends no more, is gone, or had nothing to say: no response is owed. */
  | { readonly kind: "closed"; readonly because: string };

/** Chunks of one octet each keep the parser busy for half a millisecond; then it is the turn of other connections. */
const EVENTS_AT_ONCE = 1_000;

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const CLOSED_IDLE: Incoming = { kind: "closed", because: "the client was silent for too long" };
const CLOSED_BY_CLIENT: Incoming = { kind: "closed", because: "the client sends no more" };

export class RequestReader implements Client {
  readonly #socket: Socket;
  readonly #parser: RequestParser;
  readonly #timeouts: ReaderTimeouts;
  readonly #maxUnreadBytes: number;
  readonly #deadline: Deadline;
  /** Called when something happened: octets, their end, the end of the connection, or of our patience. */
  #wake: (() => void) | undefined;
  #isExpired = false;
  #isEnded = false;
  #isGone = false;
  #isIdle = false;
  #isFirst = true;
  #idleLimitMs = Infinity;
  #discarding: { bytesLeft: number } | undefined;
  /** One request is answered at a time, so there is one at most who wants to know. */
  #watcher: (() => void) | undefined;

  /** @param onOctets is told what arrives, as it arrives */
  constructor(
    socket: Socket,
    parser: RequestParser,
    deadlines: Deadlines,
    timeouts: ReaderTimeouts,
    maxUnreadBytes: number,
    onOctets?: (bytes: Uint8Array) => void,
  ) {
    this.#socket = socket;
    this.#parser = parser;
    this.#timeouts = timeouts;
    this.#maxUnreadBytes = maxUnreadBytes;
    this.#deadline = deadlines.add(() => {
      this.#isExpired = true;
      this.#wakeUp();
    });
    socket.on("data", (bytes) => {
      onOctets?.(bytes);
      this.#receive(bytes);
    });
    socket.on("end", () => {
      this.#isEnded = true;
      this.#wakeUp();
      this.#watcher?.();
    });
    socket.on("close", () => {
      this.#isGone = true;
      this.#deadline.remove();
      this.#wakeUp();
      this.#watcher?.();
    });
  }

  /** Of the request that is being read, also of one that is refused. */
  get method(): string | undefined {
    return this.#parser.method;
  }

  /** Whether the client is gone: nothing can be sent any more. */
  get isGone(): boolean {
    return this.#isGone;
  }

  get presence(): Presence {
    if (this.#isGone) return "gone";
    return this.#isEnded ? "silent" : "waiting";
  }

  watch(listener: () => void): () => void {
    this.#watcher = listener;
    return () => {
      if (this.#watcher === listener) this.#watcher = undefined;
    };
  }

  /** The next head, or why there is none; at once if it is there already. */
  readRequest(): Incoming | Promise<Incoming> {
    return this.#nextIncoming() ?? this.#waitForRequest();
  }

  async #waitForRequest(): Promise<Incoming> {
    this.#isIdle = this.#parser.isBetweenMessages;
    const { firstOctetMs, keepAliveIdleMs, requestHeadMs } = this.#timeouts;
    this.#deadline.set(!this.#isIdle ? requestHeadMs : this.#isFirst ? firstOctetMs : keepAliveIdleMs);
    if (this.#isIdle) this.#deadline.shorten(this.#idleLimitMs);
    for (;;) {
      await this.#somethingHappens();
      const incoming = this.#nextIncoming();
      if (incoming !== undefined) {
        this.#isIdle = false;
        this.#isExpired = false;
        this.#deadline.clear();
        return incoming;
      }
      if (this.#isIdle && !this.#parser.isBetweenMessages) {
        this.#isIdle = false; // the first octet is there; from now on the head as a whole must be quick enough
        this.#deadline.set(requestHeadMs);
      }
    }
  }

  /** Undefined as long as there is nothing to say. */
  #nextIncoming(): Incoming | undefined {
    try {
      const event = this.#parser.next();
      if (event.kind === "request") {
        this.#isFirst = false;
        return event;
      }
      if (this.#isGone) return { kind: "closed", because: "the client is gone" };
      if (this.#isEnded) return this.#endOfInput();
      if (this.#isExpired) return this.#isIdle ? CLOSED_IDLE : { kind: "timeout" };
      return undefined;
    } catch (error) {
      if (error instanceof ParseError) return { kind: "refused", error };
      throw error;
    }
  }

  /**
   * Reads the content of the request to its end and throws it away (RFC 9112 §9.3).
   *
   * @returns whether the end was reached within the bounds and in order, so that a next request can be read; at once
   *   for a request without content
   */
  discardContent(framing: BodyFraming, maxBytes: number, withinMs: number): boolean | Promise<boolean> {
    if (framing.kind !== "none") return this.#readToEnd(maxBytes, withinMs);
    this.#parser.next(); // its end
    return true;
  }

  async #readToEnd(maxBytes: number, withinMs: number): Promise<boolean> {
    let bytesLeft = maxBytes;
    this.#deadline.set(withinMs);
    try {
      for (let i = 1; ; i++) {
        if (i % EVENTS_AT_ONCE === 0) await nextTurn();
        const event = this.#parser.next();
        if (event.kind === "end") return true;
        if (event.kind === "data") {
          bytesLeft -= event.bytes.length;
          if (bytesLeft < 0) return false;
        } else {
          if (this.#isGone || this.#isEnded || this.#isExpired) return false;
          await this.#somethingHappens();
        }
      }
    } catch (error) {
      if (error instanceof ParseError) return false; // the request has its response; nobody knows where a next begins
      throw error;
    } finally {
      this.#isExpired = false;
      this.#deadline.clear();
    }
  }

  /**
   * Lets the client hear our last octets: reads on, into nothing, until it closes too (RFC 9112 §9.6). A socket closed
   * over unread octets is reset, and a reset takes the response along that the client has not read yet.
   */
  async linger(maxBytes: number, withinMs: number): Promise<void> {
    this.#discarding = { bytesLeft: maxBytes };
    this.#deadline.set(withinMs);
    while (!this.#isGone && !this.#isEnded && !this.#isExpired && this.#discarding.bytesLeft > 0) {
      await this.#somethingHappens();
    }
    this.#deadline.clear();
  }

  /** The server is about to stop: a client with nothing under way, now or later, gets so long to begin. */
  hurry(withinMs: number): void {
    this.#idleLimitMs = withinMs;
    if (this.#isIdle) this.#deadline.shorten(withinMs);
  }

  #receive(bytes: Buffer): void {
    if (this.#discarding !== undefined) this.#discarding.bytesLeft -= bytes.length;
    else {
      this.#parser.push(bytes);
      if (this.#parser.unreadBytes > this.#maxUnreadBytes) this.#socket.pause();
    }
    this.#wakeUp();
  }

  /** An end in the middle of a head: what came is no request, and no more will come (RFC 9112 §8). */
  #endOfInput(): Incoming {
    if (this.#parser.isBetweenMessages) return CLOSED_BY_CLIENT;
    const error = new ParseError(
      400,
      this.#parser.unreadBytes,
      "The request ends in the middle.",
      "RFC 9112 §8",
    );
    return { kind: "refused", error };
  }

  #somethingHappens(): Promise<void> {
    if (this.#socket.isPaused()) this.#socket.resume();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
