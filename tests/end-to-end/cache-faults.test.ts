/**
 * What may become of the cache while it is used, through the real command: a full disk, a folder that goes, somebody
 * else who writes to it, and a maker that dies. Everybody gets his thumbnail.
 */
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test, vi } from "vitest";
import { blackWebp } from "../support/hostile-pictures.ts";
import { CAN_MOUNT, withSmallDisk } from "../support/confinement.ts";
import { RawClient, fetchRaw } from "../support/raw-client.ts";
import { type Server, kill, startServer } from "../support/server.ts";
import { createTemporaryAlbum, createTemporaryFolder, makePicture } from "../support/temporary-album.ts";

const SIZES_PX = [320, 640, 1_600];
const PATIENCE = { timeout: 20_000, interval: 10 };

if (!CAN_MOUNT && process.env["REQUIRE_ALL_TESTS"] !== undefined)
  throw new Error("Nothing can be mounted here.");

test.skipIf(!CAN_MOUNT)(
  "on a disk that is full thumbnails are served and not kept, which is said once",
  async () => {
    const noise = await makeNoise(1_000);
    const { path } = await createTemporaryAlbum({ "a.jpg": noise, "b.jpg": noise });
    const cache = await createTemporaryFolder();
    const through = withSmallDisk(cache, 64_000);
    const server = await startServer({ root: path, args: ["--cache", cache], through, workers: 1 });
    for (const name of ["a.jpg", "b.jpg"]) {
      for (const sizePx of SIZES_PX) {
        const { status, content } = await fetchRaw(server.port, `/${name}?size=${sizePx}`);
        expect([status, (await sharp(content).metadata()).width]).toEqual([200, Math.min(sizePx, 1_000)]);
      }
    }
    expect((await fetchRaw(server.port, "/")).status).toBe(200);
    const kept = await filesBelow(`/proc/${server.pid}/root${cache}`); // as only the server sees it
    expect(kept.filter((name) => name.endsWith(".tmp"))).toEqual([]);
    await server.stop();
    expect((await server.log()).match(/The cache cannot be written \(ENOSPC\)/g)).toHaveLength(1);
  },
);

/** There `mkdir` with `recursive` never comes back on Node.js 20.20. */
test("below /proc there is no cache, which is said once", async () => {
  const { path } = await createTemporaryAlbum({ "a.jpg": await makePicture() });
  const server = await startServer({ root: path, args: ["--cache", "/proc/self/none/cache"], workers: 1 });
  for (const sizePx of SIZES_PX) {
    expect((await fetchRaw(server.port, `/a.jpg?size=${sizePx}`)).status).toBe(200);
  }
  await server.stop();
  expect((await server.log()).match(/The cache cannot be written/g)).toHaveLength(1);
});

/** That no coding makes small. */
async function makeNoise(sidePx: number): Promise<Buffer> {
  const noise = { type: "gaussian", mean: 128, sigma: 60 } as const;
  const picture = { width: sidePx, height: sidePx, channels: 3, background: "grey", noise } as const;
  return await sharp({ create: picture }).jpeg({ quality: 90 }).toBuffer();
}

test("a cache that is removed while it is used is made again", async () => {
  const { path } = await createTemporaryAlbum({ "a.jpg": await makePicture(), "b.jpg": await makePicture() });
  const server = await startServer({ root: path });
  expect((await fetchRaw(server.port, "/a.jpg?size=320")).status).toBe(200);
  await rm(server.cacheDirectory, { recursive: true });
  for (const target of ["/a.jpg?size=320", "/b.jpg?size=320", "/"]) {
    expect((await fetchRaw(server.port, target)).status).toBe(200);
  }
  expect((await filesBelow(server.cacheDirectory)).length).toBeGreaterThan(0);
  await server.stop();
  expect(await server.log()).not.toContain("cache");
});

test("two servers that share a cache make the same thumbnails at the same time, and nothing is left over", async () => {
  const names = Array.from({ length: 12 }, (_, i) => `${i}.jpg`);
  const photo = await makePicture({ widthPx: 700, heightPx: 500 });
  const { path } = await createTemporaryAlbum(Object.fromEntries(names.map((name) => [name, photo])));
  const args = ["--cache", await createTemporaryFolder()];
  const servers = await Promise.all([startServer({ root: path, args }), startServer({ root: path, args })]);
  const targets = names.map((name) => `/${name}?size=320`);
  const responses = await Promise.all(
    targets.flatMap((target) => servers.map(({ port }) => fetchRaw(port, target))),
  );
  const made = responses[0]?.content ?? Buffer.alloc(0);
  expect(responses.every(({ status, content }) => status === 200 && content.equals(made))).toBe(true);
  const kept = await filesBelow(args[1] ?? "");
  expect(kept.filter((name) => name.startsWith("thumbnails/"))).toHaveLength(names.length);
  expect(kept.filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test("a worker that is killed while its thumbnail is made costs the visitors of others nothing", async () => {
  const { path } = await createTemporaryAlbum({ "slow.webp": blackWebp(9_000, 9_000) });
  const server = await startServer({ root: path, args: ["--trace"], workers: 4 });
  const wish = "GET /slow.webp?size=320 HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const first = await RawClient.connect(server.port);
  first.write(wish);
  const [darkroom = 0] = await vi.waitFor(async () => {
    const pids = await server.darkroomPids();
    expect(pids).not.toEqual([]);
    return pids;
  }, PATIENCE);
  kill(darkroom, "SIGSTOP"); // at work, or about to begin
  const others = await Promise.all(Array.from({ length: 6 }, () => RawClient.connect(server.port)));
  for (const other of others) other.write(wish);
  const workers = await Promise.all([first, ...others].map((client) => workerOf(client, server)));
  kill(workers[0] ?? 0, "SIGKILL");
  expect(await first.readToEnd()).toHaveLength(0);
  kill(darkroom, "SIGCONT");
  const spared = others.filter((_, i) => workers[i + 1] !== workers[0]);
  expect(spared.length).toBeGreaterThan(3);
  for (const client of spared) expect((await client.readResponse()).status).toBe(200);
});

/** Once it has said so in the trace. */
async function workerOf({ socket }: RawClient, { stderr }: Server): Promise<number> {
  const line = new RegExp(`127\\.0\\.0\\.1:${socket.localPort} taken by the worker with pid (\\d+)`);
  return await vi.waitFor(() => {
    const pid = Number(line.exec(stderr())?.[1]);
    expect(pid).toBeGreaterThan(0);
    return pid;
  }, PATIENCE);
}

async function filesBelow(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const stats = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => undefined)));
  return names.filter((_, i) => stats[i]?.isFile());
}
