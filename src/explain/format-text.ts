/**
 * Explanation → text for a terminal, in colour or without: one row for each octet range, under the parser's states.
 *
 *     ── request-line ──────────────────────────────────
 *         0  GET                     method            RFC 9112 §3.1
 */
import { unreachable } from "../http/errors.ts";
import { reasonPhrase } from "../http/status.ts";
import type { Decision, ExplainedMessage, Explanation, Outcome, Span, TargetPart } from "./explanation.ts";
import { ROLES, type RoleName, type Tone, ruleOf } from "./roles.ts";
import { hexOf, visibleName, visibleOctet, visibleOctets } from "./visible.ts";

export type TextStyle = { readonly columns: number; readonly isColoured: boolean };

const MIN_COLUMNS = 80;
const MAX_COLUMNS = 120;
const OFFSET_COLUMNS = 9;
const ROLE_COLUMNS = 17;
const RULE_COLUMNS = 17;
const TOPIC_COLUMNS = 14;
/** Of one octet range; more are counted and not shown. */
const MAX_OCTET_LINES = 3;
/** Before and behind the octet that is wrong. */
const CONTEXT_OCTETS = 28;

/** Select Graphic Rendition (ECMA-48 §8.3.117), only what every terminal has, in its own colours. */
const SGR: Readonly<Record<Tone | "bold" | "faint", string>> = {
  control: "1",
  target: "36",
  name: "34",
  value: "32",
  delimiter: "2",
  size: "35",
  content: "33",
  wrong: "1;7;31",
  rest: "2",
  bold: "1",
  faint: "2",
};

export function formatText(explanation: Explanation, style: TextStyle): string {
  return new TextFormatter(explanation, style).format();
}

class TextFormatter {
  readonly #explanation: Explanation;
  readonly #columns: number;
  readonly #isColoured: boolean;
  readonly #lines: string[] = [];
  readonly #shown = new Set<RoleName>();

  constructor(explanation: Explanation, { columns, isColoured }: TextStyle) {
    this.#explanation = explanation;
    this.#columns = Math.min(Math.max(columns, MIN_COLUMNS), MAX_COLUMNS);
    this.#isColoured = isColoured;
  }

  format(): string {
    const { messages, octets, ignoredFrom, ending } = this.#explanation;
    messages.forEach((message, i) => this.#message(message, i + 1));
    if (ignoredFrom < octets.length) {
      this.#title("Ignored", ignoredFrom, octets.length - ignoredFrom, " of the input");
      this.#row({ role: "ignored", start: 0, end: octets.length - ignoredFrom }, ignoredFrom, 0);
      this.#lines.push("");
    }
    this.#entry("in the end", "bold", ending);
    this.#legend();
    return `${this.#lines.join("\n")}\n`;
  }

  #message(message: ExplainedMessage, number: number): void {
    const { offset, lengthBytes, spans, decisions, outcome } = message;
    this.#title(`Request ${number}`, offset, lengthBytes, offset === 0 ? "" : " of the input, counted anew");
    const states = message.states.values();
    let next = states.next();
    const announce = (end: number): void => {
      for (; next.done !== true && next.value.offset <= end; next = states.next())
        this.#state(next.value.state);
    };
    for (const span of spans) {
      announce(span.start);
      this.#row(span, offset, 0);
      for (const part of partsOf(span)) this.#row(part, offset, 2);
    }
    announce(Infinity);
    this.#lines.push("");
    this.#decisions(decisions);
    this.#outcome(outcome, message);
    this.#lines.push("");
  }

