/**
 * Response → octets: status line and field section (RFC 9112 §4 and §5).
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
 * @param fields in the order in which they are sent
 * @returns the head with the empty line that ends it, one character for each octet
 * @throws TypeError for a value with a control character or a character above U+00FF: a bug of ours
 */
export function formatResponseHead(status: Status, fields: readonly FieldLine[]): string {
  let head = `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n`;
  for (const [name, value] of fields) {
    if (NO_FIELD_VALUE.test(value)) throw new TypeError(`The field ${name} holds no field value.`);
    head += `${name}: ${value}\r\n`;
  }
  return `${head}\r\n`;
}
