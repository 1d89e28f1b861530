/**
 * HTTP/1.x on the wire, against the real command: persistence, pipelining, framing, refusals, closing (RFC 9112 §9),
 * HEAD (RFC 9110 §9.3.2), and what every response has (§6.6.1, §10.2.4).
 */
import { createHash, randomBytes } from "node:crypto";
import { beforeAll, expect, test, vi } from "vitest";
import { RawClient, type RawResponse, fetchRaw } from "../support/raw-client.ts";
import { type Server, residentBytes, startServer } from "../support/server.ts";
import { type TemporaryAlbum, createTemporaryAlbum, makePicture } from "../support/temporary-album.ts";

const NOTE = "just a note\n";
const LARGE = randomBytes(5_000_000);
const HUGE_BYTES = 200_000_000;
const PIECE = "0123456789abcdef".repeat(256);
const MAX_GROWTH_BYTES = 40_000_000;

let album: TemporaryAlbum;
let server: Server;

beforeAll(async () => {
  const files = {
    "note.txt": NOTE,
    "large.bin": LARGE,
    "piece.bin": PIECE,
    "photo.jpg": await makePicture({ widthPx: 60, heightPx: 40 }),
  };
  album = await createTemporaryAlbum(files, "file");
  await album.addSparse("huge.bin", HUGE_BYTES);
  server = await startServer({ root: album.path, args: ["-w", "1"], lifetime: "file" });
});

const connect = (): Promise<RawClient> => RawClient.connect(server.port);

function get(target: string, ...fields: string[]): string {
  return requestOf("GET", target, ...fields);
}

function requestOf(method: string, target: string, ...fields: string[]): string {
  return `${[`${method} ${target} HTTP/1.1`, "Host: localhost", ...fields].join("\r\n")}\r\n\r\n`;
}

async function expectClosed(client: RawClient): Promise<void> {
  expect((await client.readToEnd()).toString("latin1")).toBe("");
  expect(client.ending).toBe("end");
}

test("keeps an HTTP/1.1 connection for a next request", async () => {
  const client = await connect();
  for (const target of ["/note.txt", "/missing", "/", "/note.txt"]) {
    client.write(get(target));
    const { status, fields } = await client.readResponse();
    expect(status).toBe(target === "/missing" ? 404 : 200);
    expect(fields.has("connection")).toBe(false);
  }
});

test("closes after the response when the client says close, and ignores what it sends behind", async () => {
  const client = await connect();
  client.write(get("/note.txt", "Connection: close") + get("/note.txt"));
  const { fields, content } = await client.readResponse();
  expect(fields.get("connection")).toBe("close");
  expect(content.toString()).toBe(NOTE);
  await expectClosed(client);
});

test("closes after a response to HTTP/1.0", async () => {
  const client = await connect();
  client.write("GET /note.txt HTTP/1.0\r\n\r\n");
  const { status, fields, content } = await client.readResponse();
  expect([status, fields.get("connection"), content.toString()]).toEqual([200, "close", NOTE]);
  await expectClosed(client);
});

