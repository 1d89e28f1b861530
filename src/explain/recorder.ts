/**
 * What the parser tells its observer of one message, written down.
 */
import { type ParseError, unreachable } from "../http/errors.ts";
import type { ParserObserver, ParserStateName, SpanRole } from "../http/parser-observer.ts";
import type { LineKind, Span, StateChange } from "./explanation.ts";

export class Recorder implements ParserObserver {
  spans: Span[] = [];
  states: StateChange[] = [];

  get end(): number {
    return this.spans.at(-1)?.end ?? 0;
  }

  get currentState(): ParserStateName {
    return this.states.at(-1)?.state ?? "request-line";
  }

  begin(): void {
    this.spans = [];
    this.states = [{ state: "request-line", offset: 0 }];
  }

  span(role: SpanRole, start: number, end: number): void {
    if (start === end) return;
    const ends = role === "CRLF" ? { ends: this.#lineKind() } : {};
    this.spans.push({ role, start, end, ...ends });
  }

  state(state: ParserStateName): void {
    if (this.currentState !== "end") this.states.push({ state, offset: this.end });
  }

  /** The parser fails at the octet that is wrong, and not where the line begins that it is in. */
  statesUpTo(error: ParseError | undefined): StateChange[] {
    return this.states.map((change) =>
      change.state === "failed" ? { ...change, offset: Math.max(change.offset, error?.offset ?? 0) } : change,
    );
  }

  #lineKind(): LineKind {
    const state = this.currentState;
    const isEmptyLine = this.spans.at(-1)?.role === "CRLF";
    switch (state) {
      case "field-section":
        return isEmptyLine ? "field section" : "field line";
      case "trailer-section":
        return isEmptyLine ? "trailer section" : "field line";
      case "chunk-size":
        return "chunk-size line";
      case "chunk-data-end":
        return "chunk-data";
      case "request-line":
      case "content":
      case "chunk-data":
      case "end":
      case "failed":
        return "request line";
      default:
        return unreachable(state);
    }
  }
}
