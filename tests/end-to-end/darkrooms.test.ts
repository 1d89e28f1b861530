/**
 * Pictures are decoded in processes of their own: whatever becomes of these, no client and no worker suffers from it.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { mischief } from "../support/mischief.ts";
import { fetchRaw } from "../support/raw-client.ts";
import { isRunning, kill, startServer } from "../support/server.ts";
import { createTemporaryAlbum, createTemporaryFolder, makePicture } from "../support/temporary-album.ts";

const PATIENCE = { timeout: 20_000, interval: 20 };

/** Half a second of work for one core, more or less. */
const slowPicture = (): Promise<Buffer> => makePicture({ widthPx: 6_000, heightPx: 6_000, format: "png" });

test("a worker never loads the library that decodes, and a darkroom is there only when it is needed", async () => {
  const { path } = await createTemporaryAlbum({
    "photo.jpg": await makePicture(),
    "other.png": await makePicture({ format: "png" }),
  });
  const server = await startServer({ root: path });
  expect((await fetchRaw(server.port, "/photo.jpg")).status).toBe(200);
  expect(await server.darkroomPids()).toEqual([]);
  const page = await fetchRaw(server.port, "/"); // measures both
  expect(page.content.toString()).toContain("other.png");
  expect((await fetchRaw(server.port, "/photo.jpg?size=320")).status).toBe(200);
  for (const pid of await server.workerPids()) expect(await mapsOf(pid)).not.toMatch(/libvips/);
  const [darkroom = 0] = await server.darkroomPids();
  expect(await mapsOf(darkroom)).toMatch(/libvips/);
});

function mapsOf(pid: number): Promise<string> {
  return readFile(`/proc/${pid}/maps`, "utf8");
}

test("a darkroom that is killed in the middle of a picture costs nobody anything: it is made by another one", async () => {
  const { path } = await createTemporaryAlbum({
    "slow.png": await slowPicture(),
    "photo.jpg": await makePicture(),
  });
  const server = await startServer({ root: path });
  const workers = await server.workerPids();
  expect((await fetchRaw(server.port, "/photo.jpg?size=320")).status).toBe(200);
  const former = await server.darkroomPids();
  for (const pid of former) kill(pid, "SIGSTOP"); // whoever gets the picture now will not finish it
  const slow = Promise.all([320, 640].map((sizePx) => fetchRaw(server.port, `/slow.png?size=${sizePx}`)));
  const original = await fetchRaw(server.port, "/photo.jpg");
  await new Promise((resolve) => setTimeout(resolve, 300));
  for (const pid of former) kill(pid, "SIGKILL");
  expect((await slow).map(({ status }) => status)).toEqual([200, 200]);
  expect(original.status).toBe(200);
  expect(await server.workerPids()).toEqual(workers);
  const errors = (await server.log()).match(/^error: .*$/gm) ?? [];
  expect(errors).toHaveLength(former.length);
  for (const error of errors) {
    expect(error).toMatch(
      /^error: darkroom \d+ is gone \(SIGKILL\) (over ".*\/slow\.png"|while it was idle)\.$/,
    );
  }
  expect(errors.join()).toContain("slow.png");
});

/** As a fault in native code would have it, and each death is written down. */
const DIES_OF_DEADLY_PICTURES = `
  const { appendFileSync } = await import("node:fs");
  process.prependListener("message", (message) => {
    if (!JSON.stringify(message).includes("deadly.")) return;
    appendFileSync(process.env.TEST_DEATHS, "dead\\n");
    process.kill(process.pid, "SIGSEGV");
  });
`;

