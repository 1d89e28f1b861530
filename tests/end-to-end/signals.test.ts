/**
 * What the server does when it is told to: reload, more or fewer workers, another log file, stop at once; and what it
 * does about a worker that says nothing any more.
 */
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { askOnce, startLoad } from "../support/load.ts";
import { RawClient, fetchRaw } from "../support/raw-client.ts";
import { ACCEPT_MODES, type Server, isRunning, kill, startServer, within } from "../support/server.ts";
import {
  type TemporaryAlbum,
  createTemporaryAlbum,
  createTemporaryFolder,
  makePicture,
} from "../support/temporary-album.ts";

const NOTE = "just a note\n";
const PATIENCE = { timeout: 15_000, interval: 20 };

let album: TemporaryAlbum;

beforeAll(async () => {
  const files = { "note.txt": NOTE, "photo.jpg": await makePicture({ widthPx: 300, heightPx: 200 }) };
  album = await createTemporaryAlbum(files, "file");
  await album.addSparse("slow.bin", 50_000_000);
});

/** When there are so many workers, none of them one of `former`. */
async function othersThan(server: Server, former: readonly number[], count: number): Promise<number[]> {
  return await vi.waitFor(async () => {
    const pids = await server.workerPids();
    expect(pids).toHaveLength(count);
    expect(pids.filter((pid) => former.includes(pid))).toEqual([]);
    return pids;
  }, PATIENCE);
}

async function startWithConfig(
  config: object,
): Promise<{ server: Server; configure: (text: string) => Promise<void> }> {
  const file = join(await createTemporaryFolder(), "httpd.json");
  const configure = (text: string): Promise<void> => writeFile(file, text);
  await configure(JSON.stringify(config));
  return {
    server: await startServer({ root: album.path, args: ["--config", file], workers: undefined }),
    configure,
  };
}

describe.each(ACCEPT_MODES)("HUP with --accept %s", (accept) => {
  /** What waits in the queue of a worker that stops to listen is lost with it, here as in every server (Linux). */
  const haveOwnQueues = accept === "reuseport";

  test("replaces all workers under load and loses no request", async () => {
    const server = await startServer({ root: album.path, args: ["--accept", accept] });
    const former = await server.workerPids();
    const load = startLoad(server.port, 50);
    await vi.waitFor(() => expect(load.tally.answered).toBeGreaterThan(300), PATIENCE);
    server.signal("SIGHUP");
    await othersThan(server, former, 2);
    const { answered } = load.tally;
    await vi.waitFor(() => expect(load.tally.answered).toBeGreaterThan(answered + 300), PATIENCE);
    const { failed, hung, refused } = await load.finish();
    expect(hung + refused).toBe(0);
    expect(haveOwnQueues ? 0 : failed).toBe(0);
    expect(await server.log()).not.toContain("error:");
  });
});

