/**
 * RFC 9110 and 9111 over a real socket: what requests mean to an origin server that serves GET, HEAD and OPTIONS. Their
 * index is docs/rfc9110.md.
 */
import { beforeAll, describe, expect, test } from "vitest";
import {
  AFTER,
  BAD,
  BEFORE,
  type ConformanceServer,
  NOTE,
  NOTED,
  type Row,
  THEN,
  head,
  last,
  more,
  note,
  startConformanceServer,
  status,
  to,
} from "../support/conformance.ts";
import { type ExpectedResponse, exchangeFaults } from "../support/exchange.ts";
import { RawClient, type RawResponse, fetchRaw } from "../support/raw-client.ts";

let server: ConformanceServer;

beforeAll(async () => {
  server = await startConformanceServer();
});

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

table("RFC 9110, fields and messages", [
  ["5.1", "field names are case-insensitive", note("iF-nOnE-mAtCh: <note>"), status(304)],
  ["5.1", "unknown fields are ignored", note("X-Unknown: 1", "!#$%&'*+-.^_`|~: 2", "__proto__: 3"), NOTED],
  [
    "5.2",
    "several lines of a list are one list",
    note('If-None-Match: "x"', "If-None-Match: <note>"),
    status(304),
  ],
  [
    "5.3",
    "their order does not matter for it",
    note("If-None-Match: <note>", 'If-None-Match: "x"'),
    status(304),
  ],
  ["5.4", "a field line too large is 431", more("GET /", `X: ${"x".repeat(20_000)}`), status(431)],
  [
    "5.4",
    "too many field lines are 431",
    more("GET /", ...Array.from({ length: 101 }, () => "X: x")),
    status(431),
  ],
  ["5.5", "octets beyond US-ASCII in a value are opaque", note("X-Name: J\xfcrgen \xff"), NOTED],
  ["5.5", "NUL in a value is refused", more("GET /", "X: a\0b"), BAD],
  ["5.5", "control characters are too", more("GET /", "X: a\x1bb"), BAD],
  ["5.5", "DEL is too", more("GET /", "X: a\x7fb"), BAD],
  [
    "5.6.1.2",
    "empty elements are ignored: If-None-Match",
    note('If-None-Match: , "x",,\t<note>,'),
    status(304),
  ],
  ["5.6.1.2", "Connection", more("GET /note.txt", "Connection: , ,close,") + LAST, NOTED],
  ["5.6.1.2", "Expect", last("GET /note.txt", "Expect: , 100-continue,"), NOTED],
  ["5.6.1.2", "Range", note("Range: bytes=,0-0 ,"), { ...status(206), content: "0" }],
  [
    "5.6.1.2",
    "Accept",
    last("GET /album/photo.jpg?size=320", "Accept: ,, image/webp,"),
    status(200, { "content-type": "image/webp" }),
  ],
  ["5.6.7", "IMF-fixdate is a date", note(`If-Modified-Since: ${THEN}`), status(304)],
  [
    "5.6.7",
    "so is the obsolete format of RFC 850",
    note("If-Modified-Since: Monday, 03-May-21 08:15:00 GMT"),
    status(304),
  ],
  ["5.6.7", "so is the one of asctime()", note("If-Modified-Since: Mon May  3 08:15:00 2021"), status(304)],
  [
    "5.6.7",
    "two digits 50 years ahead are in the past",
    note("If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT"),
    NOTED,
  ],
  [
    "5.6.7",
    "all three for If-Unmodified-Since",
    note("If-Unmodified-Since: Monday, 03-May-21 08:14:59 GMT"),
    status(412),
  ],
  ["5.6.7", "asctime() too", note("If-Unmodified-Since: Mon May  3 08:14:59 2021"), status(412)],
  [
    "5.6.7",
    "all three for If-Range",
    note("Range: bytes=0-0", "If-Range: Monday, 03-May-21 08:15:00 GMT"),
    status(206),
  ],
  [
    "5.6.7",
    "asctime() too, for If-Range",
    note("Range: bytes=0-0", "If-Range: Mon May  3 08:15:00 2021"),
    status(206),
  ],
  [
    "6.5.1",
    "a trailer field is never merged into the header section",
    `${more("GET /note.txt", "Transfer-Encoding: chunked")}0\r\nIf-None-Match: *\r\n\r\n${LAST}`,
    NOTED,
    NOTED,
  ],
  ["7.1", "asterisk-form is for OPTIONS alone", more("GET *"), BAD],
  ["7.1", "authority-form is for CONNECT alone", more("OPTIONS localhost:80"), BAD],
  [
    "7.6.1",
    "unknown connection options are ignored",
    more("GET /note.txt", "Connection: x-option", "X-Option: 1") + LAST,
    NOTED,
    NOTED,
  ],
  [
    "7.6.2",
    "Max-Forwards is for intermediaries: OPTIONS",
    last("OPTIONS /", "Max-Forwards: 0"),
    to("OPTIONS", status(204)),
  ],
  ["7.6.2", "GET", note("Max-Forwards: 0"), NOTED],
  ["7.6.3", "so is Via", note("Via: 1.0 fred, 1.1 p.example.net (Apache/1.1)"), NOTED],
  [
    "7.8",
    "Upgrade may be ignored: h2c",
    note("Upgrade: h2c", "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA", "Connection: Upgrade, HTTP2-Settings"),
    { ...NOTED, fields: { upgrade: undefined } },
  ],
  ["7.8", "websocket", last("GET /note.txt", "Upgrade: websocket", "Connection: Upgrade"), NOTED],
  [
    "7.8",
    "in HTTP/1.0 it must be",
    head("GET /note.txt HTTP/1.0", "Upgrade: HTTP/2.0", "Connection: upgrade"),
    NOTED,
  ],
]);

