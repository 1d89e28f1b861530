/**
 * What the two public suites named h1spec look at, in our own words: requests in pieces, requests that are to be
 * refused, and the end of a connection. Where they want the content of a POST echoed, this server says 405.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { type ExpectedResponse, exchangeFaults } from "../support/exchange.ts";
import { RawClient, fetchRaw } from "../support/raw-client.ts";
import { type Server, startServer } from "../support/server.ts";
import { createTemporaryAlbum } from "../support/temporary-album.ts";

const INDEX = "<p>Hello\n";
const HOST = "Host: localhost\r\n";

let server: Server;

beforeAll(async () => {
  const album = await createTemporaryAlbum({ "index.html": INDEX }, "file");
  server = await startServer({ root: album.path, args: ["-w", "1"], lifetime: "file" });
});

function cases(rows: Readonly<Record<string, readonly [octets: string, ...ExpectedResponse[]]>>): void {
  test.each(Object.entries(rows))("%s", async (_, [octets, ...responses]) => {
    expect(await exchangeFaults(server.port, octets, responses)).toEqual([]);
  });
}

const bad: ExpectedResponse = { status: 400, content: /^400 Bad Request\n/ };
const hello: ExpectedResponse = { status: 200, content: INDEX };
const close = "Connection: close\r\n";

describe("waits for the rest of", () => {
  const whole = `GET / HTTP/1.1\r\n${HOST}\r\n`;
  for (const [what, octets] of [
    ["a method", 1],
    ["a method and its space", 4],
    ["a request-target", 5],
    ["a request-target and its space", 6],
    ["a version", 10],
    ["a request line", 14],
    ["a request line and its CR", 15],
    ["a request line and its CRLF", 16],
    ["a field name", 19],
    ["a field name and its colon", 21],
    ["a colon and its space", 22],
    ["a field value", 31],
    ["a field line and its CR", 32],
    ["a field section", 33],
    ["a field section and a CR", 34],
  ] as const) {
    test(`${what}, and answers nothing before it`, async () => {
      const client = await RawClient.connect(server.port);
      client.write(whole.slice(0, octets));
      await fetchRaw(server.port, "/"); // the only worker has read both by now
      expect([client.socket.readableLength, client.socket.readableEnded]).toEqual([0, false]);
      client.write(whole.slice(octets));
      expect((await client.readResponse()).content.toString()).toBe(INDEX);
    });
  }
});

describe("request line (RFC 9112 §3)", () => {
  cases({
    "a GET is answered": [`GET / HTTP/1.1\r\n${HOST}${close}\r\n`, hello],
    "odd letters, a tab and an empty value are fine": [
      `GET / HTTP/1.1\r\nhoSt:\texample.com\r\nempty:\r\n${close}\r\n`,
      hello,
    ],
    "a value of nothing but whitespace is an empty one": [
      `GET / HTTP/1.1\r\n${HOST}X-Empty: \r\n${close}\r\n`,
      hello,
    ],
    "OPTIONS * is understood": [
      `OPTIONS * HTTP/1.1\r\n${HOST}${close}\r\n`,
      { status: 204, to: "OPTIONS", fields: { allow: "GET, HEAD, OPTIONS" } },
    ],
    "absolute-form is understood": [`GET http://localhost/ HTTP/1.1\r\n${HOST}${close}\r\n`, hello],
    "authority-form is understood, and CONNECT refused": [
      `CONNECT example.com:443 HTTP/1.1\r\n${HOST}${close}\r\n`,
      { status: 405 },
    ],
    "a version there is not is refused": [`GET / HTTP/9.9\r\n${HOST}\r\n`, { status: 505 }],
    "HTTP/2.0 is refused": [`GET / HTTP/2.0\r\n${HOST}\r\n`, { status: 505 }],
    "a request line without a version is refused": [`GET /\r\n${HOST}\r\n`, bad],
    "a space in the place of a version is refused": ["GET / \r\n\r\n", bad],
    "words before the method are refused": [`Extra lineGET / HTTP/1.1\r\n${HOST}\r\n`, bad],
  });
});

describe("field section (RFC 9112 §5)", () => {
  cases({
    "a missing Host is refused": ["GET / HTTP/1.1\r\nContent-Length: 5\r\n\r\n", bad],
    "two Host fields are refused": [`GET / HTTP/1.1\r\n${HOST}Host: example.org\r\n\r\n`, bad],
    "a Host with a space is refused": ["GET / HTTP/1.1\r\nHost: bad host\r\n\r\n", bad],
    "a field name with a space is refused": [`GET / HTTP/1.1\r\n${HOST}Bad Name: x\r\n\r\n`, bad],
    "a field name with brackets is refused": [`GET / HTTP/1.1\r\n${HOST}X-Invalid[]: x\r\n\r\n`, bad],
    "a folded line is refused": [`GET / HTTP/1.1\r\n${HOST}  continued\r\n\r\n`, bad],
    "a space before the colon is refused": ["GET / HTTP/1.1\r\nHost : localhost\r\n\r\n", bad],
    "NUL in a value is refused": ["GET / HTTP/1.1\r\nHost: local\0host\r\n\r\n", bad],
    "a control character in a value is refused": [`GET / HTTP/1.1\r\n${HOST}X-Bell: ding\x07\r\n\r\n`, bad],
    "a CR that ends no line is refused": [`GET / HTTP/1.1\r\n${HOST}\rX-Late: x\r\n\r\n`, bad],
  });
});

describe("body (RFC 9112 §6 and §7)", () => {
  const post = (fields: string, body: string): string => `POST / HTTP/1.1\r\n${HOST}${fields}\r\n${body}`;
  const chunked = "Transfer-Encoding: chunked\r\n";
  const refused: ExpectedResponse = { status: 405 };
  const next = `GET / HTTP/1.1\r\n${HOST}${close}\r\n`;
  cases({
    "content of a known length is read": [post("Content-Length: 5\r\n", "hello") + next, refused, hello],
    "chunks are read": [post(chunked, "c\r\nHellO world1\r\n0\r\n\r\n") + next, refused, hello],
    "chunks in HTTP/1.0 are refused": [`POST / HTTP/1.0\r\n${HOST}${chunked}\r\n0\r\n\r\n${next}`, bad],
    "chunks with a length besides are refused, and nothing behind them is answered": [
      post(`${chunked}Content-Length: 5\r\n`, "5\r\nhello\r\n0\r\n\r\n") + next,
      bad,
    ],
    "a length with chunks besides is refused, in whatever letters": [
      post("content-LengtH: 5\r\nTransFer-Encoding: chunked\r\n", "c\r\nHellO world1\r\n0\r\n\r\n") + next,
      bad,
    ],
    "chunks that are not the last coding are refused": [
      post("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n") + next,
      bad,
    ],
    "a length that is no number is refused": [post("Content-Length: xyz\r\n", "hello") + next, bad],
    "a negative length is refused": [post("Content-Length: -1234\r\n", "") + next, bad],
    "a negative length of many digits is refused": [
      post("Content-Length: -123456789123456789123456789\r\n", "") + next,
      bad,
    ],
    "two lengths are refused": [post("Content-Length: 5\r\nContent-Length: 7\r\n", "hello!!") + next, bad],
  });

  for (const [what, body] of [
    ["a chunk size that is no number", "Z\r\nhello\r\n0\r\n\r\n"],
    ["a chunk that goes on behind its end", "5\r\nhello0\r\n\r\n"],
  ] as const) {
    test(`nothing is answered behind ${what}`, async () => {
      const client = await RawClient.connect(server.port);
      client.write(post(chunked, body) + next);
      expect((await client.readResponse()).status).toBe(405); // it needs no content to be refused
      expect([(await client.readToEnd()).length, client.ending]).toEqual([0, "end"]);
    });
  }

  test("a transfer coding that nobody knows is refused", async () => {
    const client = await RawClient.connect(server.port);
    client.write(post("Transfer-Encoding: nonsense\r\n", "hello") + next);
    expect([400, 501]).toContain((await client.readResponse()).status);
    expect([(await client.readToEnd()).length, client.ending]).toEqual([0, "end"]);
  });

  cases({
    "an expected 100 is the final status at once where that is known": [
      post("Content-Length: 5\r\nExpect: 100-continue\r\n", ""),
      refused,
    ],
    "an expected 100 is no obstacle where no content comes": [
      `GET / HTTP/1.1\r\n${HOST}Expect: 100-continue\r\n${close}\r\n`,
      hello,
    ],
  });
});

describe("responses and connections (RFC 9110 §9.3.2, RFC 9112 §9)", () => {
  cases({
    "HEAD has no content": [
      `HEAD / HTTP/1.1\r\n${HOST}${close}\r\n`,
      { status: 200, to: "HEAD", fields: { "content-length": String(INDEX.length) } },
    ],
    "an error says how long it is": [
      `get / HTTP/1.1\r\n${HOST}${close}\r\n`,
      { status: 501, fields: { "content-length": /^\d+$/ } },
    ],
    "a connection carries a second request": [
      `GET / HTTP/1.1\r\n${HOST}\r\nGET / HTTP/1.1\r\n${HOST}${close}\r\n`,
      hello,
      hello,
    ],
    "HTTP/1.0 closes": [`GET / HTTP/1.0\r\n${HOST}\r\n`, hello],
  });
});

describe("is none the worse for", () => {
  cases({
    "a request line of 9,000 octets": [`GET /${"a".repeat(9_000)} HTTP/1.1\r\n${HOST}\r\n`, { status: 414 }],
    "a hundred and one fields": [
      `GET / HTTP/1.1\r\n${HOST}${"X-Field: x\r\n".repeat(101)}\r\n`,
      { status: 431 },
    ],
    "a field of 9,000 octets": [`GET / HTTP/1.1\r\n${HOST}X: ${"x".repeat(9_000)}\r\n${close}\r\n`, hello],
  });
});