test("a download under way is finished by the worker that began it", async () => {
  const server = await startServer({ root: album.path });
  const former = await server.workerPids();
  const client = await RawClient.connect(server.port);
  client.write("GET /slow.bin HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  await client.readHead();
  server.signal("SIGHUP");
  await vi.waitFor(async () => {
    const pids = await server.workerPids();
    expect(pids.filter((pid) => !former.includes(pid))).toHaveLength(2);
  }, PATIENCE);
  expect(await client.countOctets()).toBe(50_000_000);
  await othersThan(server, former, 2);
});

test("the configuration is read again, and another number of workers follows", async () => {
  const { server, configure } = await startWithConfig({ workers: 1 });
  const former = await server.workerPids();
  expect(former).toHaveLength(1);
  await configure('{ "workers": 3 }');
  server.signal("SIGHUP");
  await othersThan(server, former, 3);
  expect((await fetchRaw(server.port, "/note.txt")).content.toString()).toBe(NOTE);
});

test("a reload says when it is done, and what it could not change", async () => {
  const { server, configure } = await startWithConfig({ workers: 1, backlog: 100 });
  const reload = async (config: object): Promise<string[]> => {
    const before = (await server.log()).length;
    await configure(JSON.stringify(config));
    server.signal("SIGHUP");
    return await vi.waitFor(async () => {
      const told = (await server.log()).slice(before).split("\n").slice(0, -1);
      expect(told.at(-1)).toMatch(/^notice: reloaded: /);
      return told;
    }, PATIENCE);
  };
  const begins = "notice: reloading: new workers are started, and the old ones leave when they are ready";
  expect(await reload({ workers: 2, backlog: 200, admin: "0", accept: "shared" })).toEqual([
    begins,
    "notice: configured otherwise, and as before until a new start: accept, backlog, admin",
    "notice: reloaded: 2 workers serve what is configured now",
  ]);
  expect(await reload({ workers: 1, backlog: 100 })).toEqual([
    begins,
    "notice: reloaded: 1 worker serves what is configured now",
  ]);
  expect((await fetchRaw(server.port, "/note.txt")).content.toString()).toBe(NOTE);
});

test("a bad configuration changes nothing, and is told in one line", async () => {
  const { server, configure } = await startWithConfig({ workers: 2 });
  const former = await server.workerPids();
  await configure('{ "workers": "many" }');
  server.signal("SIGHUP");
  await vi.waitFor(
    async () => expect(await server.log()).toMatch(/^error: not reloaded, .*--workers takes a whole number/m),
    PATIENCE,
  );
  expect(await server.workerPids()).toEqual(former);
  expect((await fetchRaw(server.port, "/note.txt")).content.toString()).toBe(NOTE);
});

test("many reloads at once leave as many workers as there were", async () => {
  const server = await startServer({ root: album.path });
  const former = await server.workerPids();
  for (let i = 0; i < 20; i++) {
    server.signal("SIGHUP");
    await askOnce(server.port, "/note.txt");
  }
  await othersThan(server, former, 2);
  await vi.waitFor(async () => expect(await server.workerPids()).toHaveLength(2), PATIENCE);
  expect((await fetchRaw(server.port, "/note.txt")).status).toBe(200);
});

test("TTIN makes one more worker, TTOU one less, but never none", async () => {
  const server = await startServer({ root: album.path });
  const isTold = (sentence: string): Promise<void> =>
    vi.waitFor(async () => expect((await server.log()).split("\n").at(-2)).toBe(sentence), PATIENCE);
  server.signal("SIGTTIN");
  await vi.waitFor(async () => expect(await server.workerPids()).toHaveLength(3), PATIENCE);
  await isTold("notice: 3 workers are wanted now");
  server.signal("SIGTTOU");
  await isTold("notice: 2 workers are wanted now");
  server.signal("SIGTTOU");
  await isTold("notice: 1 worker is wanted now");
  server.signal("SIGTTOU");
  await isTold("notice: 1 worker is wanted already, and never less");
  await vi.waitFor(async () => expect(await server.workerPids()).toHaveLength(1), PATIENCE);
  expect((await fetchRaw(server.port, "/note.txt")).content.toString()).toBe(NOTE);
});

test("USR1 opens the log anew after it was renamed", async () => {
  const server = await startServer({ root: album.path });
  await fetchRaw(server.port, "/note.txt?before");
  await vi.waitFor(async () => expect(await server.log()).toContain("/note.txt?before"), PATIENCE);
  await rename(server.logFile, `${server.logFile}.1`);
  server.signal("SIGUSR1");
  await vi.waitFor(() => readFile(server.logFile), PATIENCE);
  await vi.waitFor(async () => {
    for (let i = 0; i < 4; i++) await fetchRaw(server.port, "/note.txt?after"); // to both workers
    expect((await server.log()).match(/\?after/g)?.length ?? 0).toBeGreaterThan(8);
  }, PATIENCE);
  expect(await readFile(`${server.logFile}.1`, "utf8")).toContain("?before");
});

test("QUIT stops at once, whatever is under way", async () => {
  const server = await startServer({ root: album.path });
  const workers = await server.workerPids();
  const client = await RawClient.connect(server.port);
  client.write("GET /slow.bin HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await client.readHead();
  const { code } = await within(2_000, server.stop("SIGQUIT"), "it still runs");
  expect(code).toBe(1);
  expect(workers.filter(isRunning)).toEqual([]);
});

test("a worker that says nothing any more is killed and replaced", async () => {
  const server = await startServer({ root: album.path });
  const [wedged = 0] = await server.workerPids();
  kill(wedged, "SIGSTOP");
  await vi.waitFor(() => expect(isRunning(wedged)).toBe(false), { timeout: 15_000, interval: 100 });
  await othersThan(server, [wedged], 2);
  const isTold = async (): Promise<void> => {
    expect(await server.log()).toMatch(/worker \d+ is gone \(SIGKILL\), .* It did not react\./);
  };
  await vi.waitFor(isTold, PATIENCE);
}, 30_000);

test("workers go on without their master for a while, and are not killed for it when it wakes up", async () => {
  const server = await startServer({ root: album.path });
  const workers = await server.workerPids();
  const client = await RawClient.connect(server.port);
  client.write("GET /note.txt HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await client.readResponse();
  kill(server.pid, "SIGSTOP");
  await new Promise((resolve) => {
    setTimeout(resolve, 11_000);
  });
  client.write("GET /note.txt HTTP/1.1\r\nHost: localhost\r\n\r\n");
  expect((await client.readResponse()).content.toString()).toBe(NOTE);
  kill(server.pid, "SIGCONT");
  await new Promise((resolve) => {
    setTimeout(resolve, 2_500);
  });
  expect(await server.workerPids()).toEqual(workers);
}, 30_000);
