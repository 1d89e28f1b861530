/**
 * The automaton that joins the grammar of a message (RFC 9112 §2.1): octets in, events out, however they were cut.
 *
 *     push(bytes)                                   next() ──► need-data       more octets must arrive
 *                                                          ──► request         the head is complete and right
 *     request-line ──► field-section ──► body ──► end      ──► data            a piece of its content
 *          ▲             │                        │        ──► end             the message is complete
 *          └─────────────┼────────────────────────┘
 *                        └──► failed: throws ParseError, now and for ever
 *
 * It reads no clock, no socket and no file, and is never told who is asking.
 */
import { type BodyFraming, bodyFraming } from "./body-framing.ts";
import { ChunkedDecoder } from "./chunked.ts";
import { ParseError, unreachable } from "./errors.ts";
import { Fields, appendFieldLine } from "./field-section.ts";
import { checkHost } from "./host.ts";
import { checkLineEnd, findLf, lineEnd } from "./line.ts";
import type { Request } from "./message.ts";
import { SP } from "./octets.ts";
import type { ParserObserver } from "./parser-observer.ts";
import { ReceiveBuffer } from "./receive-buffer.ts";
import { type RequestLine, parseMethod, parseRequestLine, peekMethod } from "./request-line.ts";

export type ParserLimits = {
  readonly maxRequestLineBytes: number;
  readonly maxHeadBytes: number;
  readonly maxFieldLines: number;
  readonly maxEmptyLinesBefore: number;
  readonly maxChunkSizeLineBytes: number;
};

export type ParserEvent =
  | { readonly kind: "need-data" }
  | { readonly kind: "request"; readonly request: Request }
  /** Content without its transfer coding. The octets stay as they are, but keep the memory they arrived in alive. */
  | { readonly kind: "data"; readonly bytes: Uint8Array }
  | { readonly kind: "end" };

/**
 * Offsets count from the first octet of the message, of which none is taken before the head is complete. `line` is
 * where the current line begins; up to `searched` no LF was found behind it.
 */
type ParserState =
  | { readonly at: "request-line"; line: number; searched: number; emptyLines: number }
  | {
      readonly at: "field-section";
      readonly requestLine: RequestLine;
      readonly positions: number[];
      line: number;
      searched: number;
    }
  | { readonly at: "content"; bytesLeft: number }
  | { readonly at: "chunked"; readonly decoder: ChunkedDecoder }
  | { readonly at: "end" }
  | { readonly at: "failed"; readonly error: ParseError };

const NEED_DATA: ParserEvent = { kind: "need-data" };
const END: ParserEvent = { kind: "end" };
const POSITIONS_PER_LINE = 4;

export class RequestParser {
  readonly #limits: ParserLimits;
  readonly #observer: ParserObserver | undefined;
  readonly #buffer = new ReceiveBuffer();
  #state: ParserState = { at: "request-line", line: 0, searched: 0, emptyLines: 0 };
  #method: string | undefined;

  /** @param observer for who wants to see how a request is read; a server has none */
  constructor(limits: ParserLimits, observer?: ParserObserver) {
    this.#limits = limits;
    this.#observer = observer;
  }

  /** Octets that arrived and are not part of an event yet. */
  get unreadBytes(): number {
    return this.#buffer.length;
  }

