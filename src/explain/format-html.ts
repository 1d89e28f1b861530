/**
 * Explanation → one HTML page that needs nothing else: no script, no font, no request.
 *
 * Above, the message as a strip of octets in the colours of their roles, and beside it what was decided; below, a row
 * for each octet range. A click on octets in the strip leads to their row.
 */
import type { Rule } from "../http/errors.ts";
import { unreachable } from "../http/errors.ts";
import { reasonPhrase } from "../http/status.ts";
import { Html, html } from "../gallery/html.ts";
import type { ExplainedMessage, Explanation, Outcome, Span, TargetPart } from "./explanation.ts";
import { PAGE_STYLE } from "./page-style.ts";
import { ROLES, type RoleName, ruleOf } from "./roles.ts";
import { hexOf, visibleName, visibleOctets } from "./visible.ts";

/** Of one octet range; more are counted and not shown. */
const MAX_STRIP_OCTETS = 600;
const MAX_ROW_OCTETS = 120;

/** The page may load nothing, whatever stands in the octets. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

export function formatHtml(explanation: Explanation): string {
  const { messages, octets, ignoredFrom, ending } = explanation;
  const explained = new Set<RoleName>();
  const sections = messages.map((message, i) =>
    formatMessage(
      message,
      i + 1,
      octets.subarray(message.offset, message.offset + message.lengthBytes),
      explained,
    ),
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>How ${octetCount(octets.length)} are read</title>
<style>${new Html(PAGE_STYLE)}</style>
</head>
<body>
<header>
<h1>How ${octetCount(octets.length)} are read</h1>
<p>${summary(messages)} Offsets count from the first octet of each message.</p>
</header>
<main>
${sections}${formatIgnored(octets.subarray(ignoredFrom), ignoredFrom)}</main>
<footer><p><strong>In the end.</strong> ${ending}</p></footer>
</body>
</html>
`.text;
}

function summary(messages: readonly ExplainedMessage[]): string {
  const count = messages.length;
  return count === 1 ? "One message." : `${count === 0 ? "No" : count} messages, one after the other.`;
}

function formatMessage(
  message: ExplainedMessage,
  number: number,
  octets: Uint8Array,
  explained: Set<RoleName>,
): Html {
  const { offset, lengthBytes, outcome, decisions } = message;
  const where =
    lengthBytes === 1 ? `octet ${offset}` : `octets ${offset} to ${offset + lengthBytes - 1} of the input`;
  const decided =
    decisions.length === 0
      ? html`<p class="note">Nothing is decided before the field section is complete and right.</p>`
      : html`<dl>${decisions.map(
          ({ topic, sentence, rule }) => html`<dt>${topic}</dt><dd>${sentence} ${ruleLink(rule)}</dd>`,
        )}</dl>`;
  return html`<section>
<h2>Request ${number} <span class="verdict ${outcome.kind}">${outcome.kind}</span> <small>${where}</small></h2>
<div class="both">
${formatStrip(message, number, octets)}
<div>${formatOutcome(outcome, octets)}${decided}</div>
</div>
${formatTable(message, number, octets, explained)}
</section>
`;
}

function formatIgnored(octets: Uint8Array, from: number): Html {
  if (octets.length === 0) return html``;
  return html`<section>
<h2>Ignored <small>from octet ${from} of the input on</small></h2>
<p>${ROLES.ignored.sentence} ${ruleLink(ROLES.ignored.rule)}</p>
<div class="strip"><div class="line"><span class="at">0</span><span class="octets rest">${shownOctets(octets, MAX_STRIP_OCTETS)}</span></div></div>
</section>
`;
}

function formatOutcome(outcome: Outcome, octets: Uint8Array): Html {
  switch (outcome.kind) {
    case "complete":
      return html``;
    case "refused": {
      const { status, reason, rule, offset, isAnswered } = outcome;
      const octet = octets[offset];
      const which =
        octet === undefined
          ? "the end"
          : html`<span class="octets">${shownOctets(octets.subarray(offset, offset + 1), 1)}</span>, ${hexOf(octet)}`;
      const then = isAnswered
        ? "The head was right and is answered already; the connection closes."
        : "Then the connection closes.";
      return html`<div class="why refused"><strong>${status} ${reasonPhrase(status)}</strong>
<p>${reason} ${ruleLink(rule)}</p><p>Octet ${offset}: ${which}. ${then}</p></div>`;
    }
    case "incomplete":
      return html`<div class="why incomplete"><strong>Need more octets</strong>
<p>${outcome.missing}</p><p>${outcome.deadline}</p></div>`;
    default:
      return unreachable(outcome);
  }
}

/** The message line by line, as it was sent. */
function formatStrip({ spans, outcome }: ExplainedMessage, number: number, octets: Uint8Array): Html {
  const wrong = outcome.kind === "refused" ? outcome.offset : undefined;
  const lines = linesOf(spans).map((line) => {
    const pieces = line.map((span) => formatPiece(span, number, octets, wrong));
    return html`<div class="line"><span class="at">${line[0]?.start}</span><span class="octets">${pieces}</span></div>
`;
  });
  return html`<div class="strip">
${lines}</div>`;
}

