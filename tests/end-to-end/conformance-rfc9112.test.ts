/**
 * RFC 9112 over a real socket: messages and connections, as a server must treat them. Its index is docs/rfc9112.md.
 */
import { connect } from "node:net";
import { beforeAll, describe, expect, test } from "vitest";
import {
  BAD,
  type ConformanceServer,
  LARGE,
  NOTE,
  NOTED,
  type Row,
  head,
  last,
  more,
  note,
  startConformanceServer,
  status,
  to,
} from "../support/conformance.ts";
import { exchangeFaults } from "../support/exchange.ts";
import { RawClient } from "../support/raw-client.ts";

let server: ConformanceServer;
let timedOut: Promise<string>;

beforeAll(async () => {
  server = await startConformanceServer();
  timedOut = responseToHalfAHead();
  timedOut.catch(() => undefined); // the last test says so
});

/** Its deadline is ten seconds, so it begins before all others and is looked at last. */
async function responseToHalfAHead(): Promise<string> {
  const socket = connect({ port: server.port, host: "127.0.0.1" });
  socket.write("GET /note.txt HTTP/1.1\r\nHost: loc");
  let response = "";
  for await (const piece of socket) response += String(piece);
  return response;
}

function table(title: string, rows: readonly Row[]): void {
  describe(`${title}:`, () => {
    for (const row of rows) {
      const [section, rule] = row;
      test(`§${section}: ${rule}`, async () => {
        expect(await server.faultsOf(row)).toEqual([]);
      });
    }
  });
}

const LAST = note();
const POST_CHUNKED = more("POST /note.txt", "Transfer-Encoding: chunked");
const GET_CHUNKED = more("GET /note.txt", "Transfer-Encoding: chunked");

