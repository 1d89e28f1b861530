/**
 * Octets → Explanation: the server's own parser reads them, and an observer writes down what it says.
 *
 * There is no second parser here. What the parser gave no role (a line that has not ended, what stands behind an octet
 * that broke a rule) is covered by roles of our own, so that every octet has exactly one.
 */
import { ParseError } from "../http/errors.ts";
import type { Request } from "../http/message.ts";
import { latin1Text } from "../http/octets.ts";
import { RequestParser } from "../http/request-parser.ts";
import { parseRequestTarget } from "../http/request-target.ts";
import { decide } from "./decisions.ts";
import type { ExplainedMessage, Explanation, Role, Span } from "./explanation.ts";
import { type ExplainSettings, type Reading, endingOf, outcomeOf } from "./outcome.ts";
import { Recorder } from "./recorder.ts";
import { targetParts } from "./target-parts.ts";

/**
 * Content is told as the parser reads it, also where the server would close the connection instead of reading it.
 *
 * @param octets all that a client sends on one connection, from its first octet on
 */
export function explain(octets: Uint8Array, settings: ExplainSettings): Explanation {
  const recorder = new Recorder();
  const parser = new RequestParser(settings.limits, recorder);
  parser.push(octets);
  const messages: ExplainedMessage[] = [];
  let offset = 0;
  while (offset < octets.length) {
    const message = readMessage(parser, recorder, octets.subarray(offset), offset, settings);
    messages.push(message);
    offset += message.lengthBytes;
    if (message.outcome.kind === "complete" && message.outcome.connection === "closes") break;
  }
  return { octets, messages, ignoredFrom: offset, ending: endingOf(messages.at(-1), settings) };
}

/** @param octets from the first one of the message up to the end of the input */
function readMessage(
  parser: RequestParser,
  recorder: Recorder,
  octets: Uint8Array,
  offset: number,
  settings: ExplainSettings,
): ExplainedMessage {
  recorder.begin();
  const reading = readEvents(parser);
  const { request, error } = reading;
  const outcome = outcomeOf(reading, parser, recorder, octets, offset === 0, settings);
  const lengthBytes = outcome.kind === "complete" ? recorder.end : octets.length;
  return {
    offset,
    lengthBytes,
    spans: cover(withParts(recorder.spans, octets), lengthBytes, error),
    states: recorder.statesUpTo(error),
    decisions: request === undefined ? [] : decide(request, settings),
    outcome,
  };
}

function readEvents(parser: RequestParser): Reading {
  let request: Request | undefined;
  let contentBytes = 0;
  try {
    for (;;) {
      const event = parser.next();
      if (event.kind === "request") ({ request } = event);
      else if (event.kind === "data") contentBytes += event.bytes.length;
      else return { request, contentBytes, isComplete: event.kind === "end", error: undefined };
    }
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { request, contentBytes, isComplete: false, error };
  }
}

/** The target was read, so reading it again cannot fail; of a refused request there is no other trace of it. */
function withParts(spans: readonly Span[], octets: Uint8Array): Span[] {
  const method = spans.find(({ role }) => role === "method");
  const text = (span: Span | undefined): string => latin1Text(octets, span?.start ?? 0, span?.end ?? 0);
  return spans.map((span) => {
    if (span.role !== "request-target") return span;
    return {
      ...span,
      parts: targetParts(parseRequestTarget(text(method), text(span), span.start), span.start),
    };
  });
}

/** The spans, and behind them what was given no role: begun up to the octet that is wrong, and unread behind it. */
function cover(spans: readonly Span[], lengthBytes: number, error: ParseError | undefined): Span[] {
  const covered = [...spans];
  const add = (role: Role, until: number, more: Partial<Span> = {}): void => {
    const start = covered.at(-1)?.end ?? 0;
    const end = Math.min(until, lengthBytes);
    if (end > start) covered.push({ role, start, end, ...more });
  };
  if (error !== undefined && error.offset >= (spans.at(-1)?.end ?? 0)) {
    add("begun", error.offset);
    add("wrong", error.offset + 1, { rule: error.rule });
  }
  add(error === undefined ? "begun" : "unread", lengthBytes);
  return covered;
}
