/**
 * What an observer is told: roles that cover every octet of a message, once, in order, however it arrives.
 */
import { describe, expect, test } from "vitest";
import { ParseError } from "../../src/http/errors.ts";
import { latin1Bytes } from "../../src/http/octets.ts";
import type { ParserStateName, SpanRole } from "../../src/http/parser-observer.ts";
import { RequestParser } from "../../src/http/request-parser.ts";
import { settings } from "../../settings.ts";
import { readCorpus } from "../support/corpus.ts";

type Span = { readonly role: SpanRole; readonly start: number; readonly end: number };
type Watched = {
  readonly messages: Span[][];
  readonly states: ParserStateName[];
  readonly error?: ParseError;
};

const PIECEWISE: ReadonlySet<SpanRole> = new Set(["content", "chunk-data"]);

/** Spans of each message, content joined; empty ones left out. */
function watch(pieces: readonly Uint8Array[]): Watched {
  const messages: Span[][] = [[]];
  const states: ParserStateName[] = [];
  const parser = new RequestParser(settings.http, {
    span(role, start, end) {
      const spans = messages.at(-1) ?? [];
      const last = spans.at(-1);
      if (last !== undefined && last.role === role && PIECEWISE.has(role)) {
        spans[spans.length - 1] = { role, start: last.start, end };
      } else if (end > start) spans.push({ role, start, end });
    },
    state: (name) => void states.push(name),
  });
  for (const piece of pieces) {
    parser.push(piece);
    try {
      for (let event = parser.next(); event.kind !== "need-data"; event = parser.next()) {
        if (event.kind === "end") messages.push([]);
      }
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      return { messages, states, error };
    }
  }
  return { messages, states };
}

function texts(wire: string): string[] {
  const [spans = []] = watch([latin1Bytes(wire)]).messages;
  return spans.map(({ role, start, end }) => `${role} ${JSON.stringify(wire.slice(start, end))}`);
}

test("names every part of a head", () => {
  expect(texts("\r\nGET /a?b HTTP/1.1\r\nHost: \ta \r\nX:\r\n\r\n")).toEqual([
    'empty-line "\\r\\n"',
    'method "GET"',
    'SP " "',
    'request-target "/a?b"',
    'SP " "',
    'HTTP-version "HTTP/1.1"',
    'CRLF "\\r\\n"',
    'field-name "Host"',
    'colon ":"',
    'OWS " \\t"',
    'field-value "a"',
    'OWS " "',
    'CRLF "\\r\\n"',
    'field-name "X"',
    'colon ":"',
    'CRLF "\\r\\n"',
    'CRLF "\\r\\n"',
  ]);
});

test("names every part of a chunked body", () => {
  const head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  const body = "3;a=b\r\nabc\r\n0\r\nX: y\r\n\r\n";
  const { messages, states } = watch([latin1Bytes(head + body)]);
  const inBody = messages[0]?.filter(({ start }) => start >= head.length) ?? [];
  expect(inBody.map(({ role, start, end }) => [role, (head + body).slice(start, end)])).toEqual([
    ["chunk-size", "3"],
    ["chunk-ext", ";a=b"],
    ["CRLF", "\r\n"],
    ["chunk-data", "abc"],
    ["CRLF", "\r\n"],
    ["chunk-size", "0"],
    ["CRLF", "\r\n"],
    ["field-name", "X"],
    ["colon", ":"],
    ["OWS", " "],
    ["field-value", "y"],
    ["CRLF", "\r\n"],
    ["CRLF", "\r\n"],
  ]);
  expect(states).toEqual([
    "field-section",
    "chunk-size",
    "chunk-data",
    "chunk-data-end",
    "chunk-size",
    "trailer-section",
    "end",
    "request-line",
  ]);
});

test("is told of the failure once", () => {
  expect(watch([latin1Bytes("GET / HTTP/1.1\r\nHost : a\r\n\r\n")]).states).toEqual([
    "field-section",
    "failed",
  ]);
});

describe("of every request in the corpus", () => {
  const corpus = readCorpus(new URL("corpus/", import.meta.url));

  test("the spans cover each octet of a message once", () => {
    for (const { file, line, wire, events } of corpus) {
      const { messages } = watch([wire]);
      const ends = messages.slice(0, -1).map((spans) => `end at ${spans.at(-1)?.end}`);
      expect(ends, `${file}:${line}`).toEqual(events.filter((event) => event.startsWith("end at")));
      messages.forEach((spans) => {
        let end = 0;
        for (const span of spans) {
          expect(span.start, `${file}:${line}`).toBe(end);
          end = span.end;
        }
      });
    }
  });

  test("the spans are the same however it arrives", () => {
    for (const { file, line, wire } of corpus) {
      if (wire.length > 2_000) continue;
      const octets = Array.from(wire, (octet) => Uint8Array.of(octet));
      expect(watch(octets), `${file}:${line}`).toEqual(watch([wire]));
    }
  });
});
