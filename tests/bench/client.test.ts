/**
 * The client of the harness: what it takes for an answer, and that it asks for everything exactly once.
 */
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { askAll, expectSuccess } from "../../bench/ask-all.ts";
import { openConnection } from "../../bench/kept-connection.ts";
import { percentile } from "../../bench/latency.ts";
import { ResponseReader } from "../../bench/response-reader.ts";

const wire = Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: x\r\n\r\nhello");

test("an answer means the same however the network cuts it", () => {
  for (let cut = 0; cut <= wire.length; cut += 1) {
    const reader = new ResponseReader();
    const pieces = [wire.subarray(0, cut), wire.subarray(cut)].filter(({ length }) => length > 0);
    const answers = pieces.map((piece) => reader.push(piece));
    expect(answers.at(-1)).toEqual({ status: 200, isKept: true, body: Buffer.from("hello") });
    expect(answers.slice(0, -1)).toEqual(pieces.length === 2 ? [undefined] : []);
  }
});

test("the next answer follows on the same connection", () => {
  const reader = new ResponseReader();
  expect(reader.push(wire)?.status).toBe(200);
  const last = Buffer.from("HTTP/1.1 404 Not Found\r\nConnection: close\r\ncontent-length: 0\r\n\r\n");
  expect(reader.push(last)).toEqual({ status: 404, isKept: false, body: Buffer.alloc(0) });
});

const NO_LENGTH = "no answer with a promised length";
for (const { because, octets, message } of [
  { because: "promises no length", message: NO_LENGTH, octets: "HTTP/1.1 200 OK\r\n\r\n" },
  {
    because: "is in chunks",
    message: NO_LENGTH,
    octets: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
  },
  { because: "is no HTTP/1.1", message: NO_LENGTH, octets: "SSH-2.0-x\r\n\r\n" },
  { because: "is longer than it promised", message: "more came", octets: `${wire.toString()}!` },
]) {
  test(`does not read on when an answer ${because}`, () => {
    expect(() => new ResponseReader().push(Buffer.from(octets))).toThrow(message);
  });
}

test("the percentile of few values is one of them", () => {
  expect(percentile([5, 1, 3], 0.5)).toBe(3);
  expect(percentile([5, 1, 3], 0.99)).toBe(5);
  expect(
    percentile(
      Array.from({ length: 200 }, (_, i) => i + 1),
      0.99,
    ),
  ).toBe(198);
  expect(percentile([], 0.5)).toBeNaN();
});

let server: Server | undefined;
const asked: string[] = [];

async function serve(isKept: boolean): Promise<string> {
  asked.length = 0;
  server = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (!isKept) response.setHeader("Connection", "close");
    response
      .setHeader("Content-Length", 2)
      .writeHead(request.url === "/none" ? 404 : 200)
      .end("ok");
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

for (const isKept of [true, false]) {
  test(`asks for everything once, on connections that ${isKept ? "stay open" : "are closed each time"}`, async () => {
    const url = await serve(isKept);
    const paths = Array.from({ length: 25 }, (_, i) => `/${i}`);
    const answered: string[] = [];
    await askAll(url, paths, 4, AbortSignal.timeout(10_000), (answer, path) => {
      expectSuccess(answer, path);
      expect(answer.body.toString()).toBe("ok");
      answered.push(path);
    });
    expect(answered.toSorted()).toEqual(paths.toSorted());
    expect(asked.toSorted()).toEqual(paths.toSorted());
  });
}

test("an answer that is no success ends it", async () => {
  const url = await serve(true);
  const asking = askAll(url, ["/a", "/none"], 1, AbortSignal.timeout(10_000), expectSuccess);
  await expect(asking).rejects.toThrow("/none was answered with 404");
});

test("a server that goes away leaves nobody waiting", async () => {
  const url = await serve(true);
  server?.removeAllListeners("request").on("request", ({ socket }) => socket.destroy());
  const connection = await openConnection(url, AbortSignal.timeout(10_000));
  await expect(connection.get("/")).rejects.toThrow(/closed the connection|ECONNRESET/);
  await expect(connection.get("/")).rejects.toThrow("closed the connection");
});

test("whoever is interrupted waits no longer", async () => {
  const url = await serve(true);
  server?.removeAllListeners("request").on("request", () => interruption.abort());
  const interruption = new AbortController();
  const connection = await openConnection(url, interruption.signal);
  await expect(connection.get("/")).rejects.toThrow("interrupted");
});