table("RFC 9112", [
  ["2.2", "an empty line before the request line is ignored", `\r\n${LAST}`, NOTED],
  ["2.2", "so are two between requests", `${more("GET /note.txt")}\r\n\r\n${LAST}`, NOTED, NOTED],
  ["2.2", "a bare CR in a value is invalid", head("GET / HTTP/1.1", "Host: localhost", "X: a\rb"), BAD],
  ["2.2", "a bare CR in a request line is invalid", head("GET /\r HTTP/1.1", "Host: localhost"), BAD],
  ["2.2", "a bare CR ends no line", "GET / HTTP/1.1\rHost: localhost\r\r\n", BAD],
  ["2.2", "a bare LF ends no line here", "GET / HTTP/1.1\nHost: localhost\n\n", BAD],
  ["2.2", "no whitespace stands before the first field", head("GET / HTTP/1.1", " Host: localhost"), BAD],
  ["2.2", "what is no request gets 400 and a close", `\x16\x03\x01\x02\0\x01\n${LAST}`, BAD],
  ["2.2", "a target beyond US-ASCII is no request", head("GET /caf\xe9 HTTP/1.1", "Host: localhost"), BAD],
  [
    "2.3",
    "a later minor version is read as 1.1 and persists",
    head("GET /note.txt HTTP/1.9", "Host: localhost") + LAST,
    NOTED,
    NOTED,
  ],
  ["2.3", "a later minor version needs a Host as 1.1 does", head("GET / HTTP/1.9"), BAD],
  ["2.3", "HTTP/1.0 is answered, with the version we speak", head("GET /note.txt HTTP/1.0"), NOTED],
  ["2.3", "the name of the protocol is case-sensitive", head("GET / http/1.1", "Host: localhost"), BAD],
  ["2.3", "a version has one digit on each side", head("GET / HTTP/1.10", "Host: localhost"), BAD],
  ["2.3", "a version has a dot", head("GET / HTTP/1,1", "Host: localhost"), BAD],
  ["3", "one SP before the target, not two", head("GET  /note.txt HTTP/1.1", "Host: localhost"), BAD],
  ["3", "SP and not HTAB", head("GET\t/note.txt HTTP/1.1", "Host: localhost"), BAD],
  ["3", "no SP behind the version", head("GET /note.txt HTTP/1.1 ", "Host: localhost"), BAD],
  ["3", "no SP before the method", head(" GET /note.txt HTTP/1.1", "Host: localhost"), BAD],
  ["3", "a method longer than any is 501", last(`${"GET".repeat(100)} /note.txt`), status(501)],
  ["3", "a target longer than we parse is 414", more(`GET /${"x".repeat(9_000)}`), status(414)],
  ["3", "a request line of 8000 octets is read", last(`GET /note.txt?${"x".repeat(7_976)}`), NOTED],
  ["3", "no version: HTTP/0.9 is not spoken", head("GET /note.txt"), BAD],
  ["3.1", "a method is a token", head("G(T / HTTP/1.1", "Host: localhost"), BAD],
  ["3.1", "a method is case-sensitive", last("get /note.txt"), status(501)],
  ["3.2", "whitespace in a target is 400, not corrected", head("GET /two words/ HTTP/1.1", "Host: a"), BAD],
  ["3.2", "an HTTP/1.1 request without Host is 400", head("GET /note.txt HTTP/1.1"), BAD],
  ["3.2", "two Host fields are 400", more("GET /note.txt", "Host: elsewhere"), BAD],
  ["3.2", "the same Host twice is 400", more("GET /note.txt", "Host: localhost"), BAD],
  ["3.2", "two Host fields are 400 in HTTP/1.0 too", head("GET / HTTP/1.0", "Host: a", "Host: a"), BAD],
  ["3.2", "an invalid Host is 400 in HTTP/1.0 too", head("GET / HTTP/1.0", "Host: a b"), BAD],
  ["3.2", "HTTP/1.0 needs no Host", head("GET /note.txt HTTP/1.0"), NOTED],
  ["3.2", "a Host may be empty", head("GET /note.txt HTTP/1.1", "Host:", "Connection: close"), NOTED],
  [
    "3.2",
    "a Host may have a port",
    head("GET /note.txt HTTP/1.1", "Host: a.example:80", "Connection: close"),
    NOTED,
  ],
  [
    "3.2",
    "a Host may be an IPv6 address",
    head("GET /note.txt HTTP/1.1", "Host: [::1]:80", "Connection: close"),
    NOTED,
  ],
  ["3.2.1", "origin-form may have a query", last("GET /note.txt?where=now"), NOTED],
  ["3.2.2", "absolute-form is accepted", last("GET http://localhost/note.txt"), NOTED],
  ["3.2.2", "the Host field is ignored for it", last("GET http://elsewhere.example:81/note.txt"), NOTED],
  ["3.2.2", "an HTTP/1.0 client may send it", head("GET http://a/note.txt HTTP/1.0"), NOTED],
  ["3.2.2", "its scheme is case-insensitive", last("GET HTTP://localhost/note.txt"), NOTED],
  ["3.2.2", "its empty path is /", last("GET http://localhost"), status(200, { etag: "<page>" })],
  [
    "3.2.2",
    "its empty path may have a query",
    last("GET http://localhost?x"),
    status(200, { etag: "<page>" }),
  ],
  ["3.2.2", "it needs a Host field as well", head("GET http://localhost/note.txt HTTP/1.1"), BAD],
  ["3.2.2", "another scheme is none of ours", more("GET ftp://localhost/note.txt"), BAD],
  ["3.2.3", "authority-form is for CONNECT only", more("GET localhost:80"), BAD],
  ["3.2.3", "CONNECT has no other form", more("CONNECT /note.txt"), BAD],
  ["3.2.4", "asterisk-form is for OPTIONS only", more("GET *"), BAD],
  [
    "3.2.4",
    "OPTIONS * asks about the whole server",
    last("OPTIONS *"),
    to("OPTIONS", status(204, { allow: "GET, HEAD, OPTIONS" })),
  ],
  ["5", "a field line has a colon", more("GET / HTTP/1.1", "nothing"), BAD],
  ["5", "a field line has a name", more("GET /", ": value"), BAD],
  ["5.1", "no SP before the colon", head("GET / HTTP/1.1", "Host : localhost"), BAD],
  ["5.1", "no HTAB before the colon", head("GET / HTTP/1.1", "Host\t: localhost"), BAD],
  ["5.1", "whitespace around a value is no part of it", note("If-None-Match:\t <note> \t"), status(304)],
  ["5.1", "no whitespace is needed", note("If-None-Match:<note>"), status(304)],
  ["5.2", "a folded line is 400, which says so", more("GET /", "X: a", " b"), { ...BAD, content: /folded/ }],
  ["5.2", "HTAB folds as SP does", more("GET /", "X: a", "\tb"), { ...BAD, content: /folded/ }],
  ["6.1", "chunked is understood", `${GET_CHUNKED}5\r\nhello\r\n0\r\n\r\n${LAST}`, NOTED, NOTED],
  [
    "6.1",
    "names of codings are case-insensitive",
    `${more("GET /note.txt", "Transfer-Encoding: CHUNKED")}0\r\n\r\n${LAST}`,
    NOTED,
    NOTED,
  ],
  ["6.1", "a coding not understood is 501", more("POST /", "Transfer-Encoding: gzip, chunked"), status(501)],
  ["6.1", "chunked is applied once", more("POST /", "Transfer-Encoding: chunked, chunked"), BAD],
  [
    "6.1",
    "with Content-Length it is refused, and nothing behind is read",
    `${more("GET /note.txt", "Transfer-Encoding: chunked", "Content-Length: 5")}0\r\n\r\n${LAST}`,
    BAD,
  ],
  [
    "6.1",
    "so it is in the other order",
    `${more("GET /note.txt", "Content-Length: 5", "Transfer-Encoding: chunked")}0\r\n\r\n${LAST}`,
    BAD,
  ],
  [
    "6.1",
    "in HTTP/1.0 the framing is faulty, keep-alive or not",
    head("GET /note.txt HTTP/1.0", "Connection: keep-alive", "Transfer-Encoding: chunked") + LAST,
    BAD,
  ],
  ["6.3", "chunked must come last (rule 4)", more("POST /", "Transfer-Encoding: chunked, gzip"), BAD],
  [
    "6.3",
    "so many octets belong to the message (rule 6)",
    `${more("GET /note.txt", "Content-Length: 7")}GET / H${LAST}`,
    NOTED,
    NOTED,
  ],
  ["6.3", "none do for 0", `${more("GET /note.txt", "Content-Length: 0")}${LAST}`, NOTED, NOTED],
  ["6.3", "none do without either field (rule 7)", more("POST /note.txt") + LAST, status(405), NOTED],
  ["7.1", "sizes are hexadecimal, in either case", POST_CHUNKED + chunksOf(0x1a) + LAST, status(405), NOTED],
  [
    "7.1",
    "sizes may have leading zeros",
    `${POST_CHUNKED}005\r\nhello\r\n000\r\n\r\n${LAST}`,
    status(405),
    NOTED,
  ],
  [
    "7.1.1",
    "unknown chunk extensions are ignored",
    `${POST_CHUNKED}2;a;b=c;d="e;f"\r\nhi\r\n0;z\r\n\r\n${LAST}`,
    status(405),
    NOTED,
  ],
  [
    "7.1.1",
    "whitespace around them too",
    `${POST_CHUNKED}2 ; a = b\r\nhi\r\n0\r\n\r\n${LAST}`,
    status(405),
    NOTED,
  ],
  ["7.1.2", "a trailer field is no header field: Range", trailer("Range: bytes=0-0"), NOTED, NOTED],
  ["7.1.2", "If-None-Match", trailer("If-None-Match: *"), NOTED, NOTED],
  ["7.1.2", "Connection", trailer("Connection: close"), NOTED, NOTED],
  ["7.1.2", "Content-Length", trailer("Content-Length: 100"), NOTED, NOTED],
  [
    "7.1.3",
    "content that looks like a request is none",
    `${GET_CHUNKED}${chunk(more("GET /missing"))}0\r\n\r\n${LAST}`,
    NOTED,
    NOTED,
  ],
  ["7.4", "a TE field changes nothing", note("TE: trailers, gzip;q=0.5"), NOTED],
  [
    "9.2",
    "a bad request behind good ones is answered in its turn",
    more("GET /note.txt") + more("HEAD /note.txt") + "?\r\n\r\n" + LAST,
    NOTED,
    to("HEAD", status(200)),
    BAD,
  ],
  ["9.3", "HTTP/1.1 persists", [more("GET /note.txt"), more("GET /note.txt"), LAST], NOTED, NOTED, NOTED],
  [
    "9.3",
    "HTTP/1.1 with keep-alive does",
    [more("GET /note.txt", "Connection: keep-alive"), LAST],
    NOTED,
    NOTED,
  ],
  ["9.3", "HTTP/1.0 does not", head("GET /note.txt HTTP/1.0") + LAST, NOTED],
  [
    "9.3",
    "HTTP/1.0 does with keep-alive, which the response says too",
    [head("GET /note.txt HTTP/1.0", "Connection: Keep-Alive"), head("GET /note.txt HTTP/1.0")],
    { ...NOTED, fields: { connection: "keep-alive" } },
    NOTED,
  ],
  [
    "9.3",
    "HTTP/1.0 does not with keep-alive and close",
    head("GET /note.txt HTTP/1.0", "Connection: keep-alive, close") + LAST,
    NOTED,
  ],
  [
    "9.3",
    "nor with a field of another name",
    head("GET /note.txt HTTP/1.0", "Proxy-Connection: keep-alive", "Keep-Alive: 5"),
    NOTED,
  ],
  [
    "9.3",
    "an error persists as well",
    more("GET /missing") + more("BREW /") + LAST,
    status(404),
    status(501),
    NOTED,
  ],
  [
    "9.3.2",
    "pipelined responses come in order, however long each takes",
    more("GET /album/photo.jpg?size=640") + more("HEAD /") + more("GET /missing") + LAST,
    status(200, { "content-type": "image/jpeg" }),
    to("HEAD", status(200)),
    status(404),
    NOTED,
  ],
  ["9.6", "nothing behind close is processed", note() + more("GET /missing"), NOTED],
  ["9.6", "close is case-insensitive", more("GET /note.txt", "Connection: CLOSE") + LAST, NOTED],
  ["9.6", "close may stand in a list", more("GET /note.txt", "Connection: x, close ,y") + LAST, NOTED],
  [
    "9.6",
    "close may stand in a second field line",
    more("GET /note.txt", "Connection: x", "Connection: close") + LAST,
    NOTED,
  ],
  [
    "9.6",
    "close is a token, not a part of one",
    more("GET /note.txt", "Connection: not-close, closed") + LAST,
    NOTED,
    NOTED,
  ],
]);

