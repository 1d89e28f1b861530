/**
 * A curl command line, and the octets it stands for.
 */
import { describe, expect, test } from "vitest";
import { composeGet } from "../../src/explain/compose.ts";
import { composeFromCurl } from "../../src/explain/curl.ts";
import { splitShellWords } from "../../src/explain/shell-words.ts";
import { latin1Text } from "../../src/http/octets.ts";

const textOf = (bytes: Uint8Array): string => latin1Text(bytes, 0, bytes.length);

const head = (...lines: string[]): string => `${lines.join("\r\n")}\r\n\r\n`;

const OWN = ["User-Agent: curl/8", "Accept: */*"];

const commands: { command: string; wire: string }[] = [
  { command: "curl http://a/b?c#d", wire: head("GET /b?c HTTP/1.1", "Host: a", ...OWN) },
  { command: "a:8080", wire: head("GET / HTTP/1.1", "Host: a:8080", ...OWN) },
  { command: "curl -I a", wire: head("HEAD / HTTP/1.1", "Host: a", ...OWN) },
  { command: "curl --head --url a", wire: head("HEAD / HTTP/1.1", "Host: a", ...OWN) },
  { command: "curl -X DELETE a/b", wire: head("DELETE /b HTTP/1.1", "Host: a", ...OWN) },
  { command: "curl -XPUT -sS a/b -o /dev/null", wire: head("PUT /b HTTP/1.1", "Host: a", ...OWN) },
  { command: "curl -0 a", wire: head("GET / HTTP/1.0", "Host: a", ...OWN) },
  { command: "curl -H 'X: y' -H 'Accept:' a", wire: head("GET / HTTP/1.1", "Host: a", OWN[0] ?? "", "X: y") },
  { command: "curl -H 'host: b' -H 'X;' a", wire: head("GET / HTTP/1.1", "Host: b", ...OWN, "X:") },
  {
    command: "curl -r 0-99 -u me:secret -A '' -e http://b/ --compressed a",
    wire: head(
      "GET / HTTP/1.1",
      "Host: a",
      "Authorization: Basic bWU6c2VjcmV0",
      "Range: bytes=0-99",
      "Accept: */*",
      "Accept-Encoding: deflate, gzip",
      "Referer: http://b/",
    ),
  },
  {
    command: "curl a -d b=1 --data-raw '@c' --data-binary $'d\\r\\n'",
    wire: `${head(
      "POST / HTTP/1.1",
      "Host: a",
      ...OWN,
      "Content-Length: 10",
      "Content-Type: application/x-www-form-urlencoded",
    )}b=1&@c&d\r\n`,
  },
  {
    command: "curl --path-as-is a/../b/./c#d",
    wire: head("GET /../b/./c HTTP/1.1", "Host: a", ...OWN),
  },
  {
    command: "curl a/%2e%2e/x/../b/./c?d/../e",
    wire: head("GET /%2e%2e/b/c?d/../e HTTP/1.1", "Host: a", ...OWN),
  },
  { command: "curl a/b/..", wire: head("GET / HTTP/1.1", "Host: a", ...OWN) },
  { command: "curl a?b", wire: head("GET /?b HTTP/1.1", "Host: a", ...OWN) },
  {
    command: `curl -g 'a/[1]{2}"<>^|'`,
    wire: head(`GET /[1]{2}"<>^| HTTP/1.1`, "Host: a", ...OWN),
  },
  {
    command: "curl -b c=d -e 'http://b/;auto' a",
    wire: head("GET / HTTP/1.1", "Host: a", ...OWN, "Referer: http://b/", "Cookie: c=d"),
  },
  { command: "curl -H $'X: \\xff' a", wire: head("GET / HTTP/1.1", "Host: a", ...OWN, "X: \xff") },
  {
    command: "curl http://me:s%20e%zz@a",
    wire: head("GET / HTTP/1.1", "Host: a", "Authorization: Basic bWU6cyUyMGUleno=", ...OWN),
  },
  {
    command: "curl -u me -H 'Transfer-Encoding: chunked' -d abcdefghijkl a",
    wire: `${head(
      "POST / HTTP/1.1",
      "Host: a",
      "Authorization: Basic bWU6",
      ...OWN,
      "Transfer-Encoding: chunked",
      "Content-Type: application/x-www-form-urlencoded",
    )}c\r\nabcdefghijkl\r\n0\r\n\r\n`,
  },
  { command: "curl -H 'X:y' -H 'Z : z' a", wire: head("GET / HTTP/1.1", "Host: a", ...OWN, "X:y", "Z : z") },
  { command: "curl a/../b", wire: head("GET /b HTTP/1.1", "Host: a", ...OWN) },
  { command: "curl \\\n  'a/é'", wire: head("GET /%c3%a9 HTTP/1.1", "Host: a", ...OWN) },
];

test.each(commands)("composes $command", ({ command, wire }) => {
  expect(textOf(composeFromCurl(command))).toBe(wire);
});

test.each([
  ["", /no URL/],
  ["curl", /no URL/],
  ["curl a b", /more than one URL/],
  ["curl -Z a", /"-Z" is no option/],
  ["curl --form x=y a", /"--form" is no option/],
  ["curl --constructor a", /is no option/],
  ["curl a -X", /-X needs a value/],
  ["curl a -d @file", /reads no files/],
  ["curl a -I -d b", /exclude/],
  ["curl a -H b", /no colon/],
  ["curl ftp://a", /http and https/],
  ["curl 'http://a b'", /takes a URL/],
  ["curl 'a/b c'", /no whitespace/],
  ["curl 'a/{b,c}.jpg'", /unless there is a -g/],
  ["curl -b cookies.txt a", /reads no cookie file/],
  ["curl 'a", /quote/],
  ['curl "a', /quote/],
  ["curl a &", /put & in quotes/],
  ["curl a | less", /put \| in quotes/],
  ["curl $URL", /put \$ in single quotes/],
  ['curl "`pwd`"', /expands nothing/],
  ["curl a\\", /backslash/],
  ["curl $'\\q'", /escape/],
])("refuses %s", (command, sentence) => {
  expect(() => composeFromCurl(command)).toThrow(sentence);
});

describe("words of a shell", () => {
  test.each([
    ["a b", ["a", "b"]],
    ["  a\tb\n", ["a", "b"]],
    ["a\\ b", ["a b"]],
    ["'a b'c\"d e\"", ["a bcd e"]],
    ["''", [""]],
    ["'a\\b'", ["a\\b"]],
    ['"a\\b\\"\\\\\\$"', ['a\\b"\\$']],
    ['"a\\\nb"', ["ab"]],
    ["a\\\nb", ["ab"]],
    ["a \\\n b", ["a", "b"]],
    ["$'a\\tb\\x41\\101\\u00e9\\''", ["a\tbAAé'"]],
    ["a#b", ["a#b"]],
  ])("of %j", (text, words) => {
    expect(splitShellWords(text)).toEqual(words);
  });
});

test("a browser's GET names the host, what it accepts, and no fragment", () => {
  expect(textOf(composeGet("https://photos.example:8443/a%20b?c#d"))).toBe(
    head(
      "GET /a%20b?c HTTP/1.1",
      "Host: photos.example:8443",
      "User-Agent: Mozilla/5.0",
      "Accept: text/html, image/webp, */*;q=0.8",
      "Accept-Language: en",
      "Accept-Encoding: gzip, deflate",
      "Connection: keep-alive",
    ),
  );
  expect(() => composeGet("mailto://a")).toThrow(/--url/);
  expect(() => composeGet("")).toThrow(/--url/);
});
