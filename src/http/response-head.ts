/**
 * Response → octets: status line and field section (RFC 9112 §2.1, §4 and §5).
 *
 *     status-line = HTTP-version SP status-code SP [ reason-phrase ]
 */
import type { FieldLine } from "./message.ts";
import { type Status, reasonPhrase } from "./status.ts";

/** Whatever is no field-value (RFC 9110 §5.5): above all CR and LF, with which a response could be split in two. */
// oxlint-disable-next-line no-control-regex
const NO_FIELD_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * @param status of the response; the version is always 1.1, the highest we speak (RFC 9110 §2.5)
 * @param sections field lines in the order in which they are sent
 * @returns the head with the empty line that ends it, one character for each octet
 * @throws TypeError for a value with a control character or a character above U+00FF: a bug of ours
 */
export function formatResponseHead(status: Status, ...sections: readonly (readonly FieldLine[])[]): string {
  let head = `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n`;
  for (const fields of sections) head += ready.get(fields) ?? formatFieldSection(fields);
  return `${head}\r\n`;
}

/** Field lines that are sent again and again, in octets. */
const ready = new WeakMap<readonly FieldLine[], string>();

/**
 * Formats field lines that many responses will have, once and for all: checking and joining a dozen of them costs as
 * much as parsing a request does (BENCHMARKS.md). It is the array that is remembered, so use this very one.
 */
export function makeReady(fields: readonly FieldLine[]): readonly FieldLine[] {
  ready.set(fields, formatFieldSection(fields));
  return fields;
}

/** *( field-line CRLF ), without the empty line. Throws as `formatResponseHead` does. */
export function formatFieldSection(fields: readonly FieldLine[]): string {
  let text = "";
  for (const [name, value] of fields) {
    if (NO_FIELD_VALUE.test(value)) throw new TypeError(`The field ${name} holds no field value.`);
    text += `${name}: ${value}\r\n`;
  }
  return text;
}