/** A CRLF ends a line here as it does there; content has lines of its own. */
function linesOf(spans: readonly Span[]): Span[][] {
  const lines: Span[][] = [];
  let line: Span[] = [];
  for (const span of spans) {
    line.push(span);
    if (span.role !== "CRLF" && span.role !== "empty-line") continue;
    lines.push(line);
    line = [];
  }
  return line.length === 0 ? lines : [...lines, line];
}

/** @param wrong offset of the octet to be marked */
function formatPiece(span: Span, number: number, octets: Uint8Array, wrong: number | undefined): Html {
  const { role, parts } = span;
  const shown = ({ start, end }: Span | TargetPart): Html =>
    shownOctets(
      octets.subarray(start, end),
      MAX_STRIP_OCTETS,
      wrong === undefined ? undefined : wrong - start,
    );
  const content =
    parts === undefined
      ? shown(span)
      : parts.map((part) => html`<span class="${part.role}">${shown(part)}</span>`);
  return html`<a class="piece ${ROLES[role].tone}" href="#${rowId(number, span)}" title="${role}">${content}</a>`;
}

/**
 * Octets as text. A control character is a small label of its own, as ␍ is too fine for a wall; behind an LF within a
 * range begins a new line.
 *
 * @param wrong index of the octet to be marked
 */
function shownOctets(octets: Uint8Array, max: number, wrong?: number): Html {
  const cells = visibleOctets(octets.subarray(0, max));
  const pieces: Html[] = [];
  let text = "";
  const flush = (): void => {
    if (text !== "") pieces.push(html`${text}`);
    text = "";
  };
  cells.forEach((cell, i) => {
    const label = LABELS[cell];
    const isMarked = i === wrong;
    if (label === undefined && !isMarked) {
      text += cell;
      return;
    }
    flush();
    const shown = label === undefined ? html`${cell}` : html`<b>${label}</b>`;
    pieces.push(isMarked ? html`<mark>${shown}</mark>` : shown);
    if (label === "LF" && i < cells.length - 1) pieces.push(html`<br>`);
  });
  flush();
  if (octets.length > max) pieces.push(html` <span class="note">… ${octets.length - max} more</span>`);
  return html`${pieces}`;
}

const LABELS: Readonly<Record<string, string>> = { "␍": "CR", "␊": "LF", "␀": "NUL", "␉": "HTAB", "␠": "SP" };

function formatTable(
  { spans, states }: ExplainedMessage,
  number: number,
  octets: Uint8Array,
  explained: Set<RoleName>,
): Html {
  const changes = states.values();
  let next = changes.next();
  const stateRows = (end: number): Html[] => {
    const rows: Html[] = [];
    for (; next.done !== true && next.value.offset <= end; next = changes.next()) {
      rows.push(html`<tr class="state"><th colspan="5" scope="rowgroup">${next.value.state}</th></tr>
`);
    }
    return rows;
  };
  const rows = spans.map((span) => {
    const { parts = [] } = span;
    const partRows =
      parts.length > 1 ? parts.map((part) => formatRow(part, undefined, octets, explained)) : [];
    return html`${stateRows(span.start)}${formatRow(span, rowId(number, span), octets, explained)}${partRows}`;
  });
  return html`<table>
<thead><tr><th>offset</th><th>octets</th><th>role</th><th>meaning</th><th>rule</th></tr></thead>
<tbody>
${rows}${stateRows(Infinity)}</tbody>
</table>`;
}

/** @param id undefined for a part of a request-target */
function formatRow(
  span: Span | TargetPart,
  id: string | undefined,
  octets: Uint8Array,
  explained: Set<RoleName>,
): Html {
  const { role, start, end } = span;
  const { tone, sentence } = ROLES[role];
  const says = explained.has(role) ? noteOf(span) : `${sentence} ${noteOf(span)}`.trim();
  explained.add(role);
  const attributes = id === undefined ? html` class="octet-row part"` : html` class="octet-row" id="${id}"`;
  const shown = shownOctets(octets.subarray(start, end), MAX_ROW_OCTETS);
  return html`<tr${attributes}><td class="at">${start}</td><td class="octets"><span class="piece ${tone}">${shown}</span></td><td class="role">${role}</td><td class="says note">${says}</td><td class="rule">${ruleLink(ruleOf(span))}</td></tr>
`;
}

function noteOf(span: Span | TargetPart): string {
  if ("decoded" in span) return `Here ${visibleName(span.decoded)}.`;
  return "ends" in span ? `Ends the ${span.ends}.` : "";
}

function rowId(number: number, { start }: Span): string {
  return `request-${number}-octet-${start}`;
}

/** "RFC 9112 §2.2" as a link to that section. */
function ruleLink(rule: Rule): Html {
  const [, rfc = "", section = ""] = /^RFC (\d+) §(.*)$/.exec(rule) ?? [];
  return html`<a class="rule" href="https://www.rfc-editor.org/rfc/rfc${rfc}#section-${section}" rel="noreferrer">${rule}</a>`;
}

function octetCount(count: number): string {
  return count === 1 ? "1 octet" : `${count} octets`;
}