table("RFC 9110, representations", [
  ["8.3", "a file has its media type", last("GET /page.html"), status(200, { "content-type": "text/html" })],
  [
    "8.3",
    "a page of ours tells its charset",
    last("GET /"),
    status(200, { "content-type": "text/html; charset=utf-8" }),
  ],
  [
    "8.6",
    "an empty file has its length as well",
    last("GET /empty.txt"),
    { ...status(200, { "content-length": "0" }), content: "" },
  ],
  ["8.7", "Content-Location in a request changes nothing", note("Content-Location: /missing"), NOTED],
  ["8.8.2", "a file has its time, in whole seconds", note(), status(200, { "last-modified": THEN })],
  ["8.8.3", "a file has a strong entity tag", note(), status(200, { etag: /^"[\x21\x23-\x7e]+"$/ })],
  ["8.8.3", "so has a page", last("GET /"), status(200, { etag: /^"[\x21\x23-\x7e]+"$/ })],
  [
    "8.8.3",
    "so has a photo's page",
    last("GET /album/photo.jpg?view"),
    status(200, { etag: /^"[\x21\x23-\x7e]+"$/ }),
  ],
  [
    "8.8.3",
    "so has a thumbnail",
    last("GET /album/photo.jpg?size=320"),
    status(200, { etag: /^"[\x21\x23-\x7e]+"$/ }),
  ],
  [
    "8.8.3",
    "each choice of negotiation has its own",
    last("GET /album/photo.jpg?size=320", "Accept: image/webp", "If-None-Match: <thumbnail>"),
    status(200, { "content-type": "image/webp" }),
  ],
]);

table("RFC 9110, methods", [
  ["9.1", "an unknown method is 501", last("BREW /note.txt"), status(501)],
  ["9.1", "known ones that are not supported are 405: POST", last("POST /note.txt"), status(405)],
  [
    "9.1",
    "PUT, with its content",
    `${more("PUT /note.txt", "Content-Length: 5")}hello${LAST}`,
    status(405),
    NOTED,
  ],
  ["9.1", "DELETE", last("DELETE /note.txt"), status(405)],
  ["9.1", "PATCH", last("PATCH /note.txt"), status(405)],
  [
    "9.3.1",
    "content of a GET means nothing",
    `${more("GET /note.txt", "Content-Length: 5")}hello${LAST}`,
    NOTED,
    NOTED,
  ],
  [
    "9.3.2",
    "content of a HEAD neither",
    `${more("HEAD /note.txt", "Content-Length: 5")}hello${LAST}`,
    to("HEAD", status(200)),
    NOTED,
  ],
  [
    "9.3.2",
    "HEAD tells the length GET would have",
    last("HEAD /large.bin"),
    to("HEAD", status(200, { "content-length": "3000000" })),
  ],
  ["9.3.6", "CONNECT is refused", last("CONNECT localhost:80"), to("CONNECT", status(405))],
  ["9.3.6", "CONNECT without a port is 400", more("CONNECT localhost"), BAD],
  ["9.3.6", "CONNECT with an empty port is 400", more("CONNECT localhost:"), BAD],
  ["9.3.6", "CONNECT with an invalid port is 400", more("CONNECT localhost:65536"), BAD],
  [
    "9.3.7",
    "OPTIONS of a resource tells what is allowed",
    last("OPTIONS /note.txt"),
    to("OPTIONS", status(204, { allow: "GET, HEAD, OPTIONS" })),
  ],
  [
    "9.3.7",
    "OPTIONS may have content",
    `${more("OPTIONS /", "Content-Length: 2", "Content-Type: text/plain")}hi${LAST}`,
    to("OPTIONS", status(204)),
    NOTED,
  ],
  ["9.3.7", "OPTIONS is no GET", last("OPTIONS /missing"), to("OPTIONS", { ...status(204), content: "" })],
  [
    "9.3.8",
    "TRACE is refused and reflects nothing",
    last("TRACE /note.txt", "Cookie: secret"),
    { status: 405, content: /^(?![^]*secret)/ },
  ],
]);

