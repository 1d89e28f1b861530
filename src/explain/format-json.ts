/**
 * Explanation → JSON for machines.
 *
 *     { "shape": 1, "octets": 31, "messages": [message …], "ignored": { "offset": 28, "octets": "GET" } | null,
 *       "ending": "The connection closes." }
 *     message   { "offset", "lengthBytes", "spans": [span …], "states": [{ "state", "offset" } …],
 *                 "decisions": [{ "topic", "outcome", "sentence", "rule" } …], "outcome": { "kind" … } }
 *     span      { "role", "start", "end", "octets", "rule", "ends"?, "parts"?: [{ "role" … "decoded"? } …] }
 *
 * Octets are text with one character for each, U+0000 to U+00FF (ISO 8859-1): those of all spans of all messages, and
 * the ignored ones, one after the other are the input. Offsets of a message count from the start of the input, those
 * within it from its first octet. What may be added later are members and outcomes; what is here stays. The text is
 * US-ASCII.
 */
import { latin1Text } from "../http/octets.ts";
import type { ExplainedMessage, Explanation, Span, TargetPart } from "./explanation.ts";
import { ruleOf } from "./roles.ts";

export function formatJson(explanation: Explanation): string {
  const { octets, messages, ignoredFrom, ending } = explanation;
  const ignored =
    ignoredFrom === octets.length
      ? null
      : { offset: ignoredFrom, octets: latin1Text(octets, ignoredFrom, octets.length) };
  const value = {
    shape: 1,
    octets: octets.length,
    messages: messages.map((message) => messageValue(message, octets)),
    ignored,
    ending,
  };
  return `${JSON.stringify(value, undefined, 2).replace(/[\u007F-\uFFFF]/g, escapeCharacter)}\n`;
}

function messageValue(message: ExplainedMessage, octets: Uint8Array): unknown {
  const { offset, spans } = message;
  return { ...message, spans: spans.map((span) => spanValue(span, octets, offset)) };
}

function spanValue(span: Span | TargetPart, octets: Uint8Array, offset: number): object {
  const { role, start, end, ...more } = span;
  const text = latin1Text(octets, offset + start, offset + end);
  const value = { role, start, end, octets: text, rule: ruleOf(span), ...more };
  if (!("parts" in span)) return value;
  return { ...value, parts: span.parts.map((part) => spanValue(part, octets, offset)) };
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