test("a picture that kills whoever decodes it is tried twice, remembered, and costs no client its connection", async () => {
  const { path } = await createTemporaryAlbum({
    "deadly.jpg": await makePicture(),
    "photo.jpg": await makePicture(),
  });
  const deaths = join(await createTemporaryFolder(), "deaths");
  const env = { ...(await mischief({ darkroom: DIES_OF_DEADLY_PICTURES })), TEST_DEATHS: deaths };
  const server = await startServer({ root: path, env });
  const workers = await server.workerPids();
  const [deadly, others] = await Promise.all([
    fetchRaw(server.port, "/deadly.jpg?size=320"),
    Promise.all([320, 640, 1600].map((sizePx) => fetchRaw(server.port, `/photo.jpg?size=${sizePx}`))),
  ]);
  expect(deadly.status).toBe(415);
  expect(others.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(await deathsIn(deaths)).toBe(2);
  for (const sizePx of [320, 640, 1600]) {
    expect((await fetchRaw(server.port, `/deadly.jpg?size=${sizePx}`)).status).toBe(415);
  }
  await server.stop();
  const next = await startServer({ root: path, args: ["--cache", server.cacheDirectory], env });
  expect((await fetchRaw(next.port, "/deadly.jpg?size=320")).status).toBe(415);
  expect(await deathsIn(deaths)).toBe(2);
  expect(workers).toHaveLength(2);
  const log = await server.log();
  expect(log).not.toMatch(/worker \d+ is gone/);
  expect(log.match(/^error: darkroom \d+ is gone \(SIGSEGV\) over ".*\/deadly\.jpg"\.$/gm)).toHaveLength(2);
  expect(
    log.match(/deadly\.jpg" was too much for 2 processes \(SIGSEGV\) and is not tried again/g),
  ).toHaveLength(1);
});

async function deathsIn(file: string): Promise<number> {
  return (await readFile(file, "utf8")).split("\n").filter(Boolean).length;
}

test("a worker that is killed while its picture is made leaves the turn to another one", async () => {
  const { path } = await createTemporaryAlbum({ "slow.png": await slowPicture() });
  const server = await startServer({ root: path });
  const first = fetchRaw(server.port, "/slow.png?size=320").catch(() => "lost" as const);
  await vi.waitFor(async () => expect(await server.darkroomPids()).not.toEqual([]), PATIENCE);
  for (const pid of await server.workerPids()) kill(pid, "SIGKILL");
  expect(await first).toBe("lost");
  expect((await fetchRaw(server.port, "/slow.png?size=320")).status).toBe(200);
});

test("darkrooms end with their master, however it dies, in the middle of a picture as well", async () => {
  const { path } = await createTemporaryAlbum({ "slow.png": await slowPicture() });
  const server = await startServer({ root: path });
  const lost = fetchRaw(server.port, "/slow.png?size=320").catch(() => "lost" as const);
  await vi.waitFor(async () => expect(await server.darkroomPids()).not.toEqual([]), PATIENCE);
  const pids = await server.darkroomPids();
  await server.stop("SIGKILL");
  await vi.waitFor(() => expect(pids.filter(isRunning)).toEqual([]), PATIENCE);
  expect(await lost).toBe("lost");
});

test("a reload replaces the darkrooms, and a graceful stop waits for a picture that somebody waits for", async () => {
  const { path } = await createTemporaryAlbum({
    "slow.png": await slowPicture(),
    "photo.jpg": await makePicture(),
  });
  const server = await startServer({ root: path });
  await fetchRaw(server.port, "/photo.jpg?size=320");
  const former = await server.darkroomPids();
  expect(former).not.toEqual([]);
  server.signal("SIGHUP");
  await vi.waitFor(() => expect(former.filter(isRunning)).toEqual([]), PATIENCE);
  const slow = fetchRaw(server.port, "/slow.png?size=640");
  await vi.waitFor(async () => expect(await server.darkroomPids()).not.toEqual([]), PATIENCE);
  const pids = await server.darkroomPids();
  const { code } = await server.stop();
  expect([code, (await slow).status]).toEqual([0, 200]);
  await vi.waitFor(() => expect(pids.filter(isRunning)).toEqual([]), PATIENCE);
});