table("RFC 9110, context", [
  ["10.1.1", "an unknown expectation is 417", last("GET /note.txt", "Expect: a-miracle"), status(417)],
  ["10.1.1", "beside a known one too", last("GET /note.txt", "Expect: 100-continue, a-miracle"), status(417)],
  ["10.1.1", "100-continue is case-insensitive", last("GET /note.txt", "Expect: 100-Continue"), NOTED],
  [
    "10.1.1",
    "no 100 where no content comes, and the connection persists",
    more("GET /note.txt", "Expect: 100-continue") + LAST,
    NOTED,
    NOTED,
  ],
  [
    "10.1.1",
    "the final status at once, and a close, where content would come",
    more("GET /note.txt", "Expect: 100-continue", "Content-Length: 5"),
    NOTED,
  ],
  [
    "10.1.1",
    "a refusal likewise",
    more("POST /note.txt", "Expect: 100-continue", "Transfer-Encoding: chunked"),
    status(405),
  ],
  [
    "10.1.1",
    "HTTP/1.0 expects nothing",
    `${head("POST /note.txt HTTP/1.0", "Expect: 100-continue", "Content-Length: 5", "Connection: keep-alive")}hello${LAST}`,
    { status: 405, fields: { connection: "keep-alive" } },
    NOTED,
  ],
  [
    "10.1.2",
    "From, Referer and User-Agent change nothing",
    note("From: a@b", "Referer: http://elsewhere/", "User-Agent: x"),
    NOTED,
  ],
  [
    "10.2.2",
    "Location stays on this host, whatever was asked",
    last("GET http://elsewhere.example/album"),
    status(301, { location: "/album/" }),
  ],
]);

table("RFC 9110, content negotiation", [
  [
    "12.4.2",
    "a weight of 0 is no",
    last("GET /album/photo.jpg?size=320", "Accept: image/webp;q=0, */*"),
    status(200, { "content-type": "image/jpeg" }),
  ],
  [
    "12.4.2",
    "any other is yes",
    last("GET /album/photo.jpg?size=320", "Accept: image/webp;q=0.001"),
    status(200, { "content-type": "image/webp" }),
  ],
  [
    "12.5.1",
    "types are case-insensitive",
    last("GET /album/photo.jpg?size=320", "Accept: IMAGE/WebP"),
    status(200, { "content-type": "image/webp" }),
  ],
  [
    "12.5.1",
    "q counts wherever it stands",
    last("GET /album/photo.jpg?size=320", "Accept: image/webp;q=0;x=y"),
    status(200, { "content-type": "image/jpeg" }),
  ],
  ["12.5.1", "what cannot be satisfied is disregarded", note("Accept: image/webp"), NOTED],
  ["12.5.2", "so are charsets and languages", note("Accept-Charset: klingon", "Accept-Language: tlh"), NOTED],
  [
    "12.5.3",
    "no coding is applied to who accepts identity only",
    note("Accept-Encoding: identity"),
    { ...NOTED, fields: { "content-encoding": undefined } },
  ],
  [
    "12.5.3",
    "nor to who sends the field empty",
    last("GET /", "Accept-Encoding:"),
    status(200, { "content-encoding": undefined }),
  ],
  [
    "12.5.5",
    "what was chosen by Accept says so",
    last("GET /album/photo.jpg?size=320"),
    status(200, { vary: "Accept" }),
  ],
  [
    "12.5.5",
    "also in a 304",
    last("GET /album/photo.jpg?size=320", "If-None-Match: <thumbnail>"),
    status(304, { vary: "Accept" }),
  ],
  ["12.5.5", "what was not says nothing", note(), status(200, { vary: undefined })],
]);

