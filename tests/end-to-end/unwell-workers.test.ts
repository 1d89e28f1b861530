/**
 * Workers in which something happens that nobody had thought of: an exception that nobody catches. Others take their
 * place, and what they had begun is finished.
 */
import { beforeAll, describe, expect, test, vi } from "vitest";
import { startLoad } from "../support/load.ts";
import { mischief } from "../support/mischief.ts";
import { RawClient, fetchRaw } from "../support/raw-client.ts";
import { ACCEPT_MODES, type Server, isRunning, kill, startServer, within } from "../support/server.ts";
import { type TemporaryAlbum, createTemporaryAlbum, makePicture } from "../support/temporary-album.ts";

const NOTE = "just a note\n";
const SLOW_BYTES = 50_000_000;
const PATIENCE = { timeout: 15_000, interval: 20 };

/** Each worker throws when it is sent this signal. */
const THROWS = 'process.on("SIGUSR2", () => { throw new Error("Who would have thought!"); });';
const REJECTS = 'process.on("SIGUSR2", () => void Promise.reject(new Error("Who would have thought!")));';

let album: TemporaryAlbum;

beforeAll(async () => {
  const files = { "note.txt": NOTE, "photo.jpg": await makePicture({ widthPx: 300, heightPx: 200 }) };
  album = await createTemporaryAlbum(files, "file");
  await album.addSparse("slow.bin", SLOW_BYTES);
});

async function pidsWithout(server: Server, former: number, count: number): Promise<number[]> {
  return await vi.waitFor(async () => {
    const pids = await server.workerPids();
    expect(pids).not.toContain(former);
    expect(pids).toHaveLength(count);
    return pids;
  }, PATIENCE);
}

/** Has begun to receive, and takes nothing more until it is asked to. */
async function beginDownload(port: number): Promise<RawClient> {
  const client = await RawClient.connect(port);
  client.write("GET /slow.bin HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  await client.readHead();
  return client;
}

describe.each([
  { what: "an exception", javascript: THROWS },
  { what: "a rejection", javascript: REJECTS },
])("a worker with $what that nobody catches", ({ javascript }) => {
  test("finishes its downloads, gets no new connections and is replaced", async () => {
    const server = await startServer({
      root: album.path,
      workers: 1,
      env: await mischief({ worker: javascript }),
    });
    const [unwell = 0] = await server.workerPids();
    const downloads = await Promise.all(Array.from({ length: 5 }, () => beginDownload(server.port)));
    kill(unwell, "SIGUSR2");
    await vi.waitFor(async () => expect(await server.workerPids()).toHaveLength(2), PATIENCE);
    for (let i = 0; i < 20; i++) {
      expect((await fetchRaw(server.port, "/note.txt")).content.toString()).toBe(NOTE);
    }
    kill(unwell, "SIGSTOP"); // whoever is answered now is answered by the other one
    for (let i = 0; i < 20; i++) {
      expect((await fetchRaw(server.port, "/note.txt")).content.toString()).toBe(NOTE);
    }
    kill(unwell, "SIGCONT");
    for (const client of downloads) expect(await client.countOctets()).toBe(SLOW_BYTES);
    await pidsWithout(server, unwell, 1);
    const log = await server.log();
    expect(log).toMatch(/^error: Error: Who would have thought! at .*$/m);
    expect(log.match(/^error: worker \d+ is unwell/gm)).toHaveLength(1);
    expect(log).not.toContain("is gone");
  });
});

test("a kept connection gets one more answer from an unwell worker, which says that it closes", async () => {
  const server = await startServer({ root: album.path, workers: 1, env: await mischief({ worker: THROWS }) });
  const [unwell = 0] = await server.workerPids();
  const client = await RawClient.connect(server.port);
  client.write("GET /note.txt HTTP/1.1\r\nHost: localhost\r\n\r\n");
  expect((await client.readResponse()).fields.get("connection")).toBeUndefined();
  const download = await beginDownload(server.port); // which keeps the worker
  client.write("GET /note.txt HTTP/1.1\r\nHost: localhost\r\n"); // its end is still to come
  await fetchRaw(server.port, "/note.txt"); // so that this has arrived
  kill(unwell, "SIGUSR2");
  await vi.waitFor(async () => expect(await server.log()).toContain("is unwell"), PATIENCE);
  await vi.waitFor(async () => expect(await server.workerPids()).toHaveLength(2), PATIENCE);
  client.write("\r\n");
  expect((await client.readResponse()).fields.get("connection")).toBe("close");
  expect(await download.countOctets()).toBe(SLOW_BYTES);
});

test("a second exception while it leaves ends it at once", async () => {
  const server = await startServer({ root: album.path, workers: 1, env: await mischief({ worker: THROWS }) });
  const [unwell = 0] = await server.workerPids();
  const client = await beginDownload(server.port);
  kill(unwell, "SIGUSR2");
  await vi.waitFor(async () => expect(await server.log()).toContain("is unwell"), PATIENCE);
  expect(isRunning(unwell)).toBe(true);
  kill(unwell, "SIGUSR2");
  await pidsWithout(server, unwell, 1);
  expect(await within(10_000, client.countOctets(), "it still waits")).toBeLessThan(SLOW_BYTES);
  expect((await fetchRaw(server.port, "/note.txt")).content.toString()).toBe(NOTE);
});

describe.each(ACCEPT_MODES)("with --accept %s", (accept) => {
  /** What waits in the queue of a worker that stops to listen is lost with it, here as in every server (Linux). */
  const haveOwnQueues = accept === "reuseport";

  test("exceptions in one worker after the other under load cost nobody a response", async () => {
    const args = ["--accept", accept];
    const server = await startServer({ root: album.path, args, env: await mischief({ worker: THROWS }) });
    const original = await server.workerPids();
    const load = startLoad(server.port, 50);
    for (const pid of original) {
      const wanted = load.tally.answered + 300;
      await vi.waitFor(() => expect(load.tally.answered).toBeGreaterThan(wanted), PATIENCE);
      kill(pid, "SIGUSR2");
      await pidsWithout(server, pid, 2);
    }
    const { failed, hung, refused } = await load.finish();
    expect(hung + refused).toBe(0);
    expect(haveOwnQueues ? 0 : failed).toBe(0);
  });
});

test("a worker that throws before it is ready counts as one that cannot be started", async () => {
  const env = await mischief({
    worker: 'process.nextTick(() => { throw new Error("Who would have thought!"); });',
  });
  await expect(startServer({ root: album.path, env })).rejects.toThrow("httpd: ");
});
