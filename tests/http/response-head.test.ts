import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FieldLine } from "../../src/http/message.ts";
import { formatResponseHead } from "../../src/http/response-head.ts";
import { type Status, forbidsContent, reasonPhrase } from "../../src/http/status.ts";

const STATUSES = [
  200, 204, 206, 301, 304, 400, 403, 404, 405, 408, 412, 414, 415, 416, 417, 431, 500, 501, 503, 505,
] as const satisfies readonly Status[];

test("a head is a status line, its field lines in order, and an empty line (RFC 9112 §4)", () => {
  const fields: FieldLine[] = [
    ["Content-Type", "image/jpeg"],
    ["X", ""],
    ["Set-Cookie", "a"],
    ["Set-Cookie", "b"],
  ];
  expect(formatResponseHead(200, fields)).toBe(
    "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nX: \r\nSet-Cookie: a\r\nSet-Cookie: b\r\n\r\n",
  );
});

test("a head without fields ends at once", () => {
  expect(formatResponseHead(404, [])).toBe("HTTP/1.1 404 Not Found\r\n\r\n");
});

test.each(STATUSES.map((status) => ({ status })))("$status has a reason phrase for people", ({ status }) => {
  expect(reasonPhrase(status)).toMatch(/^[A-Z][A-Za-z ]+$/);
  expect(formatResponseHead(status, [])).toBe(`HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n\r\n`);
});

test("204 and 304 end with their field section (RFC 9112 §6.3), and no other status does", () => {
  expect(STATUSES.filter(forbidsContent)).toEqual([204, 304]);
});

describe("a value that would be no field value is refused", () => {
  test.each([
    { what: "CR LF, with which a response is split in two", value: "a\r\nSet-Cookie: b" },
    { what: "CR", value: "a\rb" },
    { what: "LF", value: "a\nb" },
    { what: "LF at the end", value: "a\n" },
    { what: "NUL", value: "a\0b" },
    { what: "DEL", value: "a\x7fb" },
    { what: "ESC", value: "\x1b[2J" },
    { what: "a character that is no octet", value: "\u65c5" },
    { what: "a character whose low octet is LF", value: "a\u010ab" },
    { what: "a lone surrogate", value: "\uDCFF" },
  ])("for $what", ({ value }) => {
    expect(() => formatResponseHead(200, [["X", value]])).toThrow(TypeError);
  });
});

test("HTAB, SP, and octets above US-ASCII stand in a value as they are", () => {
  expect(formatResponseHead(200, [["X", "a\tb c\u00e9\u00ff\u0080"]])).toContain(
    "X: a\tb c\u00e9\u00ff\u0080\r\n",
  );
});

test("whatever the values are, there are as many lines as fields, and every character is one octet", () => {
  const anyValue = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom("\r", "\n", "a", ":", " ", "\u0085", "\u010a", "\u010d", "\u2028") }),
  );
  fc.assert(
    fc.property(fc.array(anyValue, { maxLength: 4 }), (values) => {
      const head = formatOrRefuse(values);
      if (head === "refused") return;
      expect(head.split(/\r|\n/)).toHaveLength(2 * (values.length + 2) + 1);
      expect(Buffer.from(head, "latin1").toString("latin1")).toBe(head);
    }),
    { numRuns: 300 },
  );
});

function formatOrRefuse(values: readonly string[]): string {
  try {
    return formatResponseHead(
      200,
      values.map((value) => ["X", value] as const),
    );
  } catch (error) {
    if (error instanceof TypeError) return "refused";
    throw error;
  }
}