test("keeps an HTTP/1.0 connection if the client asks for it, and says so", async () => {
  const client = await connect();
  for (let i = 0; i < 3; i++) {
    client.write("GET /note.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const { fields, content } = await client.readResponse();
    expect([fields.get("connection"), content.toString()]).toEqual(["keep-alive", NOTE]);
  }
});

test("answers 50 pipelined requests in order, then the bad one behind them, and closes", async () => {
  const client = await connect();
  const requests = Array.from({ length: 50 }, (_, i) => {
    const method = i % 5 === 0 ? "HEAD" : "GET";
    const target = ["/note.txt", "/", "/missing", "/photo.jpg", "/photo.jpg?size=320"][i % 5] ?? "/";
    return { method, target: target.includes("?") ? target : `${target}?number=${i}` };
  });
  const expected: RawResponse[] = [];
  for (const { method, target } of requests) expected.push(await fetchRaw(server.port, target, { method }));
  client.write(requests.map(({ method, target }) => requestOf(method, target)).join(""));
  client.write("GET /note.txt\r\n\r\n" + get("/note.txt"));
  for (const [i, { method }] of requests.entries()) {
    const { status, content } = await client.readResponse(method);
    expect([i, status]).toEqual([i, expected[i]?.status]);
    expect([i, content.equals(expected[i]?.content ?? Buffer.alloc(0))]).toEqual([i, true]);
  }
  const { status, fields } = await client.readResponse();
  expect([status, fields.get("connection")]).toEqual([400, "close"]);
  await expectClosed(client);
});

test("understands a request that comes in single octets", async () => {
  const client = await connect();
  for (const octet of get("/note.txt", "Connection: close")) {
    await new Promise<void>((resolve) => {
      client.socket.write(octet, () => resolve());
    });
  }
  expect((await client.readResponse()).content.toString()).toBe(NOTE);
  await expectClosed(client);
});

test("answers a client in full that has stopped sending", async () => {
  const client = await connect();
  client.write(get("/note.txt") + get("/large.bin"));
  client.halfClose();
  expect((await client.readResponse()).content.toString()).toBe(NOTE);
  expect((await client.readResponse()).content.equals(LARGE)).toBe(true);
  await expectClosed(client);
});

test("says nothing to a client that stops sending before it has said anything", async () => {
  const client = await connect();
  client.halfClose();
  expect((await client.readToEnd()).length).toBe(0);
  expect(client.ending).toBe("end");
});

test("refuses a request that ends in the middle with 400", async () => {
  const client = await connect();
  client.write("GET /note.txt HTTP/1.1\r\nHost: loc");
  client.halfClose();
  expect((await client.readResponse()).status).toBe(400);
  await expectClosed(client);
});

const withoutDate = (head: string): string => head.replace(/^Date: .*\r\n/m, "");

for (const [what, target, ...fields] of [
  ["a file", "/large.bin"],
  ["a small file", "/note.txt"],
  ["a page", "/"],
  ["a page in brotli", "/", "Accept-Encoding: br"],
  ["a page in gzip", "/", "Accept-Encoding: gzip"],
  ["a page to somebody who takes no coding we have", "/", "Accept-Encoding: identity;q=0"],
  ["a photo's page", "/photo.jpg?view"],
  ["a thumbnail", "/photo.jpg?size=320"],
  ["a missing file", "/missing"],
  ["a missing file, to a browser", "/missing", "Accept: text/html"],
  ["a size there is not", "/photo.jpg?size=7"],
  ["a thumbnail of what is no picture", "/note.txt?size=320"],
] as const) {
  test(`answers HEAD as GET, without content, for ${what}`, async () => {
    const whole = await fetchRaw(server.port, target, { fields });
    const head = await fetchRaw(server.port, target, { method: "HEAD", fields });
    expect(withoutDate(head.head)).toBe(withoutDate(whole.head));
    expect(whole.content.length).toBeGreaterThan(0);
  });
}

for (const [what, wire, status] of [
  ["a field", "HEAD /note.txt HTTP/1.1\r\nTwo words: x\r\nHost: localhost\r\n\r\n", 400],
  ["a target", "HEAD /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n", 400],
  ["a version", "HEAD / HTTP/9.9\r\nHost: localhost\r\n\r\n", 505],
  ["a length", `HEAD /${"a".repeat(9_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 414],
] as const) {
  test(`sends no content with the refusal of a HEAD request for ${what}`, async () => {
    const client = await connect();
    client.write(wire);
    expect((await client.readResponse("HEAD")).status).toBe(status);
    await expectClosed(client);
  });
}

for (const method of ["POST", "PUT", "DELETE", "TRACE", "PATCH"]) {
  test(`refuses ${method} with 405 and says what is allowed`, async () => {
    const { status, fields } = await fetchRaw(server.port, "/note.txt", { method });
    expect([status, fields.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
  });
}

test("refuses CONNECT with 405", async () => {
  const { status } = await fetchRaw(server.port, "localhost:80", { method: "CONNECT" });
  expect(status).toBe(405);
});

for (const method of ["BREW", "get", "GETGET", "M-SEARCH"]) {
  test(`refuses the unknown method ${method} with 501`, async () => {
    const { status, fields } = await fetchRaw(server.port, "/note.txt", { method });
    expect([status, fields.has("allow")]).toEqual([501, false]);
  });
}

for (const target of ["*", "/", "/note.txt"]) {
  test(`tells what is allowed in answer to OPTIONS ${target}`, async () => {
    const { status, fields } = await fetchRaw(server.port, target, { method: "OPTIONS" });
    expect([status, fields.get("allow")]).toEqual([204, "GET, HEAD, OPTIONS"]);
    expect(fields.has("content-length")).toBe(false); // RFC 9110 §8.6: never in a 204
  });
}

for (const { what, method, body } of [
  { what: "content of a GET", method: "GET", body: "Content-Length: 16\r\n\r\nGET / HTTP/1.1\r\n" },
  { what: "content of a HEAD", method: "HEAD", body: "Content-Length: 4\r\n\r\n\r\n\r\n" },
  { what: "content of a refused POST", method: "POST", body: "Content-Length: 5\r\n\r\nhello" },
  {
    what: "content of an unknown method",
    method: "BREW",
    body: `Content-Length: 200000\r\n\r\n${"x".repeat(200_000)}`,
  },
  {
    what: "chunked content",
    method: "POST",
    body: "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nTrailer: x\r\n\r\n",
  },
]) {
  test(`goes on with the next request behind ${what}`, async () => {
    const client = await connect();
    client.write(`${method} /note.txt HTTP/1.1\r\nHost: localhost\r\n${body}`);
    client.write(get("/photo.jpg?view"));
    await client.readResponse(method);
    const { status, content } = await client.readResponse();
    expect(status).toBe(200);
    expect(content.includes("photo.jpg")).toBe(true);
  });
}

for (const { what, body } of [
  { what: "content that is too long to be thrown away", body: "Content-Length: 300000\r\n\r\nhello" },
  { what: "content longer than any file", body: "Content-Length: 999999999999999\r\n\r\nhello" },
]) {
  test(`closes behind ${what}`, async () => {
    const client = await connect();
    client.write(`GET /note.txt HTTP/1.1\r\nHost: localhost\r\n${body}`);
    const { status, fields } = await client.readResponse();
    expect([status, fields.get("connection")]).toEqual([200, "close"]);
    await expectClosed(client);
  });
}

test("closes behind chunked content that turns out too long", async () => {
  const client = await connect();
  const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;
  client.write(`POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(5)}`);
  expect((await client.readResponse()).status).toBe(405);
  await expectClosed(client);
});

test("closes behind chunked content that is none", async () => {
  const client = await connect();
  client.write("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n");
  client.write(get("/note.txt"));
  expect((await client.readResponse()).status).toBe(405);
  await expectClosed(client);
});

test("answers an expected 100 (Continue) with the final status and closes", async () => {
  const client = await connect();
  client.write(get("/note.txt", "Expect: 100-continue", "Content-Length: 5"));
  const { status, fields, content } = await client.readResponse();
  expect([status, fields.get("connection"), content.toString()]).toEqual([200, "close", NOTE]);
  await expectClosed(client);
});

test("refuses what it knows no way to expect with 417", async () => {
  const { status } = await fetchRaw(server.port, "/note.txt", { fields: ["Expect: a-miracle"] });
  expect(status).toBe(417);
});

test("dates, signs and measures every response", async () => {
  const targets = ["/note.txt", "/large.bin", "/", "/missing", "/photo.jpg?size=320", "/photo.jpg?size=1"];
  for (const target of targets) {
    const { fields, content } = await fetchRaw(server.port, target);
    const ageMs = Date.now() - Date.parse(fields.get("date") ?? "");
    expect(fields.get("date")).toMatch(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/);
    expect(ageMs).toBeGreaterThanOrEqual(0);
    expect(ageMs).toBeLessThan(3_000);
    expect(fields.get("server")).toBe("share-my-photos");
    expect(fields.get("content-length")).toBe(String(content.length));
    expect(fields.get("x-content-type-options")).toBe("nosniff");
  }
});

for (const { status, because, wire } of [
  { status: 400, because: "there is no Host field", wire: "GET / HTTP/1.1\r\n\r\n" },
  { status: 400, because: "there are two Host fields", wire: get("/", "Host: localhost") },
  { status: 400, because: "the version is missing", wire: "GET /\r\n\r\n" },
  { status: 400, because: "a line ends in a bare LF", wire: "GET / HTTP/1.1\nHost: localhost\n\n" },
  { status: 400, because: "the path holds an encoded NUL", wire: get("/note.txt%00.jpg") },
  { status: 400, because: "a percent sign stands alone", wire: get("/100%") },
  { status: 400, because: "the target has a fragment", wire: get("/#top") },
  {
    status: 400,
    because: "it has two framings",
    wire: get("/", "Content-Length: 5", "Transfer-Encoding: chunked"),
  },
  { status: 414, because: "its target is too long", wire: get(`/${"x".repeat(9_000)}`) },
  { status: 431, because: "a field is too long", wire: get("/", `X-Long: ${"x".repeat(17_000)}`) },
  {
    status: 431,
    because: "it has too many fields",
    wire: get("/", ...Array.from({ length: 101 }, (_, i) => `X-${i}: x`)),
  },
  {
    status: 501,
    because: "its transfer coding is unknown",
    wire: get("/", "Transfer-Encoding: gzip, chunked"),
  },
  { status: 505, because: "it speaks HTTP/2.0", wire: "GET / HTTP/2.0\r\nHost: localhost\r\n\r\n" },
]) {
  test(`refuses a request with ${status} because ${because}, and closes`, async () => {
    const client = await connect();
    client.write(wire);
    const response = await client.readResponse();
    expect([response.status, response.fields.get("connection")]).toEqual([status, "close"]);
    await expectClosed(client);
  });
}

test("serves a target in absolute-form, whatever host it names", async () => {
  const { status, content } = await fetchRaw(server.port, "http://elsewhere.example:81/note.txt?x");
  expect([status, content.toString()]).toEqual([200, NOTE]);
});

test("serves a target of 8000 octets", async () => {
  const { status } = await fetchRaw(server.port, `/note.txt?${"x".repeat(7_990)}`);
  expect(status).toBe(200);
});

test("lets a client that sent a lot of garbage read the 400 nevertheless", async () => {
  const client = await connect();
  client.write(`garbage\r\n${"more garbage ".repeat(10_000)}`);
  await vi.waitFor(() => expect(client.socket.writableLength).toBe(0));
  expect((await client.readResponse()).status).toBe(400);
  await expectClosed(client);
});

test("makes a client wait that pipelines without reading, then answers all of it", async () => {
  const pid = (await server.workerPids())[0] ?? 0;
  const before = await residentBytes(pid);
  const client = await connect();
  const requests = 12_000;
  client.write(get("/piece.bin", `X-Padding: ${"x".repeat(2_000)}`).repeat(requests - 1));
  client.write(get("/note.txt", "Connection: close"));
  const peak = await peakWhileStuck(pid, () => client.socket.bytesWritten - client.socket.writableLength);
  expect(client.socket.writableLength).toBeGreaterThan(0); // the server stopped reading
  expect(peak - before).toBeLessThan(MAX_GROWTH_BYTES);
  for (let i = 0; i < requests - 1; i++) {
    const { status, content } = await client.readResponse();
    if (status !== 200 || content.toString() !== PIECE) throw new Error(`Response ${i} is another one.`);
  }
  expect((await client.readResponse()).content.toString()).toBe(NOTE);
  await expectClosed(client);
  expect((await residentBytes(pid)) - before).toBeLessThan(MAX_GROWTH_BYTES);
});

test("sends 200 MB at the pace of the client, in flat memory, to the last octet", async () => {
  const pid = (await server.workerPids())[0] ?? 0;
  const before = await residentBytes(pid);
  const client = await connect();
  client.write(get("/huge.bin"));
  const { fields } = await client.readHead();
  expect(fields.get("content-length")).toBe(String(HUGE_BYTES));
  const peak = await peakWhileStuck(pid, () => client.socket.bytesRead);
  expect(client.socket.bytesRead).toBeLessThan(1_000_000);
  expect(peak - before).toBeLessThan(MAX_GROWTH_BYTES);
  expect(await client.countOctets(HUGE_BYTES)).toBe(HUGE_BYTES);
  expect((await residentBytes(pid)) - before).toBeLessThan(MAX_GROWTH_BYTES);
  client.write(get("/note.txt", "Connection: close"));
  expect((await client.readResponse()).content.toString()).toBe(NOTE);
  await expectClosed(client);
});

test("sends large files to many clients at once without mixing them up", async () => {
  const digest = createHash("sha256").update(LARGE).digest("hex");
  const responses = await Promise.all(Array.from({ length: 12 }, () => fetchRaw(server.port, "/large.bin")));
  for (const { content } of responses)
    expect(createHash("sha256").update(content).digest("hex")).toBe(digest);
});

/** Waits until nothing moves any more. @returns the most memory the process held meanwhile */
async function peakWhileStuck(pid: number, progress: () => number): Promise<number> {
  let peak = 0;
  let last = -1;
  let quietSince = Date.now();
  await vi.waitFor(
    async () => {
      peak = Math.max(peak, await residentBytes(pid));
      if (progress() !== last) quietSince = Date.now();
      last = progress();
      if (Date.now() - quietSince < 500) throw new Error("Octets are still on their way.");
    },
    { timeout: 20_000, interval: 20 },
  );
  return peak;
}
