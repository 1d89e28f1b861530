/**
 * Valid requests, generated from the grammar (RFC 9112), for the album that the fuzzed server shows.
 *
 * Octets are text here, one character each (ISO 8859-1).
 */
import type { Random } from "./random.ts";

/** The files of the album by their paths, without its one picture. */
export const TEXT_FILES: ReadonlyMap<string, string> = new Map([
  ["/note.txt", "a note\n"],
  ["/folder/long.txt", "0123456789".repeat(1_000)],
  ["/folder/page.html", "<!doctype html><title>page</title>\n"],
  ["/empty.txt", ""],
]);
export const PICTURE = "/photo.jpg";

const METHODS = [
  ["GET", "GET", "GET", "GET", "GET", "HEAD", "HEAD", "OPTIONS"],
  ["POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW", "get"],
].flat();

const TARGETS = [
  [...TEXT_FILES.keys()],
  [PICTURE, `${PICTURE}?size=320`, `${PICTURE}?size=7`, `${PICTURE}?view`, `${PICTURE}?download`],
  ["/", "/?page=1", "/?page=x", "/folder", "/folder/", "//folder", "/folder?a=b", "/folder/../note.txt"],
  ["/missing", "/%6eote.txt", "/%2e%2e/%2e%2e/etc/passwd", "/a%0d%0ab", "/%ff", "/-/none.css", "/note.txt/"],
  ["http://photos.example/note.txt", "HTTP://photos.example:80?page=1", "https://photos.example/"],
].flat();

const FIELDS = [
  ["Accept: */*", "Accept: text/html", "Accept: image/webp", "Accept-Encoding: gzip", "X:", "Cookie: a=b"],
  ["Range: bytes=0-3", "Range: bytes=-5", "Range: bytes=5-", "Range: bytes=99999-", "Range: bytes=0-1,3-4"],
  ['If-None-Match: "x"', "If-None-Match: *", 'If-Match: "x"', "If-Match: *", 'If-Range: "x"'],
  ["If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT", "If-Modified-Since: Sat, 01 Jan 2050 00:00:00 GMT"],
  ["If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT", "Expect: 100-continue", "Expect: 200-ok"],
  ["Connection: keep-alive", "Connection: close", "Connection: x, Close", "Upgrade: h2c", "TE: trailers"],
].flat();

const CONTENTS = [
  "",
  "hello",
  "\r\n\r\n",
  "GET /note.txt HTTP/1.1\r\nHost: a\r\n\r\n",
  "\0\xff".repeat(2_000),
];

/** 300 000 octets are more than the server throws away: it closes instead. */
const UNSENT_LENGTH = 300_000;

export function generateRequest(random: Random): string {
  const version = random.onceIn(5) ? "HTTP/1.0" : random.onceIn(10) ? "HTTP/1.7" : "HTTP/1.1";
  const lines = [
    `${random.pick(METHODS)} ${generateTarget(random)} ${version}`,
    "Host: photos.example",
    ...Array.from({ length: random.below(4) }, () => random.pick(FIELDS)),
  ];
  if (random.onceIn(20)) lines[0] = `OPTIONS * ${version}`;
  if (random.onceIn(40)) lines[0] = `CONNECT photos.example:443 ${version}`;
  const { fields, body } = generateBody(random, version);
  return `${[...lines, ...fields].join("\r\n")}\r\n\r\n${body}`;
}

function generateTarget(random: Random): string {
  if (!random.onceIn(10)) return random.pick(TARGETS);
  const segments = Array.from({ length: 1 + random.below(6) }, () =>
    random.pick(["a", "..", ".", "", "%2f", "%5c", "%E4%B8%AD", "~", "x".repeat(300)]),
  );
  return `/${segments.join("/")}`;
}

function generateBody(random: Random, version: string): { fields: string[]; body: string } {
  if (random.onceIn(50)) return { fields: [`Content-Length: ${UNSENT_LENGTH}`], body: "" };
  if (!random.onceIn(4)) return { fields: [], body: "" };
  const content = random.pick(CONTENTS);
  if (version === "HTTP/1.0" || random.onceIn(2)) {
    return { fields: [`Content-Length: ${content.length}`], body: content };
  }
  return { fields: ["Transfer-Encoding: chunked"], body: chunked(content, random) };
}

function chunked(content: string, random: Random): string {
  let body = "";
  for (let at = 0; at < content.length;) {
    const size = 1 + random.below(content.length - at);
    const extension = random.onceIn(4) ? ';a="b;\\"c"' : "";
    body += `${size.toString(16)}${extension}\r\n${content.slice(at, at + size)}\r\n`;
    at += size;
  }
  return `${body}0\r\n${random.onceIn(4) ? "Trailer: x\r\n" : ""}\r\n`;
}
