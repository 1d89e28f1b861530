/**
 * The field section: *( field-line CRLF ) (RFC 9112 §5), kept as octets until somebody asks for a field.
 *
 * A browser sends a dozen fields and we read three. So a line is checked as it comes, but no string is made of it:
 * only where its name and its value begin and end is written down.
 */
import { ParseError } from "./errors.ts";
import { isFieldContent, isTchar, isWhitespace, listElements } from "./grammar.ts";
import type { ParserObserver } from "./parser-observer.ts";
import { COLON, latin1Text, lowercaseOctet, octetAt } from "./octets.ts";

/** One field value, without the whitespace around it, and the offset of its first octet in the message. */
export type FieldValue = { readonly text: string; readonly offset: number };

/** Name start, name end, value start, value end, for one line after the other. */
const NUMBERS_PER_LINE = 4;

/** The field lines of one message: in order, names without regard to case, duplicates kept (RFC 9110 §5.2, §5.3). */
export class Fields {
  readonly #bytes: Uint8Array;
  readonly #positions: readonly number[];

  /**
   * @param bytes the message from its first octet on; they must not change any more
   * @param positions as `appendFieldLine` wrote them
   */
  constructor(bytes: Uint8Array, positions: readonly number[]) {
    this.#bytes = bytes;
    this.#positions = positions;
  }

  /**
   * The value of a field; of several lines joined with ", ", as RFC 9110 §5.3 allows.
   *
   * @param name in lower case
   */
  get(name: string): string | undefined {
    let value: string | undefined;
    for (let line = this.#find(name, 0); line !== -1; line = this.#find(name, line + NUMBERS_PER_LINE)) {
      const text = this.#text(line + 2);
      value = value === undefined ? text : `${value}, ${text}`;
    }
    return value;
  }

  /** Whether there is at least one such line; `name` in lower case. */
  has(name: string): boolean {
    return this.#find(name, 0) !== -1;
  }

  /** The values of all lines of that name, in order; `name` in lower case. */
  all(name: string): FieldValue[] {
    const values: FieldValue[] = [];
    for (let line = this.#find(name, 0); line !== -1; line = this.#find(name, line + NUMBERS_PER_LINE)) {
      values.push({ text: this.#text(line + 2), offset: this.#positions[line + 2] ?? 0 });
    }
    return values;
  }

  /** Every line as name and value, as received. */
  *lines(): Generator<readonly [name: string, value: string]> {
    for (let line = 0; line < this.#positions.length; line += NUMBERS_PER_LINE) {
      yield [this.#text(line), this.#text(line + 2)];
    }
  }

  #find(name: string, from: number): number {
    for (let line = from; line < this.#positions.length; line += NUMBERS_PER_LINE) {
      if (this.#isNamed(line, name)) return line;
    }
    return -1;
  }

  #isNamed(line: number, name: string): boolean {
    const start = this.#positions[line] ?? 0;
    const end = this.#positions[line + 1] ?? 0;
    if (end - start !== name.length) return false;
    for (let i = 0; i < name.length; i++) {
      if (lowercaseOctet(octetAt(this.#bytes, start + i)) !== name.charCodeAt(i)) return false;
    }
    return true;
  }

  #text(index: number): string {
    return latin1Text(this.#bytes, this.#positions[index] ?? 0, this.#positions[index + 1] ?? 0);
  }
}

/**
 * Checks one line and appends its four positions.
 *
 *     field-line    = field-name ":" OWS field-value OWS
 *     field-name    = token
 *     field-value   = *field-content
 *
 * Name and value are those of RFC 9110 §5.1 and §5.5. A line begins with no whitespace, the first one neither (RFC 9112
 * §2.2).
 *
 * @param bytes the line stands from `start` up to `end`, without CRLF
 * @param offset of `bytes` in the message, for errors
 * @throws ParseError 400 for whitespace before the colon (RFC 9112 §5.1), for a line that begins with it (obs-fold,
 *   §5.2: we refuse instead of unfolding), and for control characters in the value
 */
export function appendFieldLine(
  bytes: Uint8Array,
  start: number,
  end: number,
  offset: number,
  positions: number[],
  observer: ParserObserver | undefined,
): void {
  const nameEnd = findNameEnd(bytes, start, end, offset);
  observer?.span("field-name", offset + start, offset + nameEnd);
  observer?.span("colon", offset + nameEnd, offset + nameEnd + 1);
  let valueStart = nameEnd + 1;
  let valueEnd = end;
  for (let at = valueStart; at < end; at++) {
    if (!isFieldContent(octetAt(bytes, at))) {
      throw new ParseError(400, offset + at, "A field value holds no control characters.", "RFC 9110 §5.5");
    }
  }
  while (valueStart < valueEnd && isWhitespace(octetAt(bytes, valueStart))) valueStart++;
  while (valueEnd > valueStart && isWhitespace(octetAt(bytes, valueEnd - 1))) valueEnd--;
  positions.push(start, nameEnd, valueStart, valueEnd);
  observer?.span("OWS", offset + nameEnd + 1, offset + valueStart);
  observer?.span("field-value", offset + valueStart, offset + valueEnd);
  observer?.span("OWS", offset + valueEnd, offset + end);
}

function findNameEnd(bytes: Uint8Array, start: number, end: number, offset: number): number {
  let at = start;
  while (at < end && isTchar(octetAt(bytes, at))) at++;
  const octet = octetAt(bytes, at);
  if (at === end) throw new ParseError(400, offset + at, "A field line has no colon.", "RFC 9112 §5");
  if (octet === COLON && at > start) return at;
  if (!isWhitespace(octet))
    throw new ParseError(400, offset + at, "A field name is no token.", "RFC 9110 §5.1");
  if (at === start)
    throw new ParseError(400, offset + at, "A field line may not be folded.", "RFC 9112 §5.2");
  throw new ParseError(400, offset + at, "No whitespace before the colon.", "RFC 9112 §5.1");
}

/** The tokens of a field that is a list of them (`Connection`, `Expect` …), in lower case. */
export function fieldTokens(fields: Fields, name: string): string[] {
  const value = fields.get(name);
  return value === undefined ? [] : listElements(value).map((element) => element.toLowerCase());
}
