/**
 * Workers that cannot be started any more: no storm of processes, and no server that only looks alive.
 */
import { rm } from "node:fs/promises";
import { expect, test } from "vitest";
import { isRunning, kill, startServer, within } from "../support/server.ts";
import { createTemporaryAlbum } from "../support/temporary-album.ts";

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
