import { describe, expect, test } from "vitest";
import { type Expectation, expectation } from "../../src/http/expectation.ts";
import { requestOf } from "../support/requests.ts";

function expected(version: string, lines: readonly string[]): Expectation {
  const section = lines.map((value) => `Expect: ${value}\r\n`).join("");
  const { version: parsed, fields } = requestOf(`GET / ${version}\r\nHost: a\r\n${section}\r\n`);
  return expectation(parsed, fields);
}

describe("RFC 9110 §10.1.1", () => {
  const cases: { version: string; lines: string[]; is: Expectation }[] = [
    { version: "HTTP/1.1", lines: [], is: "none" },
    { version: "HTTP/1.1", lines: [""], is: "none" },
    { version: "HTTP/1.1", lines: ["100-continue"], is: "100-continue" },
    { version: "HTTP/1.1", lines: ["100-Continue"], is: "100-continue" },
    { version: "HTTP/1.1", lines: ["100-continue, 100-continue"], is: "100-continue" },
    { version: "HTTP/1.1", lines: ["200-ok"], is: "unknown" },
    { version: "HTTP/1.1", lines: ["100-continue, 200-ok"], is: "unknown" },
    { version: "HTTP/1.1", lines: ["100-continue", "200-ok"], is: "unknown" },
    { version: "HTTP/1.1", lines: ["100-continue; now"], is: "unknown" },
    { version: "HTTP/1.1", lines: ['"\\'], is: "unknown" },
    { version: "HTTP/1.0", lines: ["100-continue"], is: "none" },
  ];
  test.each(cases)("$version with Expect $lines is $is", ({ version, lines, is }) => {
    expect(expected(version, lines)).toBe(is);
  });
});