const RANGE = "Range: bytes=2-4";
const part = (content: string, contentRange: string): ExpectedResponse => ({
  status: 206,
  content,
  fields: { "content-range": contentRange, "content-length": String(content.length) },
});
const unsatisfiable = status(416, { "content-range": "bytes */10" });

table("RFC 9110, conditional requests", [
  ["13.1.1", "If-Match is compared strongly", note("If-Match: W/<note>"), status(412)],
  ["13.1.1", "If-Match may be a list", note('If-Match: "x", <note>'), NOTED],
  ["13.1.1", "If-Match: * holds for what is there", note("If-Match: *"), NOTED],
  ["13.1.1", "an empty If-Match lists nothing", note("If-Match:"), status(412)],
  ["13.1.1", "for a page", last("GET /", 'If-Match: "x"'), status(412)],
  ["13.1.1", "for a photo's page", last("GET /album/photo.jpg?view", 'If-Match: "x"'), status(412)],
  ["13.1.1", "for a thumbnail", last("GET /album/photo.jpg?size=320", 'If-Match: "x"'), status(412)],
  ["13.1.2", "If-None-Match is compared weakly", note("If-None-Match: W/<note>"), status(304)],
  ["13.1.2", "If-None-Match: * is false for what is there", note("If-None-Match: *"), status(304)],
  ["13.1.2", "a tag in other letters is another", note('If-None-Match: "<note>"'), NOTED],
  ["13.1.2", "for a page", last("GET /", "If-None-Match: <page>"), status(304, { etag: "<page>" })],
  ["13.1.2", "for HEAD of a page", last("HEAD /", "If-None-Match: <page>"), to("HEAD", status(304))],
  [
    "13.1.2",
    "for a thumbnail",
    last("GET /album/photo.jpg?size=320", "If-None-Match: W/<thumbnail>"),
    status(304),
  ],
  [
    "13.1.3",
    "If-Modified-Since is false for the same second",
    note(`If-Modified-Since: ${THEN}`),
    status(304),
  ],
  ["13.1.3", "and for a later one", note(`If-Modified-Since: ${AFTER}`), status(304)],
  ["13.1.3", "and true for an earlier one", note(`If-Modified-Since: ${BEFORE}`), NOTED],
  ["13.1.3", "ignored beside If-None-Match", note(`If-Modified-Since: ${THEN}`, 'If-None-Match: "x"'), NOTED],
  ["13.1.3", "ignored if it is no date", note("If-Modified-Since: Mon, 3 May 2021 08:15:00 GMT"), NOTED],
  [
    "13.1.3",
    "ignored if there are two",
    note(`If-Modified-Since: ${THEN}`, `If-Modified-Since: ${THEN}`),
    NOTED,
  ],
  [
    "13.1.3",
    "ignored where there is no Last-Modified",
    last("GET /", "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT"),
    status(200, { "last-modified": undefined }),
  ],
  ["13.1.4", "If-Unmodified-Since is true for the same second", note(`If-Unmodified-Since: ${THEN}`), NOTED],
  ["13.1.4", "and false for an earlier one", note(`If-Unmodified-Since: ${BEFORE}`), status(412)],
  ["13.1.4", "ignored beside If-Match", note(`If-Unmodified-Since: ${BEFORE}`, "If-Match: <note>"), NOTED],
  ["13.1.4", "ignored if it is no date", note("If-Unmodified-Since: 0"), NOTED],
  ["13.1.4", "ignored if there are two", note(`If-Unmodified-Since: ${BEFORE}, ${BEFORE}`), NOTED],
  [
    "13.1.4",
    "ignored where there is no Last-Modified",
    last("GET /", `If-Unmodified-Since: ${BEFORE}`),
    status(200),
  ],
  ["13.1.5", "If-Range without Range is ignored", note('If-Range: "x"'), NOTED],
  [
    "13.1.5",
    "the current tag lets the range be",
    note(RANGE, "If-Range: <note>"),
    part("234", "bytes 2-4/10"),
  ],
  ["13.1.5", "another tag does not", note(RANGE, 'If-Range: "x"'), NOTED],
  ["13.1.5", "a weak tag never does", note(RANGE, "If-Range: W/<note>"), NOTED],
  ["13.1.5", "a list of tags is none", note(RANGE, 'If-Range: "x", <note>'), NOTED],
  ["13.1.5", "the very Last-Modified does", note(RANGE, `If-Range: ${THEN}`), part("234", "bytes 2-4/10")],
  ["13.1.5", "an earlier date does not", note(RANGE, `If-Range: ${BEFORE}`), NOTED],
  ["13.1.5", "nor does a later one", note(RANGE, `If-Range: ${AFTER}`), NOTED],
  ["13.1.5", "nor does what is no validator", note(RANGE, "If-Range: x"), NOTED],
  [
    "13.1.5",
    "ignored where there are no ranges",
    last("GET /", RANGE, 'If-Range: "x"'),
    status(200, { etag: "<page>" }),
  ],
  ["13.2.1", "a 404 has no conditions", last("GET /missing", "If-Match: *", "If-None-Match: *"), status(404)],
  ["13.2.1", "a 301 has none", last("GET /album", "If-None-Match: *", 'If-Match: "x"'), status(301)],
  ["13.2.1", "a 403 has none", last("GET /bare/", "If-None-Match: *"), status(403)],
  ["13.2.1", "a 405 has none", last("POST /note.txt", 'If-Match: "x"'), status(405)],
  ["13.2.1", "a 415 has none", last("GET /album/broken.jpg?size=320", "If-None-Match: *"), status(415)],
  ["13.2.1", "a 417 has none", last("GET /note.txt", "If-None-Match: *", "Expect: x"), status(417)],
  ["13.2.1", "OPTIONS has none", last("OPTIONS /note.txt", 'If-Match: "x"'), to("OPTIONS", status(204))],
  ["13.2.2", "If-Match comes first", note('If-Match: "x"', "If-None-Match: <note>"), status(412)],
  ["13.2.2", "If-None-Match comes before Range", note("If-None-Match: <note>", RANGE), status(304)],
  [
    "13.2.2",
    "and Range last",
    note("If-Match: <note>", 'If-None-Match: "x"', RANGE),
    part("234", "bytes 2-4/10"),
  ],
]);

