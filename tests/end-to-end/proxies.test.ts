/**
 * Behind a proxy: for whom it asks, by PROXY header and by X-Forwarded-For, and whose word is not taken for it. What the
 * access log says then, in each of its forms.
 */
import { beforeAll, expect, test, vi } from "vitest";
import { RawClient, fetchRaw } from "../support/raw-client.ts";
import { type Server, runCommand, startServer } from "../support/server.ts";
import { type TemporaryAlbum, createTemporaryAlbum } from "../support/temporary-album.ts";

const NOTE = "just a note\n";
const GET = "GET /note.txt HTTP/1.1\r\nHost: localhost\r\n";

let album: TemporaryAlbum;

beforeAll(async () => {
  album = await createTemporaryAlbum({ "note.txt": NOTE }, "file");
  await album.addSparse("slow.bin", 50_000_000);
});

const start = (...args: string[]): Promise<Server> => startServer({ root: album.path, args });

/** Lines are written in batches, so it may take a moment. */
async function logOf(server: Server, lines: number): Promise<string> {
  return await vi.waitFor(
    async () => {
      const log = await server.log();
      if (log.split("\n").length <= lines) throw new Error(`The log has no ${lines} lines: ${log}`);
      return log;
    },
    { timeout: 5_000, interval: 20 },
  );
}

test("a PROXY header of a trusted proxy names the client, of all requests on its connection", async () => {
  const server = await start("--proxy-protocol", "--trust-proxy", "loopback");
  const client = await RawClient.connect(server.port);
  client.write(`PROXY TCP4 203.0.113.7 192.0.2.1 56324 443\r\n${GET}\r\n`);
  expect((await client.readResponse()).content.toString()).toBe(NOTE);
  client.write(`${GET}\r\n`);
  expect((await client.readResponse()).content.toString()).toBe(NOTE);
  expect(await logOf(server, 2)).toMatch(/^(?:203\.0\.113\.7 - - .* 200 12 \d+\n){2}$/);
});

test("a header that comes octet by octet, with the request cut anywhere, is read as a whole", async () => {
  const server = await start("--proxy-protocol", "--trust-proxy", "127.0.0.1");
  const client = await RawClient.connect(server.port);
  for (const octet of `PROXY TCP6 2001:db8::7 2001:db8::1 1 2\r\n${GET}\r\n`) {
    client.write(octet);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  expect((await client.readResponse()).status).toBe(200);
  expect(await logOf(server, 1)).toMatch(/^2001:db8::7 - - /m);
});

test("the binary form, with what follows in the same piece", async () => {
  const server = await start("--proxy-protocol", "--trust-proxy", "loopback");
  const signature = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");
  const rest = Buffer.from([0x21, 0x11, 0, 12, 198, 51, 100, 9, 192, 0, 2, 1, 1, 1, 2, 2]);
  const client = await RawClient.connect(server.port);
  client.write(Buffer.concat([signature, rest, Buffer.from(`${GET}\r\n`)]));
  expect((await client.readResponse()).status).toBe(200);
  expect(await logOf(server, 1)).toMatch(/^198\.51\.100\.9 - - /m);
});

test("without a header, or with one from a stranger, nothing is answered", async () => {
  const server = await start("--proxy-protocol", "--trust-proxy", "loopback");
  const silent = await RawClient.connect(server.port);
  silent.write(`${GET}\r\n`);
  expect(await silent.readToEnd()).toHaveLength(0);
  const strict = await start("--proxy-protocol", "--trust-proxy", "192.0.2.1");
  const stranger = await RawClient.connect(strict.port);
  stranger.write(`PROXY TCP4 203.0.113.7 192.0.2.1 1 2\r\n${GET}\r\n`);
  expect(await stranger.readToEnd()).toHaveLength(0);
  expect(await logOf(strict, 1)).toMatch(
    /^warning: 127\.0\.0\.1 connected without a PROXY header to be believed$/m,
  );
});

test("X-Forwarded-For counts from whom is trusted, and from nobody else", async () => {
  const trusting = await start("--trust-proxy", "loopback", "--log-format", "json");
  await fetchRaw(trusting.port, "/note.txt", { fields: ["X-Forwarded-For: 9.9.9.9, 203.0.113.7"] });
  expect(await logOf(trusting, 1)).toMatch(/"client":"203\.0\.113\.7".*"target":"\/note\.txt".*"bytes":12/);
  const plain = await start("--log-format", "combined");
  await fetchRaw(plain.port, "/note.txt", { fields: ["X-Forwarded-For: 203.0.113.7", "User-Agent: test"] });
  expect(await logOf(plain, 1)).toMatch(
    /^127\.0\.0\.1 - - \[.*\] "GET \/note\.txt HTTP\/1\.1" 200 12 "-" "test" \d+ \d+$/m,
  );
});

test("the log counts what was sent of a download that was broken off, and knows who it was", async () => {
  const server = await start();
  const client = await RawClient.connect(server.port);
  client.write("GET /slow.bin HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await client.readHead();
  client.destroy();
  expect(await logOf(server, 1)).toMatch(
    /^127\.0\.0\.1 - - \[.*\] "GET \/slow\.bin HTTP\/1\.1" 200 \d+ \d+$/m,
  );
  const bytes = Number(/slow\.bin HTTP\/1\.1" 200 (\d+)/.exec(await server.log())?.[1]);
  expect(bytes).toBeLessThan(50_000_000);
});

test.each([
  { args: ["--proxy-protocol"], complaint: /--proxy-protocol needs --trust-proxy/ },
  { args: ["--trust-proxy", "localhost"], complaint: /--trust-proxy takes addresses/ },
  { args: ["--log-format", "xml"], complaint: /--log-format takes common, combined, json, not "xml"/ },
])("$args is refused in one line", async ({ args, complaint }) => {
  const { code, stderr } = await runCommand([...args, album.path]);
  expect(code).toBe(2);
  expect(stderr).toMatch(complaint);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
});
