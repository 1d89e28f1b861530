/**
 * Workers that are killed, or replaced, again and again while clients are being served.
 */
import { setTimeout as wait } from "node:timers/promises";
import { beforeAll, expect, test, vi } from "vitest";
import { type Tally, startLoad } from "../support/load.ts";
import { type Server, kill } from "../support/server.ts";
import { type TemporaryAlbum, makePicture } from "../support/temporary-album.ts";
import { createVisitedAlbum, errorsIn, startWarmServer, underAttack } from "./attack.ts";

const WORKERS = 4;
const CLIENTS_AT_ONCE = 50;
const KILLS = 50;
const KILL_EVERY_MS = 200;
const RELOADS = 10;
const RELOAD_EVERY_MS = 1_000;

/** What a worker had taken and was about to answer when it was killed; nobody else can. At most its share of all. */
const MAX_FAILED_PER_KILL = CLIENTS_AT_ONCE / WORKERS + 1;

let album: TemporaryAlbum;

beforeAll(async () => {
  album = await createVisitedAlbum();
  await album.add("photo.jpg", await makePicture({ widthPx: 300, heightPx: 200 }));
});

/** For whoever reads along: the figures are worth more than the verdict. */
function report({ answered, failed, hung, refused }: Tally): void {
  const figures = `${answered} answered, ${failed} failed, ${hung} hung, ${refused} refused`;
  process.stdout.write(`    ${expect.getState().currentTestName}: ${figures}\n`);
}

async function expectAllThere(server: Server, gone: readonly number[]): Promise<void> {
  await vi.waitFor(
    async () => {
      const pids = await server.workerPids();
      expect(pids).toHaveLength(WORKERS);
      expect(pids.filter((pid) => gone.includes(pid))).toEqual([]);
    },
    { timeout: 20_000, interval: 50 },
  );
}

test("a worker killed every 200 ms, and all at once, cost only what they were serving, and nobody hangs", async () => {
  const server = await startWarmServer(album.path, { workers: WORKERS });
  const load = startLoad(server.port, CLIENTS_AT_ONCE);
  const killed: number[] = [];
  const { visits } = await underAttack(server, "50 workers killed in 10 s, then all at once", async () => {
    for (let i = 0; i < KILLS; i++) {
      const pids = await server.workerPids();
      const pid = pids[Math.floor(Math.random() * pids.length)];
      if (pid !== undefined) killed.push(pid);
      if (pid !== undefined) kill(pid, "SIGKILL");
      await wait(KILL_EVERY_MS);
    }
    const others = await server.workerPids();
    for (const pid of others) kill(pid, "SIGKILL");
    killed.push(...others);
    await expectAllThere(server, killed);
  });
  const tally = await load.finish();
  report(tally);
  expect(tally.hung + tally.refused).toBe(0);
  expect(tally.answered).toBeGreaterThan(1_000);
  expect(tally.failed).toBeLessThanOrEqual(killed.length * MAX_FAILED_PER_KILL);
  expect(visits.failures.filter((failure) => failure.includes("nothing in"))).toEqual([]);
  expect(visits.failures.length).toBeLessThanOrEqual(killed.length);
  expect(await server.stop()).toMatchObject({ code: 0, stderr: "" });
});

test("a reload every second under load costs nobody a request", async () => {
  const server = await startWarmServer(album.path, { workers: WORKERS });
  const former = await server.workerPids();
  const load = startLoad(server.port, CLIENTS_AT_ONCE);
  const { visits } = await underAttack(server, "10 reloads in 10 s", async () => {
    for (let i = 0; i < RELOADS; i++) {
      server.signal("SIGHUP");
      await wait(RELOAD_EVERY_MS);
    }
    await expectAllThere(server, former);
  });
  const tally = await load.finish();
  report(tally);
  expect(tally).toMatchObject({ failed: 0, hung: 0, refused: 0 });
  expect(tally.answered).toBeGreaterThan(1_000);
  expect(visits.failures).toEqual([]);
  expect(errorsIn(await server.log())).toEqual([]);
  expect(await server.stop()).toMatchObject({ code: 0, stderr: "" });
});