/** One chunk of so many octets, and the last one. */
function chunksOf(sizeBytes: number): string {
  const size = sizeBytes.toString(16);
  const data = "x".repeat(sizeBytes);
  return `${size}\r\n${data}\r\n${size.toUpperCase()}\r\n${data}\r\n0\r\n\r\n`;
}

function chunk(data: string): string {
  return `${data.length.toString(16)}\r\n${data}\r\n`;
}

/** GET with a trailer field, and a last request behind it. */
function trailer(line: string): string {
  return `${GET_CHUNKED}2\r\nhi\r\n0\r\n${line}\r\n\r\n${LAST}`;
}

describe("RFC 9112 §3.2: a Host that is no host is 400", () => {
  for (const host of [
    "a b",
    "a/b",
    "user@a",
    "http://a/",
    "a:b",
    "a:80:80",
    "[::1",
    "::1",
    "[x]",
    '"a"',
    "a%",
    "caf\xe9",
    "a?b",
    "a#b",
    "<a>",
  ]) {
    test(`Host: ${host}`, async () => {
      const octets = head("GET /note.txt HTTP/1.1", `Host: ${host}`);
      expect(await exchangeFaults(server.port, octets, [BAD])).toEqual([]);
    });
  }
});

describe("RFC 9112 §6.3, rule 5: a Content-Length that is no length is 400, and nothing behind it is read", () => {
  for (const value of [
    "+5",
    "-5",
    "5 5",
    "0x5",
    "5,6",
    "5, 5",
    "5;",
    "five",
    "",
    "5.0",
    "1e1",
    "\xb9",
    "9".repeat(30),
  ]) {
    test(`Content-Length: ${value}`, async () => {
      const octets = `${more("POST /note.txt", `Content-Length: ${value}`)}hello${LAST}`;
      expect(await exchangeFaults(server.port, octets, [BAD])).toEqual([]);
    });
  }
});