table("RFC 9110, range requests", [
  ["14.1", "the unit is case-insensitive", note("Range: BYTES=0-0"), part("0", "bytes 0-0/10")],
  ["14.1.1", "a last position before the first is no range", note("Range: bytes=4-2"), NOTED],
  ["14.1.2", "first and last position are included", note(RANGE), part("234", "bytes 2-4/10")],
  [
    "14.1.2",
    "without a last position it goes to the end",
    note("Range: bytes=7-"),
    part("789", "bytes 7-9/10"),
  ],
  [
    "14.1.2",
    "a last position past the end is the end",
    note("Range: bytes=7-99"),
    part("789", "bytes 7-9/10"),
  ],
  [
    "14.1.2",
    "however many digits it has",
    note(`Range: bytes=7-${"9".repeat(40)}`),
    part("789", "bytes 7-9/10"),
  ],
  ["14.1.2", "a suffix counts from the end", note("Range: bytes=-3"), part("789", "bytes 7-9/10")],
  ["14.1.2", "a suffix longer than all is all", note("Range: bytes=-99"), part(NOTE, "bytes 0-9/10")],
  ["14.1.2", "a first position at the end is unsatisfiable", note("Range: bytes=10-"), unsatisfiable],
  ["14.1.2", "however far away", note(`Range: bytes=${"9".repeat(40)}-`), unsatisfiable],
  ["14.1.2", "a suffix of nothing is unsatisfiable", note("Range: bytes=-0"), unsatisfiable],
  [
    "14.1.2",
    "so is anything of an empty file",
    last("GET /empty.txt", "Range: bytes=0-"),
    status(416, { "content-range": "bytes */0" }),
  ],
  ["14.2", "an unknown unit is ignored", note("Range: lines=1-2"), NOTED],
  ["14.2", "what is no range is ignored", note("Range: bytes=a-b"), NOTED],
  ["14.2", "so is a range without its unit", note("Range: 0-0"), NOTED],
  ["14.2", "so are spaces inside a range", note("Range: bytes=0 - 1"), NOTED],
  [
    "14.2",
    "HEAD has no ranges",
    last("HEAD /note.txt", RANGE),
    to("HEAD", status(200, { "content-length": "10", "content-range": undefined })),
  ],
  ["14.2", "HEAD has no 416 either", last("HEAD /note.txt", "Range: bytes=99-"), to("HEAD", status(200))],
  ["14.2", "neither has POST", last("POST /note.txt", RANGE), status(405)],
  ["14.2", "neither has a page", last("GET /", RANGE), status(200, { etag: "<page>" })],
  ["14.2", "an error is no 206", last("GET /missing", "Range: bytes=0-0"), status(404)],
  ["14.3", "a file says that it has ranges", note(), status(200, { "accept-ranges": "bytes" })],
  ["14.4", "Content-Range in a request is ignored", note("Content-Range: bytes 0-0/10"), NOTED],
]);

