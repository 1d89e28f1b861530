import { describe, expect, test } from "vitest";
import { ResponseReader } from "../../fuzz/response-reader.ts";
import { latin1Bytes } from "../../src/http/octets.ts";

const DATE = "Date: Sun, 06 Nov 1994 08:49:37 GMT";

function read(wire: string, method = "GET"): unknown {
  const reader = new ResponseReader();
  reader.push(latin1Bytes(wire));
  const response = reader.next(method);
  if (response === undefined) return undefined;
  return {
    status: response.status,
    content: response.content.toString("latin1"),
    rest: reader.unread.length,
  };
}

/** A 200 with these field lines besides Date. */
function ok(...lines: string[]): string {
  return `HTTP/1.1 200 OK\r\n${[DATE, ...lines].join("\r\n")}\r\n\r\n`;
}

test("the content is as long as Content-Length says, and the next response begins behind it", () => {
  expect(read(`${ok("Content-Length: 5")}helloHTTP`)).toEqual({ status: 200, content: "hello", rest: 4 });
});

test("a response to HEAD has no content, whatever its Content-Length (RFC 9112 §6.3)", () => {
  expect(read(`${ok("Content-Length: 5")}HTTP`, "HEAD")).toEqual({ status: 200, content: "", rest: 4 });
});

test.each([100, 204, 304])("a %d has no content, and no Content-Length", (status) => {
  const head = `HTTP/1.1 ${status} Reason\r\n${DATE}\r\n`;
  expect(read(`${head}\r\n`)).toEqual({ status, content: "", rest: 0 });
  expect(() => read(`${head}Content-Length: 0\r\n\r\n`)).toThrow("a Content-Length");
});

test("a response that has not all arrived is none yet, wherever it is cut", () => {
  const wire = `${ok("Content-Length: 5")}hello`;
  for (let end = 0; end < wire.length; end++) expect(read(wire.slice(0, end))).toBeUndefined();
});

test("fields are found by their names in lower case, without the whitespace around their values", () => {
  const reader = new ResponseReader();
  reader.push(latin1Bytes(ok("CONTENT-LENGTH:0", "Vary: \ta ", "Vary: b")));
  expect([...(reader.next("GET")?.fields ?? [])]).toEqual([
    ["date", "Sun, 06 Nov 1994 08:49:37 GMT"],
    ["content-length", "0"],
    ["vary", "a, b"],
  ]);
});

describe("what is no response is refused", () => {
  test.each([
    { because: "another version", wire: ok("Content-Length: 0").replace("1.1", "1.0") },
    { because: "a status of two digits", wire: ok("Content-Length: 0").replace("200", "20") },
    { because: "a line of content where a status line should be", wire: "hello\r\n\r\n" },
    { because: "a bare LF", wire: ok("X: a\nY: b", "Content-Length: 0") },
    { because: "a bare CR", wire: ok("X: a\rY: b", "Content-Length: 0") },
    { because: "NUL in a value", wire: ok("X: a\0", "Content-Length: 0") },
    { because: "a space before the colon", wire: ok("X : a", "Content-Length: 0") },
    { because: "a folded line", wire: ok("X: a", " b", "Content-Length: 0") },
    { because: "no Date", wire: ok("Content-Length: 0").replace(DATE, "X: a") },
    { because: "a Date in an obsolete format", wire: ok("Content-Length: 0").replace("06 Nov", "6-Nov") },
    { because: "no Content-Length", wire: ok() },
    { because: "a Content-Length that is no number", wire: ok("Content-Length: +5") },
    { because: "two Content-Length fields", wire: ok("Content-Length: 0", "content-length: 0") },
    { because: "a Transfer-Encoding", wire: ok("Transfer-Encoding: chunked") },
  ])("because of $because", ({ wire }) => {
    expect(() => read(wire)).toThrow(expect.objectContaining({ name: "ResponseError" }));
  });
});