  /** Of the current message, as soon as it can be told: who refuses a HEAD must not send content (RFC 9110 §9.3.2). */
  get method(): string | undefined {
    if (this.#method !== undefined || this.#state.at === "failed") return this.#method;
    return peekMethod(this.#buffer.peek());
  }

  /** Whether nothing of a next message has arrived, but for empty lines that are to be ignored (RFC 9112 §2.2). */
  get isBetweenMessages(): boolean {
    return this.#state.at === "request-line" && this.#buffer.length === this.#state.line;
  }

  /** Hands over octets, which must not change later. */
  push(bytes: Uint8Array): void {
    this.#buffer.push(bytes);
  }

  /**
   * The next event. After `end` the next message begins.
   *
   * @throws ParseError if the octets are no request; from then on always the same one
   */
  next(): ParserEvent {
    try {
      return this.#step();
    } catch (error) {
      if (error instanceof ParseError && this.#state.at !== "failed") {
        this.#method ??= peekMethod(this.#buffer.peek().subarray(0, error.offset)); // what is behind may not be there
        this.#enter({ at: "failed", error });
      }
      throw error;
    }
  }

  #step(): ParserEvent {
    const state = this.#state;
    switch (state.at) {
      case "request-line":
        return this.#readRequestLine(state);
      case "field-section":
        return this.#readFieldSection(state);
      case "content":
        return this.#readContent(state);
      case "chunked":
        return this.#readChunked(state.decoder);
      case "end":
        return this.#endMessage();
      case "failed":
        throw state.error;
      default:
        return unreachable(state);
    }
  }

  /** Empty lines before a request line are skipped (RFC 9112 §2.2), but not for ever. */
  #readRequestLine(state: ParserState & { at: "request-line" }): ParserEvent {
    const { maxRequestLineBytes, maxEmptyLinesBefore } = this.#limits;
    const bytes = this.#buffer.peek();
    for (;;) {
      const lf = findLf(bytes, state.searched);
      const lineBytes = (lf === -1 ? bytes.length : lf) - state.line;
      if (lineBytes > maxRequestLineBytes + 1) {
        throw tooLong(bytes, state.line, state.line + maxRequestLineBytes);
      }
      if (lf === -1) {
        state.searched = bytes.length;
        return NEED_DATA;
      }
      const end = lineEnd(bytes, state.line, lf);
      if (end > state.line) {
        const method = parseMethod(bytes, state.line, end);
        const requestLine = parseRequestLine(method, bytes, state.line, end, this.#observer);
        checkLineEnd(end, lf, 0);
        this.#observer?.span("CRLF", end, end + 2);
        const section = { requestLine, positions: [], line: end + 2, searched: end + 2 };
        return this.#readFieldSection(this.#enter({ at: "field-section", ...section }));
      }
      checkLineEnd(end, lf, 0);
      if (state.emptyLines === maxEmptyLinesBefore) {
        throw new ParseError(400, state.line, "There is no request line.", "RFC 9112 §2.2");
      }
      this.#observer?.span("empty-line", state.line, end + 2);
      state.emptyLines += 1;
      state.line = state.searched = end + 2;
    }
  }

  /** Too long a section, or too many lines, are refused and not cut (RFC 9110 §5.4). */
  #readFieldSection(state: ParserState & { at: "field-section" }): ParserEvent {
    const { maxHeadBytes, maxFieldLines } = this.#limits;
    const bytes = this.#buffer.peek();
    for (;;) {
      const lf = findLf(bytes, state.searched);
      if (lf === -1 ? bytes.length >= maxHeadBytes : lf >= maxHeadBytes) {
        throw new ParseError(431, maxHeadBytes, "The field section is too long.", "RFC 6585 §5");
      }
      if (lf === -1) {
        state.searched = bytes.length;
        return NEED_DATA;
      }
      const end = lineEnd(bytes, state.line, lf);
      if (end === state.line) {
        checkLineEnd(end, lf, 0);
        return this.#completeHead(state, end);
      }
      if (state.positions.length === maxFieldLines * POSITIONS_PER_LINE) {
        throw new ParseError(431, state.line, "The field section has too many lines.", "RFC 6585 §5");
      }
      appendFieldLine(bytes, state.line, end, 0, state.positions, this.#observer);
      checkLineEnd(end, lf, 0);
      this.#observer?.span("CRLF", end, end + 2);
      state.line = state.searched = end + 2;
    }
  }

  #completeHead(state: ParserState & { at: "field-section" }, sectionEnd: number): ParserEvent {
    const { method, target, version } = state.requestLine;
    this.#method = method;
    this.#observer?.span("CRLF", sectionEnd, sectionEnd + 2);
    const fields = new Fields(this.#buffer.take(sectionEnd + 2), state.positions);
    checkHost(version, fields, sectionEnd);
    const framing = bodyFraming(version, fields);
    this.#enter(this.#bodyState(framing));
    // spelled out: spreading the request line would cost a third of all parsing (BENCHMARKS.md)
    return { kind: "request", request: { method, target, version, fields, framing } };
  }

  /** How long the body is, its framing has said (RFC 9112 §6.3). */
  #bodyState(framing: BodyFraming): ParserState {
    switch (framing.kind) {
      case "none":
        return { at: "end" };
      case "content-length":
        return { at: "content", bytesLeft: framing.lengthBytes };
      case "chunked":
        return { at: "chunked", decoder: new ChunkedDecoder(this.#limits, this.#observer) };
      default:
        return unreachable(framing);
    }
  }

  #readContent(state: { bytesLeft: number }): ParserEvent {
    if (state.bytesLeft === 0) return this.#endMessage();
    if (this.#buffer.length === 0) return NEED_DATA;
    const start = this.#buffer.offset;
    const bytes = this.#buffer.take(state.bytesLeft);
    state.bytesLeft -= bytes.length;
    this.#observer?.span("content", start, start + bytes.length);
    return { kind: "data", bytes };
  }

  #readChunked(decoder: ChunkedDecoder): ParserEvent {
    const event = decoder.next(this.#buffer);
    return event.kind === "end" ? this.#endMessage() : event;
  }

  #endMessage(): ParserEvent {
    this.#observer?.state("end");
    this.#buffer.startMessage();
    this.#method = undefined;
    this.#enter({ at: "request-line", line: 0, searched: 0, emptyLines: 0 });
    return END;
  }

  #enter<S extends ParserState>(state: S): S {
    this.#state = state;
    if (this.#observer !== undefined && state.at !== "chunked" && state.at !== "end") {
      this.#observer.state(state.at); // of `chunked` the decoder tells more
    }
    return state;
  }
}

/** §3: a target longer than we want to parse is 414, and a method longer than any we know 501. */
function tooLong(bytes: Uint8Array, line: number, limit: number): ParseError {
  const space = bytes.indexOf(SP, line);
  return space !== -1 && space < limit
    ? new ParseError(414, limit, "The request line is too long.", "RFC 9110 §15.5.15")
    : new ParseError(501, limit, "The method is longer than any.", "RFC 9112 §3");
}
