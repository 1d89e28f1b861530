/**
 * The chunked transfer coding (RFC 9112 §7.1), coming in.
 *
 *     chunked-body    = *chunk last-chunk trailer-section CRLF
 *     chunk           = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
 *     chunk-size      = 1*HEXDIG
 *     last-chunk      = 1*("0") [ chunk-ext ] CRLF
 *     trailer-section = *( field-line CRLF )
 *
 *     chunk-size ──► chunk-data ──► chunk-data-end ──► chunk-size … 0 ──► trailer-section ──► done
 */
import { ParseError, unreachable } from "./errors.ts";
import { appendFieldLine } from "./field-section.ts";
import { hexDigitValue, isFieldContent, isTchar, isWhitespace } from "./grammar.ts";
import { checkLineEnd, findLf, lineEnd } from "./line.ts";
import { BACKSLASH, CR, EQUALS, LF, QUOTE, SEMICOLON, octetAt } from "./octets.ts";
import type { ParserObserver } from "./parser-observer.ts";
import type { ReceiveBuffer } from "./receive-buffer.ts";

/** Octets of a line that were searched in vain need not be searched again: `searched` of them, from its start. */
type ChunkedState =
  | { readonly at: "chunk-size"; searched: number }
  | { readonly at: "chunk-data"; bytesLeft: number }
  | { readonly at: "chunk-data-end" }
  | { readonly at: "trailer-section"; searched: number; lines: number; sectionBytes: number }
  | { readonly at: "done" };

export type ChunkedEvent =
  | { readonly kind: "need-data" }
  | { readonly kind: "data"; readonly bytes: Uint8Array }
  | { readonly kind: "end" };

export type ChunkedLimits = {
  readonly maxChunkSizeLineBytes: number;
  readonly maxHeadBytes: number;
  readonly maxFieldLines: number;
};

/** Far more than anybody sends, and exact: 13 hexadecimal digits are 52 bits. */
const MAX_SIZE = 2 ** 52;

const NEED_DATA = { kind: "need-data" } as const;
const END = { kind: "end" } as const;

export class ChunkedDecoder {
  readonly #limits: ChunkedLimits;
  readonly #observer: ParserObserver | undefined;
  #state: ChunkedState = { at: "chunk-size", searched: 0 };

  constructor(limits: ChunkedLimits, observer?: ParserObserver) {
    this.#limits = limits;
    this.#observer = observer;
    observer?.state("chunk-size");
  }

  /**
   * Takes what it can use from the buffer. Trailer fields are checked and dropped (§7.1.2 allows it),
   * and never merged into the field section (RFC 9110 §6.5.1).
   *
   * @throws ParseError 400 for anything but the grammar above, 431 for a trailer section past the limits
   */
  next(buffer: ReceiveBuffer): ChunkedEvent {
    for (;;) {
      const event = this.#step(buffer);
      if (event !== "go-on") return event;
    }
  }