describe("RFC 9112 §7.1: what is no chunk is the end of the connection, and nothing behind it is read", () => {
  for (const [what, body] of [
    ["a size with a sign", "+5\r\nhello\r\n0\r\n\r\n"],
    ["a size with a prefix", "0x5\r\nhello\r\n0\r\n\r\n"],
    ["no size", "\r\nhello\r\n0\r\n\r\n"],
    ["a size beyond 64 bits", "10000000000000005\r\nhello\r\n0\r\n\r\n"],
    ["a size beyond 53 bits", "20000000000001\r\nhello\r\n0\r\n\r\n"],
    ["data longer than its size", "4\r\nhello\r\n0\r\n\r\n"],
    ["data shorter than its size", "6\r\nhello\r\n0\r\n\r\n"],
    ["a bare LF behind the size", "5\nhello\r\n0\r\n\r\n"],
    ["a bare LF behind the data", "5\r\nhello\n0\r\n\r\n"],
    ["an extension without a name", "5;\r\nhello\r\n0\r\n\r\n"],
    ["an extension too long", `5;${"x".repeat(1_000)}\r\nhello\r\n0\r\n\r\n`],
    ["a folded trailer", "0\r\nA: b\r\n c\r\n\r\n"],
    ["a trailer with a space before its colon", "0\r\nA : b\r\n\r\n"],
  ] as const) {
    test(`for ${what}`, async () => {
      const client = await RawClient.connect(server.port);
      client.write(POST_CHUNKED + body + LAST);
      expect((await client.readResponse()).status).toBe(405); // it needs no content to be refused
      expect([(await client.readToEnd()).toString(), client.ending]).toEqual(["", "end"]);
    });
  }
});

