/**
 * Workers that cannot be started any more: no storm of processes, and no server that only looks alive.
 */
import { rm } from "node:fs/promises";
import { expect, test, vi } from "vitest";
import { settings } from "../../settings.ts";
import { mischief } from "../support/mischief.ts";
import { fetchRaw } from "../support/raw-client.ts";
import { isRunning, kill, runCommand, startServer, within } from "../support/server.ts";
import { createTemporaryAlbum, makePicture } from "../support/temporary-album.ts";

const PATIENCE = { timeout: 15_000, interval: 20 };

test("a server whose workers cannot be started any more says why in one line and ends", async () => {
  const album = await createTemporaryAlbum({ "note.txt": "just a note\n" });
  const server = await startServer({ root: album.path, workers: 1 });
  const [worker = 0] = await server.workerPids();
  await rm(album.path, { recursive: true });
  kill(worker, "SIGKILL");
  const { code, stderr } = await within(20_000, server.exited, "it still runs");
  expect(code).toBe(1);
  expect(stderr).toMatch(/^httpd: ENOENT: [^\n]*\n$/);
  expect(isRunning(worker)).toBe(false);
  const deaths = (await server.log()).match(/^error: worker \d+ is gone \(exit code 1\)/gm)?.length;
  expect(deaths).toBe(5);
});

test.each([63, 40])(
  "with %i descriptors it does not begin, and says what to do in one line",
  async (maxDescriptors) => {
    const album = await createTemporaryAlbum();
    const { code, stdout, stderr } = await runCommand(["-p", "0", album.path], { maxDescriptors });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(
      `httpd: the system lets a process open ${maxDescriptors} files and sockets, and 64 are needed at least: allow more with ulimit -n\n`,
    );
  },
);

test("with as few descriptors as it may have it serves pages, thumbnails and files", async () => {
  const photo = await makePicture();
  const album = await createTemporaryAlbum({ "photo.jpg": photo });
  const server = await startServer({ root: album.path, maxDescriptors: settings.workers.minDescriptors });
  for (const target of ["/", "/photo.jpg?size=320", "/photo.jpg"]) {
    expect((await fetchRaw(server.port, target)).status).toBe(200);
  }
});

/** An environment that no process can be given, until the second signal: Node.js throws then, as for want of memory. */
const CANNOT_START =
  'process.on("SIGUSR2", () => { process.env.HUGE = process.env.HUGE ? "" : "x".repeat(1_000_000); });';

test("a process that cannot be started is tried again, and whoever serves goes on", async () => {
  const album = await createTemporaryAlbum({ "note.txt": "just a note\n", "photo.jpg": await makePicture() });
  const server = await startServer({ root: album.path, env: await mischief({ master: CANNOT_START }) });
  const [worker = 0] = await server.workerPids();
  server.signal("SIGUSR2");
  kill(worker, "SIGKILL");
  const isTold = async (): Promise<void> => {
    expect(
      (await server.log()).match(/^error: a worker is gone \(could not be started\).* E2BIG$/gm)?.length,
    ).toBe(3);
  };
  await vi.waitFor(isTold, PATIENCE);
  expect((await fetchRaw(server.port, "/note.txt")).status).toBe(200);
  expect((await fetchRaw(server.port, "/photo.jpg?size=320")).status).toBeGreaterThanOrEqual(500); // in no darkroom
  server.signal("SIGUSR2");
  await vi.waitFor(async () => expect(await server.workerPids()).toHaveLength(2), PATIENCE);
  expect((await fetchRaw(server.port, "/photo.jpg?size=320")).status).toBe(200);
});
