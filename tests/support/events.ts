/**
 * What the parser makes of some octets, in the words of the corpus.
 */
import { ParseError } from "../../src/http/errors.ts";
import { expectation } from "../../src/http/expectation.ts";
import type { Request } from "../../src/http/message.ts";
import { requestPersists } from "../../src/http/persistence.ts";
import { RequestParser } from "../../src/http/request-parser.ts";
import { utf8FromText } from "../../src/http/utf8.ts";
import { settings } from "../../settings.ts";

/**
 * @param pieces in the order in which the network delivers them; every event is asked for between two
 * @returns lines as in an `events` block of the corpus, always with `path` where there is one
 */
export function formatEvents(pieces: readonly Uint8Array[]): string[] {
  const parser = new RequestParser(settings.http);
  const recorder = new Recorder();
  for (const piece of pieces) {
    parser.push(piece);
    recorder.push(piece.length);
    try {
      for (let event = parser.next(); event.kind !== "need-data"; event = parser.next()) {
        if (event.kind === "request") recorder.request(event.request);
        else if (event.kind === "data") recorder.data(event.bytes);
        else recorder.end(parser.unreadBytes);
      }
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      return recorder.refused(error);
    }
  }
  return recorder.finished(parser.isBetweenMessages);
}

class Recorder {
  readonly #lines: string[] = [];
  #content = "";
  #pushedBytes = 0;
  #messageStart = 0;

  push(bytes: number): void {
    this.#pushedBytes += bytes;
  }

  request(request: Request): void {
    this.#lines.push(...formatRequest(request));
  }

  data(bytes: Uint8Array): void {
    this.#content += visible(bytes);
  }

  end(unreadBytes: number): void {
    this.#flushContent();
    const end = this.#pushedBytes - unreadBytes;
    this.#lines.push(`end at ${end - this.#messageStart}`);
    this.#messageStart = end;
  }

  refused(error: ParseError): string[] {
    this.#flushContent();
    return [...this.#lines, `refused ${error.status} at ${error.offset}`];
  }

  finished(isBetweenMessages: boolean): string[] {
    this.#flushContent();
    return isBetweenMessages ? this.#lines : [...this.#lines, "need-data"];
  }

  #flushContent(): void {
    if (this.#content !== "") this.#lines.push(`content "${this.#content}"`);
    this.#content = "";
  }
}

function formatRequest(request: Request): string[] {
  const { method, target, version, fields, framing } = request;
  const lines = [
    `request ${method} ${target.raw} HTTP/${version.major}.${version.minor}`,
    `  form ${target.form}`,
  ];
  if ("segments" in target) {
    lines.push(`  path /${visibleText(target.segments.join("/"))}`);
    if (target.query !== undefined) lines.push(`  query ${target.query}`.trimEnd());
  }
  for (const [name, value] of fields.lines()) {
    lines.push(`  field ${name}: ${visible(Buffer.from(value, "latin1"))}`.trimEnd());
  }
  const length = framing.kind === "content-length" ? ` ${framing.lengthBytes}` : "";
  lines.push(`  framing ${framing.kind}${length}`);
  lines.push(`  connection ${requestPersists(version, fields) ? "persists" : "closes"}`);
  const expected = expectation(version, fields);
  if (expected !== "none") lines.push(`  expects ${expected}`);
  return lines;
}

/** Characters as they are, but octets that are no UTF-8, and controls, as \xHH. */
function visibleText(text: string): string {
  return Array.from(text, (character) =>
    /[\p{Cc}\p{Cs}]/u.test(character) ? visible(utf8FromText(character)) : character,
  ).join("");
}

/** Printable US-ASCII as it is, every other octet, and the quote, as \xHH. */
function visible(bytes: Uint8Array): string {
  let text = "";
  for (const octet of bytes) {
    const isPlain = octet >= 0x20 && octet <= 0x7e && octet !== 0x22;
    text += isPlain ? String.fromCharCode(octet) : `\\x${octet.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return text;
}
