/**
 * Workers that die, or hang, while clients are being served.
 */
import { beforeAll, describe, expect, test, vi } from "vitest";
import { RawClient, fetchRaw } from "../support/raw-client.ts";
import { type Tally, startLoad } from "../support/load.ts";
import { ACCEPT_MODES, type Server, isRunning, kill, startServer } from "../support/server.ts";
import { type TemporaryAlbum, createTemporaryAlbum, makePicture } from "../support/temporary-album.ts";

const NOTE = "just a note\n";
const WORKERS = 4;
const CLIENTS_AT_ONCE = 200;
/** What a worker had taken and was about to answer when it was killed; nobody else can. At most its share of all. */
const MAX_FAILED_PER_KILL = CLIENTS_AT_ONCE / WORKERS;

const PATIENCE = { timeout: 10_000, interval: 20 };

let album: TemporaryAlbum;

beforeAll(async () => {
  const files = { "note.txt": NOTE, "photo.jpg": await makePicture({ widthPx: 300, heightPx: 200 }) };
  album = await createTemporaryAlbum(files, "file");
});

async function workersAfter(server: Server, killed: readonly number[]): Promise<number[]> {
  return await vi.waitFor(
    async () => {
      const pids = await server.workerPids();
      expect(pids).toHaveLength(WORKERS);
      expect(pids.filter((pid) => killed.includes(pid))).toEqual([]);
      return pids;
    },
    { timeout: 10_000, interval: 20 },
  );
}

const answers = async ({ tally }: { tally: Tally }, count: number): Promise<void> => {
  const wanted = tally.answered + count;
  await vi.waitFor(() => expect(tally.answered).toBeGreaterThan(wanted), { timeout: 20_000, interval: 5 });
};

/** For whoever reads along: the figures are worth more than the verdict. */
function report({ answered, failed, hung, refused }: Tally, kills: number): void {
  const figures = `${answered} answered, ${failed} failed, ${hung} hung, ${refused} refused, ${kills} kills`;
  process.stdout.write(`    ${expect.getState().currentTestName}: ${figures}\n`);
}

describe.each(ACCEPT_MODES)("with --accept %s", (accept) => {
  /** Else the port is closed for a moment if all workers die at once, since they have it. */
  const isKeptByMaster = accept === "handover";
  /** Then the system goes on to deal to a worker that hangs. */
  const haveOwnQueues = accept === "reuseport";

  const start = (workers: number): Promise<Server> =>
    startServer({ root: album.path, args: ["-w", String(workers), "--accept", accept] });

  test("kills of one worker after the other under load hang nobody and lose only what it was serving", async () => {
    const server = await start(WORKERS);
    const original = await server.workerPids();
    const load = startLoad(server.port, CLIENTS_AT_ONCE);
    for (const pid of original) {
      await answers(load, 600);
      kill(pid, "SIGKILL");
    }
    await answers(load, 600);
    await workersAfter(server, original);
    const tally = await load.finish();
    report(tally, original.length);
    expect(tally.hung + tally.refused).toBe(0);
    expect(tally.failed).toBeLessThanOrEqual(original.length * MAX_FAILED_PER_KILL);
    expect((await server.log()).match(/worker \d+ is gone \(SIGKILL\)/g)).toHaveLength(original.length);
  });

  test("a kill of all workers at once under load hangs nobody and loses only what they were serving", async () => {
    const server = await start(WORKERS);
    const original = await server.workerPids();
    const load = startLoad(server.port, CLIENTS_AT_ONCE);
    await answers(load, 1_500);
    for (const pid of original) kill(pid, "SIGKILL");
    await answers(load, 1_500);
    await workersAfter(server, original);
    const tally = await load.finish();
    report(tally, original.length);
    expect(tally.hung).toBe(0);
    expect(isKeptByMaster ? tally.refused : 0).toBe(0);
    expect(isKeptByMaster ? tally.failed : 0).toBeLessThanOrEqual(original.length * MAX_FAILED_PER_KILL);
  });

  test("survives the death of more young workers than may fail to start, if they had started well", async () => {
    const server = await start(6);
    const original = await server.workerPids();
    for (const pid of original) kill(pid, "SIGKILL");
    const isAnswered = async (): Promise<void> => {
      expect((await fetchRaw(server.port, "/note.txt")).content.toString()).toBe(NOTE);
    };
    if (isKeptByMaster) await isAnswered();
    else await vi.waitFor(isAnswered, { timeout: 10_000, interval: 50 }); // until one listens again
    await vi.waitFor(async () => expect(await server.workerPids()).not.toEqual([]));
    expect(isRunning(server.pid)).toBe(true);
  });

  test("goes on when workers are killed again and again while they start", async () => {
    const server = await start(2);
    for (let kills = 0; kills < 20;) {
      const pids = await vi.waitFor(async () => {
        const running = await server.workerPids();
        expect(running).not.toEqual([]);
        return running;
      }, PATIENCE);
      for (const pid of pids) kill(pid, "SIGKILL");
      kills += pids.length;
    }
    const isAnswered = async (): Promise<void> => {
      expect((await fetchRaw(server.port, "/note.txt")).content.toString()).toBe(NOTE);
    };
    await vi.waitFor(isAnswered, PATIENCE);
    expect(isRunning(server.pid)).toBe(true);
  });

  test("hands connections to the other workers while one is wedged", async () => {
    const server = await start(2);
    const [wedged = 0] = await server.workerPids();
    kill(wedged, "SIGSTOP");
    const load = startLoad(server.port, CLIENTS_AT_ONCE);
    await answers(load, 1_000);
    kill(wedged, "SIGCONT");
    const { hung, refused, failed } = await load.finish();
    expect(refused).toBe(0);
    expect(haveOwnQueues ? 0 : hung + failed).toBe(0);
  });

  test("5,000 requests on few connections and 300 idle ones do not disturb each other", async () => {
    const server = await start(2);
    const idle = await Promise.all(Array.from({ length: 300 }, () => RawClient.connect(server.port)));
    const busy = await Promise.all(Array.from({ length: 10 }, () => RawClient.connect(server.port)));
    await Promise.all(
      busy.map(async (client) => {
        client.write("GET /note.txt HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(500));
        for (let i = 0; i < 500; i++) expect((await client.readResponse()).content.toString()).toBe(NOTE);
      }),
    );
    for (const client of idle) client.write("GET /note.txt HTTP/1.1\r\nHost: localhost\r\n\r\n");
    for (const client of idle) expect((await client.readResponse()).content.toString()).toBe(NOTE);
  });

  test("a worker that runs out of descriptors is not given what it cannot receive, and serves again later", async () => {
    const server = await startServer({
      root: album.path,
      args: ["-w", "1", "--accept", accept],
      maxDescriptors: 90,
    });
    const idle = await Promise.all(Array.from({ length: 200 }, () => RawClient.connect(server.port)));
    for (const client of idle) client.destroy();
    const isAnswered = async (): Promise<void> => {
      expect((await fetchRaw(server.port, "/note.txt")).content.toString()).toBe(NOTE);
    };
    await vi.waitFor(isAnswered, { timeout: 10_000, interval: 50 }); // until the system has them back
    expect(await server.workerPids()).toHaveLength(1);
  });
});