const CACHED = { etag: "<note>", "cache-control": "no-cache" };

table("RFC 9110, status codes", [
  [
    "15.3.1",
    "200 has all validators there are",
    note(),
    status(200, { etag: "<note>", "last-modified": THEN }),
  ],
  ["15.3.5", "204 has no content", last("OPTIONS /"), to("OPTIONS", { ...status(204), content: "" })],
  [
    "15.3.7",
    "206 has what a cache must know",
    note(RANGE),
    status(206, { ...CACHED, "content-type": "text/plain" }),
  ],
  [
    "15.3.7.1",
    "206 of one range is no multipart",
    note(RANGE),
    status(206, { "content-type": "text/plain" }),
  ],
  ["15.4.2", "301 leads to the folder", last("GET /album"), status(301, { location: "/album/" })],
  ["15.4.2", "with the query", last("GET /album?page=1"), status(301, { location: "/album/?page=1" })],
  ["15.4.2", "percent-encoded", last("GET /two%20words"), status(301, { location: "/two%20words/" })],
  ["15.4.5", "304 has what a cache must know", note("If-None-Match: *"), status(304, CACHED)],
  [
    "15.4.5",
    "304 has no metadata of a content it lacks",
    note("If-None-Match: *"),
    status(304, { "content-type": undefined, "content-encoding": undefined, "accept-ranges": undefined }),
  ],
  ["15.5.1", "400 says what is wrong", last("GET /album/photo.jpg?size=7"), BAD],
  ["15.5.4", "403 says so", last("GET /bare/"), { status: 403, content: /^403 Forbidden\n/ }],
  ["15.5.5", "404 says so", last("GET /missing"), { status: 404, content: /^404 Not Found\n/ }],
  [
    "15.5.6",
    "405 says so, and what is allowed",
    last("POST /note.txt"),
    { ...status(405, { allow: "GET, HEAD, OPTIONS" }), content: /^405 Method Not Allowed\n/ },
  ],
  ["15.5.6", "405 does for what is not there too", last("DELETE /missing"), status(405)],
  [
    "15.5.15",
    "414 says so",
    more(`GET /${"x".repeat(9_000)}`),
    { status: 414, content: /^414 URI Too Long\n/ },
  ],
  ["15.5.17", "416 tells the length", note("Range: bytes=10-"), unsatisfiable],
  [
    "15.5.18",
    "417 says so",
    last("GET /", "Expect: x"),
    { status: 417, content: /^417 Expectation Failed\n/ },
  ],
  ["15.6.2", "501 says so", last("BREW /"), { status: 501, content: /^501 Not Implemented\n/ }],
  [
    "15.6.6",
    "505 says which versions are spoken",
    head("GET / HTTP/2.0", "Host: localhost"),
    { status: 505, content: /HTTP\/1\.1 and HTTP\/1\.0/ },
  ],
  ["15.6.6", "505 for what came before too", head("GET / HTTP/0.9"), status(505)],
  ["15.6.6", "505 for HTTP/3", head("GET / HTTP/3.0", "Host: localhost"), status(505)],
  [
    "15.5",
    "an error is a page for who names text/html",
    last("GET /missing", "Accept: text/html"),
    { ...status(404, { "content-type": "text/html; charset=utf-8" }), content: /<h1>404 Not Found<\/h1>/ },
  ],
]);

