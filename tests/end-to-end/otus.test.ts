/**
 * What the OTUS course asks of a web server, in our own words: GET and HEAD of files below a document root, and 403,
 * 404 or 405 for everything else.
 */
import { randomBytes } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { RawClient, type RawResponse, type RequestOptions, fetchRaw } from "../support/raw-client.ts";
import { type Server, startServer } from "../support/server.ts";
import { createTemporaryAlbum } from "../support/temporary-album.ts";

const INDEX = "<html>The index of a folder</html>\n";
const PAGE = "<html><body>A page</body></html>\n";
const LARGE = randomBytes(1_000_000).toString("hex");
const SECRET = "outside of the root";

const FILES: Readonly<Record<string, string>> = {
  "index/index.html": INDEX,
  "index/page.html": PAGE,
  "bare/below/deeper/deep.txt": "found it\n",
  "large.html": LARGE,
  "dots/two..dots.txt": "hello",
  "dots/a.b.c.html": PAGE,
  "dots/name.": "ends in a dot",
  "dots/page.html.txt": "the last extension counts",
  "names/space in name.txt": "letters and spaces\n",
  "names/plus+sign.txt": "no space",
  "names/50%.txt": "per cent",
  "names/what?.txt": "a question mark",
  "names/Москва.html": PAGE,
  "names/東京 🗼.txt": "tower",
  "types/style.css": "h1 { color: teal }",
  "types/script.js": "let answer = 42;",
  "types/photo.jpg": "no real JPEG",
  "types/photo.jpeg": "no real JPEG either",
  "types/logo.v2.png": "no real PNG",
  "types/button.gif": "no real GIF",
  "types/film.swf": "no real film",
  "types/notes.txt": "notes",
  "types/archive.tar.gz": "no real archive",
  "types/unknown": "octets",
  "types/UPPER.HTML": PAGE,
  "empty.txt": "",
};

let server: Server;

beforeAll(async () => {
  const parent = await createTemporaryAlbum({ "secret.txt": SECRET, "root-twin/secret.txt": SECRET }, "file");
  for (const [name, content] of Object.entries(FILES)) await parent.add(`root/${name}`, content);
  server = await startServer({ root: `${parent.path}/root`, lifetime: "file" });
});

const fetch = (target: string, options?: RequestOptions): Promise<RawResponse> =>
  fetchRaw(server.port, target, options);

describe("serves", () => {
  for (const { what, target, content } of [
    { what: "the index file of a folder", target: "/index/", content: INDEX },
    { what: "the index file under its own name", target: "/index/index.html", content: INDEX },
    { what: "a file beside an index", target: "/index/page.html", content: PAGE },
    { what: "a file in nested folders", target: "/bare/below/deeper/deep.txt", content: "found it\n" },
    { what: "a file with a query behind its name", target: "/index/page.html?a=1&b=2", content: PAGE },
    { what: "a file with an empty query", target: "/index/page.html?", content: PAGE },
    { what: "an index with a query", target: "/index/?a=/../", content: INDEX },
    { what: "a name wholly percent-encoded", target: "/index/%70%61%67%65%2e%68%74%6d%6c", content: PAGE },
    { what: "encoding in lower and upper case", target: "/index/page%2ehtm%6C", content: PAGE },
    { what: "a name with spaces", target: "/names/space%20in%20name.txt", content: "letters and spaces\n" },
    { what: "a name with a plus, which is no space", target: "/names/plus+sign.txt", content: "no space" },
    { what: "a name with a percent sign", target: "/names/50%25.txt", content: "per cent" },
    { what: "a name with a question mark", target: "/names/what%3F.txt", content: "a question mark" },
    { what: "a name in Cyrillic", target: encodeURI("/names/Москва.html"), content: PAGE },
    { what: "a name in Japanese with an emoji", target: encodeURI("/names/東京 🗼.txt"), content: "tower" },
    { what: "a name with two dots in a row", target: "/dots/two..dots.txt", content: "hello" },
    { what: "a name with several dots", target: "/dots/a.b.c.html", content: PAGE },
    { what: "a name that ends in a dot", target: "/dots/name.", content: "ends in a dot" },
    { what: "an empty file", target: "/empty.txt", content: "" },
    { what: "a large file, to the last octet", target: "/large.html", content: LARGE },
  ]) {
    test(`${what}, with its length`, async () => {
      const response = await fetch(target);
      expect(response.status).toBe(200);
      expect(response.fields.get("content-length")).toBe(String(Buffer.byteLength(content)));
      expect(response.content.toString() === content).toBe(true); // not toBe: a diff of 2 MB takes a minute
    });
  }
});

