/**
 * How a message ended, and what the connection loop of the server makes of it.
 */
import { type ParseError, unreachable } from "../http/errors.ts";
import type { Request } from "../http/message.ts";
import { latin1Text } from "../http/octets.ts";
import { whyLast } from "../http/persistence.ts";
import type { ParserLimits, RequestParser } from "../http/request-parser.ts";
import type { Site } from "./decisions.ts";
import type { ExplainedMessage, Outcome } from "./explanation.ts";
import type { Recorder } from "./recorder.ts";

export type ExplainSettings = Site & {
  readonly limits: ParserLimits;
  readonly timeouts: {
    readonly firstOctetMs: number;
    readonly keepAliveIdleMs: number;
    readonly requestHeadMs: number;
    readonly discardBodyMs: number;
  };
};

/** What the parser said of one message. */
export type Reading = {
  readonly request: Request | undefined;
  readonly contentBytes: number;
  readonly isComplete: boolean;
  readonly error: ParseError | undefined;
};

/** @param octets from the first one of the message up to the end of the input */
export function outcomeOf(
  reading: Reading,
  parser: RequestParser,
  recorder: Recorder,
  octets: Uint8Array,
  isFirst: boolean,
  settings: ExplainSettings,
): Outcome {
  const { request, contentBytes, isComplete, error } = reading;
  if (error !== undefined) {
    const { status, offset, reason, rule } = error;
    return { kind: "refused", status, offset, reason, rule, isAnswered: request !== undefined };
  }
  if (isComplete && request !== undefined) {
    const persists =
      whyLast(request, settings.maxDiscardedBodyBytes) === undefined &&
      contentBytes <= settings.maxDiscardedBodyBytes;
    return { kind: "complete", connection: persists ? "persists" : "closes" };
  }
  const missing = whatIsMissing(reading, recorder, octets);
  const { firstOctetMs, keepAliveIdleMs, requestHeadMs, discardBodyMs } = settings.timeouts;
  if (parser.isBetweenMessages) {
    const waitMs = isFirst ? firstOctetMs : keepAliveIdleMs;
    const deadline = `After ${seconds(waitMs)} the connection closes without a word: empty lines are no request.`;
    return { kind: "incomplete", missing, deadline, status: undefined };
  }
  if (request === undefined) {
    const deadline = `${seconds(requestHeadMs)} after its first octet the server sends 408 and closes; if the client stops sending before, 400.`;
    return { kind: "incomplete", missing, deadline, status: 408 };
  }
  const persists = whyLast(request, settings.maxDiscardedBodyBytes) === undefined;
  const deadline = persists
    ? `The response to the head is sent; ${seconds(discardBodyMs)} later the connection closes without another word.`
    : "The response to the head is sent, and the connection closes.";
  return { kind: "incomplete", missing, deadline, status: undefined };
}

function whatIsMissing({ request, contentBytes }: Reading, recorder: Recorder, octets: Uint8Array): string {
  const hasBegun = recorder.end < octets.length;
  const state = recorder.currentState;
  switch (state) {
    case "request-line":
      return hasBegun ? "The request line has not ended: no CRLF." : "There is no request line yet.";
    case "field-section":
      return hasBegun
        ? "A field line has not ended, nor has the field section: no CRLF, and no empty line."
        : "The field section has not ended: no empty line.";
    case "content": {
      const lengthBytes = request?.framing.kind === "content-length" ? request.framing.lengthBytes : 0;
      return `${lengthBytes - contentBytes} more of ${lengthBytes} octets of content.`;
    }
    case "chunk-size":
      return hasBegun ? "The chunk-size line has not ended: no CRLF." : "There is no next chunk-size yet.";
    case "chunk-data": {
      const size = recorder.spans.findLast(({ role }) => role === "chunk-size");
      const last = recorder.spans.at(-1);
      const digits = latin1Text(octets, size?.start ?? 0, size?.end ?? 0);
      const sizeBytes = Number.parseInt(digits, 16); // checked by the parser
      const receivedBytes = last?.role === "chunk-data" ? last.end - last.start : 0;
      return `${sizeBytes - receivedBytes} more of ${sizeBytes} octets of chunk-data.`;
    }
    case "chunk-data-end":
      return "The CRLF behind the data of a chunk.";
    case "trailer-section":
      return hasBegun
        ? "A trailer field line has not ended: no CRLF."
        : "The trailer section has not ended: no empty line.";
    case "end":
    case "failed":
      return "Nothing.";
    default:
      return unreachable(state);
  }
}

/** What becomes of the connection when nothing more comes. */
export function endingOf(last: ExplainedMessage | undefined, { timeouts }: ExplainSettings): string {
  if (last === undefined) {
    return `Not one octet came: after ${seconds(timeouts.firstOctetMs)} the connection closes without a word.`;
  }
  const { outcome } = last;
  switch (outcome.kind) {
    case "complete":
      return outcome.connection === "persists"
        ? `The connection stays open; without a next request it closes after ${seconds(timeouts.keepAliveIdleMs)}, without a word.`
        : "The connection closes.";
    case "refused":
      return outcome.isAnswered
        ? "The connection closes; the response to the head is on its way already."
        : `The server sends ${outcome.status} and closes the connection.`;
    case "incomplete":
      return outcome.deadline;
    default:
      return unreachable(outcome);
  }
}

function seconds(ms: number): string {
  return ms === 1_000 ? "1 second" : `${ms / 1_000} seconds`;
}