table("RFC 9111", [
  ["4.2", "an origin server has no Age", note(), status(200, { age: undefined })],
  [
    "5.2.1",
    "a client's directives change nothing here",
    note("Cache-Control: only-if-cached, max-age=0"),
    NOTED,
  ],
  ["5.2.2", "a file is to be asked for again", note(), status(200, { "cache-control": "no-cache" })],
  ["5.2.2", "so is a page", last("GET /"), status(200, { "cache-control": "no-cache" })],
  [
    "5.2.2",
    "what its path names for ever is not",
    last("GET <css>"),
    status(200, { "cache-control": /\bmax-age=31536000\b/ }),
  ],
  ["5.4", "Pragma changes nothing here", note("Pragma: no-cache"), NOTED],
]);

const withoutDate = ({ head: text }: RawResponse): string => text.replace(/^Date: .*\r\n/m, "");

describe("RFC 9110 §9.3.2: HEAD has the fields of GET, and no content,", () => {
  for (const [what, target, ...fields] of [
    ["a file", "/note.txt"],
    ["an empty file", "/empty.txt"],
    ["a large file", "/large.bin"],
    ["a picture", "/album/photo.jpg"],
    ["a download", "/album/photo.jpg?download"],
    ["a page", "/"],
    ["an album", "/album/"],
    ["a page of a folder", "/site/"],
    ["a photo's page", "/album/photo.jpg?view"],
    ["a thumbnail", "/album/photo.jpg?size=320"],
    ["a thumbnail of the other format", "/album/photo.jpg?size=320", "Accept: image/webp"],
    ["our stylesheet", "<css>"],
    ["a redirection", "/album"],
    ["a 304", "/note.txt", "If-None-Match: *"],
    ["a 304 by date", "/note.txt", `If-Modified-Since: ${THEN}`],
    ["a 304 of a page", "/", "If-None-Match: *"],
    ["a 304 of a thumbnail", "/album/photo.jpg?size=320", "If-None-Match: *"],
    ["a 400", "/album/photo.jpg?size=7"],
    ["a 403", "/bare/"],
    ["a 404", "/missing"],
    ["a 404 for people", "/missing", "Accept: text/html"],
    ["a 412", "/note.txt", 'If-Match: "x"'],
    ["a 415", "/album/broken.jpg?size=320"],
    ["a 417", "/note.txt", "Expect: x"],
  ] as const) {
    test(`for ${what}`, async () => {
      const options = { fields: fields.map(server.fill) };
      const whole = await fetchRaw(server.port, server.fill(target), options);
      const bare = await fetchRaw(server.port, server.fill(target), { method: "HEAD", ...options });
      expect(withoutDate(bare)).toBe(withoutDate(whole));
    });
  }

  for (const [code, ...lines] of [
    [400, "HEAD / HTTP/1.1", "Host: a b"],
    [400, "HEAD / HTTP/1.1", "Host: localhost", "Bad Name: x"],
    [431, "HEAD / HTTP/1.1", "Host: localhost", `X: ${"x".repeat(20_000)}`],
    [501, "HEAD / HTTP/1.1", "Host: localhost", "Transfer-Encoding: gzip, chunked"],
  ] as const) {
    test(`a ${code} to ${JSON.stringify(lines.at(-1)?.slice(0, 40))}`, async () => {
      expect(await exchangeFaults(server.port, head(...lines), [{ status: code, to: "HEAD" }])).toEqual([]);
    });
  }
});

/** The steps of §13.2.2, one after the other; times count only where there is a Last-Modified. */
function statusOf(values: readonly (string | undefined)[], hasTime: boolean): number {
  const [match, unmodified, noneMatch, modified] = values;
  if (match !== undefined) {
    if (match !== "*" && match !== "TAG") return 412; // step 1, strong comparison
  } else if (hasTime && unmodified === BEFORE) return 412; // step 2
  if (noneMatch !== undefined) return noneMatch === '"x"' ? 200 : 304; // step 3, weak comparison
  return hasTime && (modified === THEN || modified === AFTER) ? 304 : 200; // step 4
}