  #step(buffer: ReceiveBuffer): ChunkedEvent | "go-on" {
    const state = this.#state;
    switch (state.at) {
      case "chunk-size":
        return this.#readSizeLine(buffer, state);
      case "chunk-data":
        return this.#readData(buffer, state);
      case "chunk-data-end":
        return this.#readDataEnd(buffer);
      case "trailer-section":
        return this.#readTrailerLine(buffer, state);
      case "done":
        return END;
      default:
        return unreachable(state);
    }
  }

  #readSizeLine(buffer: ReceiveBuffer, state: { searched: number }): ChunkedEvent | "go-on" {
    const max = this.#limits.maxChunkSizeLineBytes;
    const bytes = buffer.peek();
    const lf = findLf(bytes, state.searched);
    if ((lf === -1 ? bytes.length : lf) > max + 1) {
      throw new ParseError(400, buffer.offset + max, "The chunk-size line is too long.", "RFC 9112 §7.1.1");
    }
    if (lf === -1) {
      state.searched = bytes.length;
      return NEED_DATA;
    }
    const end = lineEnd(bytes, 0, lf);
    const size = parseChunkSizeLine(bytes, end, buffer.offset, this.#observer);
    checkLineEnd(end, lf, buffer.offset);
    this.#takeLine(buffer, end);
    if (size > 0) return this.#enter({ at: "chunk-data", bytesLeft: size });
    return this.#enter({ at: "trailer-section", searched: 0, lines: 0, sectionBytes: 0 });
  }

  #readData(buffer: ReceiveBuffer, state: { bytesLeft: number }): ChunkedEvent {
    if (buffer.length === 0) return NEED_DATA;
    const start = buffer.offset;
    const bytes = buffer.take(state.bytesLeft);
    state.bytesLeft -= bytes.length;
    this.#observer?.span("chunk-data", start, start + bytes.length);
    if (state.bytesLeft === 0) this.#enter({ at: "chunk-data-end" });
    return { kind: "data", bytes };
  }

  #readDataEnd(buffer: ReceiveBuffer): ChunkedEvent | "go-on" {
    if ((buffer.at(0) ?? CR) !== CR || (buffer.at(1) ?? LF) !== LF) {
      throw new ParseError(400, buffer.offset, "CR and LF follow the data of a chunk.", "RFC 9112 §7.1");
    }
    if (buffer.length < 2) return NEED_DATA;
    this.#takeLine(buffer, 0);
    return this.#enter({ at: "chunk-size", searched: 0 });
  }

  #readTrailerLine(
    buffer: ReceiveBuffer,
    state: { searched: number; lines: number; sectionBytes: number },
  ): ChunkedEvent | "go-on" {
    const room = this.#limits.maxHeadBytes - state.sectionBytes;
    const bytes = buffer.peek();
    const lf = findLf(bytes, state.searched);
    if ((lf === -1 ? bytes.length : lf + 1) > room) {
      throw new ParseError(431, buffer.offset + room, "The trailer section is too long.", "RFC 6585 §5");
    }
    if (lf === -1) {
      state.searched = bytes.length;
      return NEED_DATA;
    }
    const end = lineEnd(bytes, 0, lf);
    if (end === 0) {
      checkLineEnd(end, lf, buffer.offset);
      this.#takeLine(buffer, 0);
      this.#state = { at: "done" };
      return END;
    }
    if (state.lines === this.#limits.maxFieldLines) {
      throw new ParseError(431, buffer.offset, "The trailer section has too many lines.", "RFC 6585 §5");
    }
    appendFieldLine(bytes, 0, end, buffer.offset, [], this.#observer);
    checkLineEnd(end, lf, buffer.offset);
    this.#takeLine(buffer, end);
    state.searched = 0;
    state.lines += 1;
    state.sectionBytes += end + 2;
    return "go-on";
  }

  /** The line up to `end` and the CRLF behind it. */
  #takeLine(buffer: ReceiveBuffer, end: number): void {
    this.#observer?.span("CRLF", buffer.offset + end, buffer.offset + end + 2);
    buffer.skip(end + 2);
  }

  #enter(
    state: ChunkedState & { at: "chunk-size" | "chunk-data" | "chunk-data-end" | "trailer-section" },
  ): "go-on" {
    this.#state = state;
    this.#observer?.state(state.at);
    return "go-on";
  }
}

/**
 * The size, as a digit loop: parseInt would take "0x10", "+5", " 5" and "5abc" (§7.1 warns of it).
 *
 * @param end of the line in `bytes`, without CRLF
 * @throws ParseError 400 for no digit, too many, or what is no chunk-ext behind them
 */
function parseChunkSizeLine(
  bytes: Uint8Array,
  end: number,
  offset: number,
  observer: ParserObserver | undefined,
): number {
  let size = 0;
  let at = 0;
  for (; at < end; at++) {
    const digit = hexDigitValue(octetAt(bytes, at));
    if (digit === -1) break;
    size = size * 16 + digit;
    if (size >= MAX_SIZE) throw new ParseError(400, offset, "The chunk is too large.", "RFC 9112 §7.1");
  }
  if (at === 0)
    throw new ParseError(400, offset, "A chunk begins with its size in hexadecimal digits.", "RFC 9112 §7.1");
  observer?.span("chunk-size", offset, offset + at);
  if (at < end) checkChunkExtensions(bytes, at, end, offset);
  observer?.span("chunk-ext", offset + at, offset + end);
  return size;
}

/**
 * chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] ), each a token, the value perhaps a
 * quoted-string (§7.1.1). We know none, so they are checked and ignored, as a recipient must.
 */
function checkChunkExtensions(bytes: Uint8Array, start: number, end: number, offset: number): void {
  let at = start;
  const fail = (): never => {
    throw new ParseError(
      400,
      offset + at,
      "What follows the chunk size is no chunk extension.",
      "RFC 9112 §7.1.1",
    );
  };
  const skip = (matches: (octet: number) => boolean): number => {
    const from = at;
    while (at < end && matches(octetAt(bytes, at))) at++;
    return at - from;
  };
  /** quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE (RFC 9110 §5.6.4) */
  const skipQuotedString = (): void => {
    for (at++; octetAt(bytes, at) !== QUOTE; at++) {
      if (octetAt(bytes, at) === BACKSLASH) at++;
      if (at >= end || !isFieldContent(octetAt(bytes, at))) fail();
    }
    at++;
  };
  while (at < end) {
    skip(isWhitespace);
    if (octetAt(bytes, at) !== SEMICOLON) fail();
    at++;
    skip(isWhitespace);
    if (skip(isTchar) === 0) fail();
    const nameEnd = at;
    skip(isWhitespace);
    if (octetAt(bytes, at) !== EQUALS) {
      at = nameEnd;
      continue;
    }
    at++;
    skip(isWhitespace);
    if (octetAt(bytes, at) === QUOTE) skipQuotedString();
    else if (skip(isTchar) === 0) fail();
  }
}