describe("RFC 9112 §9.6: a connection ends so that the client hears everything", () => {
  test("a client that stops sending is answered in full, request by request", async () => {
    const client = await RawClient.connect(server.port);
    client.write(more("GET /note.txt") + more("HEAD /large.bin") + more("GET /large.bin"));
    client.halfClose();
    expect((await client.readResponse()).content.toString()).toBe(NOTE);
    expect((await client.readResponse("HEAD")).status).toBe(200);
    expect((await client.readResponse()).content.equals(LARGE)).toBe(true);
    expect([(await client.readToEnd()).length, client.ending]).toEqual([0, "end"]);
  });

  test("a head that is cut off is 400 (§8)", async () => {
    const client = await RawClient.connect(server.port);
    client.write("GET /note.txt HTTP/1.1\r\nHost: localhost\r\n");
    client.halfClose();
    expect((await client.readResponse()).status).toBe(400);
    expect([(await client.readToEnd()).length, client.ending]).toEqual([0, "end"]);
  });

  test("content that is cut off ends the connection, and what would stand behind it is not read (§6.3, §8)", async () => {
    const client = await RawClient.connect(server.port);
    client.write(`${more("GET /note.txt", "Content-Length: 1000")}${LAST}`);
    client.halfClose();
    expect((await client.readResponse()).content.toString()).toBe(NOTE);
    expect([(await client.readToEnd()).length, client.ending]).toEqual([0, "end"]);
  });

  for (const [what, octets] of [
    ["a refusal", "garbage\r\n"],
    ["close", LAST],
    [
      "a method that is refused, with a length",
      more("POST /note.txt", "Content-Length: 200000", "Connection: close"),
    ],
    ["content too long to be read", more("POST /note.txt", "Content-Length: 1000000000")],
  ] as const) {
    test(`octets behind ${what} do not reset it before the response was read`, async () => {
      const client = await RawClient.connect(server.port);
      client.write(octets + "x".repeat(200_000));
      const { fields } = await client.readResponse();
      expect(fields.get("connection")).toBe("close");
      expect([(await client.readToEnd()).length, client.ending]).toEqual([0, "end"]);
    });
  }

  test("a client that sends nothing at all is told nothing", async () => {
    const client = await RawClient.connect(server.port);
    client.halfClose();
    expect([(await client.readToEnd()).length, client.ending]).toEqual([0, "end"]);
  });
});

test("§8: a head that does not end in time is 408, and the end of the connection", async () => {
  const [fields = "", content = ""] = (await timedOut).split("\r\n\r\n");
  expect(fields).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  expect(fields).toMatch(/\r\nDate: .* GMT\r\n/);
  expect(fields).toMatch(/\r\nConnection: close$/);
  expect(fields).toContain(`\r\nContent-Length: ${content.length}\r\n`);
});