describe("RFC 9110 §13.2.2: all combinations of the four conditions", () => {
  const conditions = [
    ["If-Match", [undefined, "TAG", "W/TAG", '"x"', "*"]],
    ["If-Unmodified-Since", [undefined, BEFORE, THEN, AFTER, "never"]],
    ["If-None-Match", [undefined, "TAG", "W/TAG", '"x"', "*"]],
    ["If-Modified-Since", [undefined, BEFORE, THEN, AFTER, "never"]],
  ] as const;

  for (const [what, target, tag, hasTime] of [
    ["a file", "/note.txt", "<note>", true],
    ["a page", "/", "<page>", false],
    ["a thumbnail", "/album/photo.jpg?size=320", "<thumbnail>", false],
  ] as const) {
    test(`for ${what}`, async () => {
      let combinations: (string | undefined)[][] = [[]];
      for (const [, values] of conditions) {
        combinations = combinations.flatMap((some) => values.map((value) => [...some, value]));
      }
      const client = await RawClient.connect(server.port);
      const wrong: string[] = [];
      for (const values of combinations) {
        const fields = values.flatMap((value, i) =>
          value === undefined ? [] : [`${conditions[i]?.[0]}: ${value.replace("TAG", server.fill(tag))}`],
        );
        client.write(more(`GET ${target}`, ...fields));
        const { status: is } = await client.readResponse();
        if (is !== statusOf(values, hasTime)) wrong.push(`${is}: ${fields.join(", ")}`);
      }
      expect(combinations.length).toBe(625);
      expect(wrong).toEqual([]);
    });
  }
});

describe("RFC 9110 §8.8.2.1", () => {
  test("Last-Modified is never later than Date", async () => {
    const { fields } = await fetchRaw(server.port, "/tomorrow.txt");
    expect(Date.parse(fields.get("last-modified") ?? "")).toBeLessThanOrEqual(
      Date.parse(fields.get("date") ?? ""),
    );
  });
});

table("RFC 9110, what a representation may be and is not", [
  ["7.4", "https over plain TCP is 421", last("GET https://localhost/note.txt"), status(421)],
  ["7.4", "whatever the method", last("OPTIONS https://localhost/"), status(421)],
  [
    "10.1.1",
    "content behind an expectation that is not met may never come, so nothing is read behind it",
    more("GET /note.txt", "Expect: 100-continue, x", "Content-Length: 44"),
    status(417, { connection: "close" }),
  ],
  ["7.4", "whatever the case of the scheme", last("GET HTTPS://localhost/note.txt"), status(421)],
  [
    "10.2.2",
    "Location is a URI-reference, whatever the query was",
    last('GET /album?a"<b>{}|\\^`[]'),
    status(301, { location: "/album/?a%22%3Cb%3E%7B%7D%7C%5C%5E%60%5B%5D" }),
  ],
  [
    "10.1.1",
    "100-continue without content keeps the connection",
    more("GET /note.txt", "Expect: 100-continue", "Content-Length: 0") + LAST,
    NOTED,
    NOTED,
  ],
  [
    "12.5.3",
    "a page comes in the coding that weighs most",
    last("GET /", "Accept-Encoding: br;q=0.5, gzip;q=0.8"),
    status(200, { "content-encoding": "gzip", vary: "Accept-Encoding" }),
  ],
  [
    "12.5.3",
    "identity;q=0 is 406 where nothing else is taken",
    last("GET /", "Accept-Encoding: identity;q=0"),
    status(406),
  ],
  [
    "12.5.3",
    "q=0 refuses a coding",
    last("GET /", "Accept-Encoding: gzip;q=0, br;q=0"),
    status(200, { "content-encoding": undefined }),
  ],
  [
    "12.5.5",
    "an error that Accept chose says so",
    last("GET /missing", "Accept: text/html"),
    status(404, { vary: "Accept" }),
  ],
  ["13.1.1", "our own files have preconditions too", last("GET <css>", 'If-Match: "x"'), status(412)],
  ["13.1.2", "and can be had already", last("GET <css>", "If-None-Match: *"), status(304)],
  [
    "14.6",
    "several ranges are several parts",
    note("Range: bytes=0-0,-1"),
    status(206, { "content-type": /^multipart\/byteranges; boundary=[\w-]+$/, "content-range": undefined }),
  ],
  [
    "15.3.7.2",
    "one range that is left is no multipart",
    note("Range: bytes=3-4,99-"),
    { ...status(206), content: "34" },
  ],
  [
    "15.4.5",
    "304 has no Last-Modified beside its ETag",
    note("If-None-Match: *"),
    status(304, { etag: "<note>", "last-modified": undefined }),
  ],
  [
    "15.5.13",
    "412 says what it is about",
    note('If-Match: "x"'),
    { status: 412, content: /^412 Precondition Failed\n/ },
  ],
  ["15.5.17", "416 does", note("Range: bytes=10-"), { status: 416, content: /^416 Range Not Satisfiable\n/ }],
]);