describe("tells the media type", () => {
  for (const [target, mediaType] of [
    ["/index/page.html", "text/html"],
    ["/index/", "text/html"],
    ["/types/UPPER.HTML", "text/html"],
    ["/types/style.css", "text/css"],
    ["/types/script.js", "text/javascript"],
    ["/types/photo.jpg", "image/jpeg"],
    ["/types/photo.jpeg", "image/jpeg"],
    ["/types/logo.v2.png", "image/png"],
    ["/types/button.gif", "image/gif"],
    ["/types/film.swf", "application/x-shockwave-flash"],
    ["/types/notes.txt", "text/plain"],
    ["/dots/page.html.txt", "text/plain"],
    ["/types/archive.tar.gz", "application/gzip"],
    ["/types/unknown", "application/octet-stream"],
  ] as const) {
    test(`of ${target}: ${mediaType}, in answer to GET and to HEAD`, async () => {
      for (const method of ["GET", "HEAD"]) {
        const { status, fields } = await fetch(target, { method });
        expect([status, fields.get("content-type")]).toEqual([200, mediaType]);
      }
    });
  }
});

describe("answers 404 for", () => {
  for (const { what, target } of [
    { what: "a file that is not there", target: "/index/missing.html" },
    { what: "a folder that is not there", target: "/missing/" },
    { what: "a file in a folder that is not there", target: "/missing/page.html" },
    { what: "a slash behind the name of a file", target: "/index/page.html/" },
    { what: "a name below a file", target: "/index/page.html/more" },
    { what: "a name in other letters", target: "/index/PAGE.html" },
    { what: "an encoding that is undone only once", target: "/names/space%2520in%2520name.txt" },
  ]) {
    test(`${what}: ${target}`, async () => {
      expect((await fetch(target)).status).toBe(404);
    });
  }
});

test("answers 403 for a folder without an index, and lists nothing", async () => {
  for (const target of ["/bare/", "/bare/below/", "/bare/?index.html"]) {
    const { status, content } = await fetch(target);
    expect(status).toBe(403);
    expect(content.toString()).not.toMatch(/below|deep/);
  }
});

describe("never leaves the root by", () => {
  for (const target of [
    "/../secret.txt",
    "/index/../../secret.txt",
    "/../../../../../../../../../../../../../etc/passwd",
    "/index/../../../../../../../../../../../../../etc/passwd",
    "/%2e%2e/secret.txt",
    "/%2E%2E%2Fsecret.txt",
    "/..%2fsecret.txt",
    "/index/..%2f..%2fsecret.txt",
    "/..%5csecret.txt",
    "/..\\secret.txt",
    "/%252e%252e/secret.txt",
    "/../root-twin/secret.txt",
    "/..",
    "/../",
    "//etc/passwd",
    "/.%2e/secret.txt",
    "/..;/secret.txt",
    "/%c0%ae%c0%ae/secret.txt",
    "/...//secret.txt",
    "http://localhost/../secret.txt",
  ]) {
    test(`the path ${target}`, async () => {
      const { status, content } = await fetch(target);
      expect([400, 403, 404]).toContain(status);
      expect(content.includes(SECRET) || content.includes("root:")).toBe(false);
    });
  }

  for (const target of ["../secret.txt", "secret.txt", "file:///etc/passwd"]) {
    test(`${target}, which is no request-target at all`, async () => {
      expect((await fetch(target)).status).toBe(400);
    });
  }

  test("a name that NUL cuts short", async () => {
    expect((await fetch("/index/page.html%00.jpg")).status).toBe(400);
  });
});

for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
  test(`answers 405 to ${method}, with and without content`, async () => {
    expect((await fetch("/index/page.html", { method })).status).toBe(405);
    const client = await RawClient.connect(server.port);
    client.write(`${method} /index/page.html HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello`);
    expect((await client.readResponse()).status).toBe(405);
  });
}

test("answers HEAD of HTTP/1.0 with the length of the file, no content, and the end of the connection", async () => {
  const client = await RawClient.connect(server.port);
  client.write("HEAD /index/page.html HTTP/1.0\r\n\r\n");
  const { status, fields } = await client.readResponse("HEAD");
  expect([status, fields.get("content-length")]).toEqual([200, String(PAGE.length)]);
  expect([(await client.readToEnd()).length, client.ending]).toEqual([0, "end"]);
});

test("answers HEAD of what is not there with 404 and no content", async () => {
  expect((await fetch("/index/missing.html", { method: "HEAD" })).status).toBe(404);
});

test("says who it is, what time it is, and whether it goes on, whatever it answers", async () => {
  const requests: [target: string, method: string][] = [
    ["/index/", "GET"],
    ["/index/page.html", "HEAD"],
    ["/bare/", "GET"],
    ["/missing", "GET"],
    ["/index/page.html", "POST"],
  ];
  for (const [target, method] of requests) {
    const { fields } = await fetch(target, { method });
    expect(fields.get("server")).toMatch(/^[\w./-]+$/);
    expect(fields.get("date")).toMatch(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/);
    expect(fields.get("connection")).toBe("close"); // the request said so
    expect(fields.get("content-length")).toMatch(/^\d+$/);
  }
});

test("goes on serving after an empty line, half a request, or none", async () => {
  for (const octets of ["\n", "\r\n", "GET / HTTP/1.1\n", "GET /index/ HTTP/1.1\r\nHost:", "\0", ""]) {
    const client = await RawClient.connect(server.port);
    client.write(octets);
    client.destroy();
  }
  expect((await fetch("/index/")).content.toString()).toBe(INDEX);
});