  #title(text: string, offset: number, lengthBytes: number, more: string): void {
    const octets = lengthBytes === 1 ? `octet ${offset}` : `octets ${offset} to ${offset + lengthBytes - 1}`;
    this.#lines.push(`${this.#paint(text, "bold")}: ${octets}${more}`);
  }

  #state(name: string): void {
    const line = "─".repeat(Math.max(2, this.#columns - name.length - 6));
    this.#lines.push(this.#paint(`  ── ${name} ${line}`, "faint"));
  }

  #row(span: Span | TargetPart, messageOffset: number, indent: number): void {
    const { role, start, end } = span;
    this.#shown.add(role);
    const columns = this.#columns - OFFSET_COLUMNS - ROLE_COLUMNS - RULE_COLUMNS - indent;
    const octets = this.#explanation.octets.subarray(messageOffset + start, messageOffset + end);
    const lines = foldCells(visibleOctets(octets), columns - 2, MAX_OCTET_LINES);
    const note = noteOf(span);
    const margin = " ".repeat(indent);
    lines.forEach((line, i) => {
      const isFirst = i === 0;
      const isLast = i === lines.length - 1;
      const place = (isFirst ? String(start) : "").padStart(OFFSET_COLUMNS - 2);
      const behind = isLast && line.length + note.length <= columns - 2 ? note : "";
      const gap = " ".repeat(Math.max(0, columns - line.length - behind.length));
      const label = isFirst
        ? `${margin}${role}`.padEnd(ROLE_COLUMNS) + this.#paint(ruleOf(span), "faint")
        : "";
      const shown = this.#paint(line, ROLES[role].tone) + this.#paint(behind, "faint");
      this.#lines.push(`${this.#paint(place, "faint")}  ${margin}${shown}${gap}${label}`.trimEnd());
    });
  }

  #decisions(decisions: readonly Decision[]): void {
    for (const { topic, sentence, rule } of decisions) this.#entry(topic, "bold", `${sentence} (${rule})`);
  }

  #outcome(outcome: Outcome, message: ExplainedMessage): void {
    switch (outcome.kind) {
      case "complete":
        return this.#entry("complete", "value", completeSentence(message, outcome.connection));
      case "refused":
        this.#entry("refused", "wrong", `${outcome.status} ${reasonPhrase(outcome.status)}`);
        this.#caret(message, outcome.offset);
        return this.#entry("", "wrong", `${outcome.reason} (${outcome.rule})`);
      case "incomplete":
        return this.#entry("incomplete", "size", `Need more octets. ${outcome.missing}`);
      default:
        return unreachable(outcome);
    }
  }

  /** The octets around the one that is wrong, and carets under it. */
  #caret(message: ExplainedMessage, wrong: number): void {
    const octets = this.#explanation.octets.subarray(message.offset, message.offset + message.lengthBytes);
    const visible = (start: number, end: number): string =>
      Array.from(octets.subarray(Math.max(0, start), Math.max(0, end)), visibleOctet).join("");
    const room = this.#columns - TOPIC_COLUMNS - 2;
    const octet = octets[wrong];
    const shown = visibleOctets(octets.subarray(wrong, wrong + 1)).join("");
    const before = visible(wrong - CONTEXT_OCTETS, wrong).slice(-CONTEXT_OCTETS);
    const behind = visible(wrong + 1, wrong + 1 + CONTEXT_OCTETS).slice(
      0,
      room - before.length - shown.length,
    );
    const name = octet === undefined ? `octet ${wrong}: the end` : `octet ${wrong}: ${hexOf(octet)}`;
    const margin = " ".repeat(TOPIC_COLUMNS + 2);
    this.#lines.push(`${margin}${before}${this.#paint(shown, "wrong")}${behind}`);
    const carets = this.#paint("^".repeat(Math.max(1, shown.length)), "bold");
    this.#lines.push(`${margin}${" ".repeat(before.length)}${carets} ${name}`);
  }

  /** Every role that was shown, with its sentence. */
  #legend(): void {
    if (this.#shown.size > 0) this.#lines.push("", this.#paint("What the roles mean", "bold"));
    for (const role of Object.keys(ROLES) as RoleName[]) {
      if (!this.#shown.has(role)) continue;
      const lines = foldWords(ROLES[role].sentence, this.#columns - ROLE_COLUMNS - 2);
      lines.forEach((line, i) => {
        const name = (i === 0 ? role : "").padEnd(ROLE_COLUMNS);
        this.#lines.push(`  ${this.#paint(name, ROLES[role].tone)}${line}`);
      });
    }
  }

  /** A word in the margin and sentences beside it. */
  #entry(word: string, tone: keyof typeof SGR, text: string): void {
    foldWords(text, this.#columns - TOPIC_COLUMNS - 2).forEach((line, i) => {
      const shown = i === 0 ? word : "";
      const gap = " ".repeat(TOPIC_COLUMNS - shown.length);
      this.#lines.push(`  ${this.#paint(shown, tone)}${gap}${line}`);
    });
  }

  #paint(text: string, tone: keyof typeof SGR): string {
    return this.#isColoured && text.trim() !== "" ? `\u001B[${SGR[tone]}m${text}\u001B[0m` : text;
  }
}

function completeSentence({ offset, lengthBytes }: ExplainedMessage, connection: string): string {
  return connection === "closes"
    ? "Nothing is read behind it."
    : `A next request may begin at octet ${offset + lengthBytes} of the input.`;
}

function partsOf({ parts = [] }: Span): readonly TargetPart[] {
  return parts.length > 1 || parts[0]?.role === "pct-encoded" ? parts : [];
}

function noteOf(span: Span | TargetPart): string {
  if ("decoded" in span) return ` is ${visibleName(span.decoded)}`;
  return "ends" in span ? ` ends the ${span.ends}` : "";
}

/** Octets as lines; where they are too many, the last line says how many are left out. */
function foldCells(cells: readonly string[], columns: number, maxLines: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const [i, cell] of cells.entries()) {
    if (line.length + cell.length > columns) {
      lines.push(line);
      line = "";
      if (lines.length === maxLines) return [...lines, `… ${cells.length - i} more`];
    }
    line += cell;
  }
  return [...lines, line];
}

/** Text as lines of whole words, of which a section is one; a word that is too long is cut. */
function foldWords(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/ (?!(?:\d{4} )?§)/)) {
    if (line !== "" && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
    for (; line.length > columns; line = line.slice(columns)) lines.push(line.slice(0, columns));
  }
  return [...lines, line];
}
