/**
 * The explanation of every request in the corpus, and of a few that show what the corpus does not.
 */
import { describe, expect, test } from "vitest";
import { latin1Bytes, latin1Text } from "../../src/http/octets.ts";
import { explain } from "../../src/explain/explain.ts";
import { formatHtml } from "../../src/explain/format-html.ts";
import { formatJson } from "../../src/explain/format-json.ts";
import { formatText } from "../../src/explain/format-text.ts";
import { explainSettings } from "../support/explain-settings.ts";
import { readCorpus } from "../support/corpus.ts";

/** What no terminal and no page may be sent: controls but the line's end. */
const CONTROL = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/;

describe("of every request in the corpus", () => {
  const corpus = readCorpus(new URL("../http/corpus/", import.meta.url)).map((entry) => ({
    ...entry,
    explanation: explain(entry.wire, explainSettings),
  }));

  test("every octet has exactly one role", () => {
    for (const { file, line, wire, explanation } of corpus) {
      let end = 0;
      for (const { offset, lengthBytes, spans } of explanation.messages) {
        expect(offset, `${file}:${line}`).toBe(end);
        for (const span of spans) {
          expect(offset + span.start, `${file}:${line}`).toBe(end);
          expect(span.end, `${file}:${line}`).toBeGreaterThan(span.start);
          end = offset + span.end;
        }
        expect(end, `${file}:${line}`).toBe(offset + lengthBytes);
      }
      expect(explanation.ignoredFrom, `${file}:${line}`).toBe(end);
      const isOver = explanation.messages.at(-1)?.outcome.kind !== "complete";
      expect(!isOver || end === wire.length, `${file}:${line}`).toBe(true);
    }
  });

  test("the parts of a request-target cover it", () => {
    for (const { file, line, explanation } of corpus) {
      for (const span of explanation.messages.flatMap(({ spans }) => spans)) {
        if (span.parts === undefined) continue;
        let end = span.start;
        for (const part of span.parts) {
          expect(part.start, `${file}:${line}`).toBe(end);
          ({ end } = part);
        }
        expect(end, `${file}:${line}`).toBe(span.end);
      }
    }
  });

  test("it ends as the corpus says, or before, where a connection closes", () => {
    for (const { file, line, wire, events, explanation } of corpus) {
      const ends = explanation.messages.map(({ outcome, lengthBytes }) => {
        if (outcome.kind === "complete") return `end at ${lengthBytes}`;
        return outcome.kind === "refused" ? `refused ${outcome.status} at ${outcome.offset}` : "need-data";
      });
      const expected = events.filter((event) => /^(?:end at|refused|need-data)/.test(event));
      const isIgnored = explanation.ignoredFrom < wire.length;
      const isOnlyEmptyLines = explanation.messages.at(-1)?.spans.every(({ role }) => role === "empty-line");
      if (isOnlyEmptyLines === true) ends.pop();
      expect(ends, `${file}:${line}`).toEqual(isIgnored ? expected.slice(0, ends.length) : expected);
    }
  });

  test("an octet that is wrong is marked, and has the rule it broke", () => {
    for (const { file, line, explanation } of corpus) {
      for (const { outcome, spans, lengthBytes } of explanation.messages) {
        if (outcome.kind !== "refused" || outcome.offset >= lengthBytes) continue;
        const marked = spans.find(({ start, end }) => start <= outcome.offset && outcome.offset < end);
        expect(marked, `${file}:${line}`).toBeDefined();
        expect(marked?.role !== "wrong" || marked.rule === outcome.rule, `${file}:${line}`).toBe(true);
      }
    }
  });

  test("its octets can be put together again from the JSON", () => {
    for (const { file, line, wire, explanation } of corpus) {
      const json = formatJson(explanation);
      expect(json, `${file}:${line}`).toMatch(/^[\n -~]+$/);
      const value = JSON.parse(json) as {
        messages: { spans: { octets: string }[] }[];
        ignored: { octets: string } | null;
      };
      const octets = value.messages.flatMap(({ spans }) => spans.map((span) => span.octets)).join("");
      expect(octets + (value.ignored?.octets ?? ""), `${file}:${line}`).toBe(
        latin1Text(wire, 0, wire.length),
      );
    }
  });

  test("its text holds no control character, and no line that is too long", () => {
    for (const { file, line, explanation } of corpus) {
      const text = formatText(explanation, { columns: 80, isColoured: false });
      expect(CONTROL.exec(text)?.[0], `${file}:${line}`).toBeUndefined();
      const longest = text.split("\n").reduce((long, next) => (next.length > long.length ? next : long));
      expect(longest.length, `${file}:${line}: ${longest}`).toBeLessThanOrEqual(80);
    }
  });

  test("its page holds no control character, and no markup but its own", () => {
    for (const { file, line, explanation } of corpus) {
      const page = formatHtml(explanation);
      expect(CONTROL.exec(page)?.[0], `${file}:${line}`).toBeUndefined();
      expect(foreignMarkup(page), `${file}:${line}`).toEqual([]);
    }
  });
});

test("markup in any octets stays text", () => {
  const evil = `"><script>alert(1)</script><!--'`;
  const wires = [
    evil,
    `${evil} / HTTP/1.1\r\n`,
    `GET /${evil}?${evil} HTTP/1.1\r\nHost: a\r\nX: ${evil}\r\nRange: ${evil}\r\n\r\n${evil}`,
    `GET /%3Cscript%3E HTTP/1.1\r\nHost: a\r\nIf-Match: ${evil}\r\nConnection: close\r\n\r\n${evil}`,
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;a="<b>"\r\n<\r\n0\r\nX: ${evil}\r\n\r\n`,
  ];
  for (const wire of wires) {
    const page = formatHtml(explain(latin1Bytes(wire), explainSettings));
    expect(foreignMarkup(page)).toEqual([]);
    expect(page).not.toMatch(/<script|<!--/);
    expect(page).toContain("&lt;");
  }
});

test("no octet at all is explained as well", () => {
  const explanation = explain(new Uint8Array(0), explainSettings);
  expect(explanation).toMatchObject({ messages: [], ignoredFrom: 0 });
  expect(explanation.ending).toBe(
    "Not one octet came: after 15 seconds the connection closes without a word.",
  );
  expect(formatHtml(explanation)).toContain("No messages");
});

/** Tags that the page never writes, attributes among them, and what looks like the start of one. */
function foreignMarkup(page: string): string[] {
  const own =
    /<(?:!doctype html|\/?(?:html|head|title|style|body|header|h1|h2|p|main|section|span|small|div|dl|dt|dd|a|b|br|mark|strong|table|thead|tbody|tr|th|td|footer|meta)(?: (?:lang|charset|http-equiv|content|name|class|href|title|rel|id|colspan|scope)="[^"<>]*")*)>/g;
  return page.replace(own, "").match(/[<>][^]{0,20}/g) ?? [];
}
