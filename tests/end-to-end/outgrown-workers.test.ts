/**
 * A worker that holds more memory than it can have use for: it is replaced, and no client can tell.
 */
import { describe, expect, test, vi } from "vitest";
import { startLoad } from "../support/load.ts";
import { mischief } from "../support/mischief.ts";
import { RawClient } from "../support/raw-client.ts";
import { ACCEPT_MODES, kill, residentBytes, startServer } from "../support/server.ts";
import { createTemporaryAlbum, makePicture } from "../support/temporary-album.ts";

const SLOW_BYTES = 50_000_000;
const PATIENCE = { timeout: 15_000, interval: 20 };

/** A worker grows by so much at this signal. */
const GROWS = 'process.on("SIGUSR2", () => { globalThis.held = Buffer.alloc(400_000_000, 1); });';
/** The real bound, which is a gigabyte, would take more than a test should. */
const LOWER_BOUND = `
  const { settings } = await import(${JSON.stringify(new URL("../../dist/settings.js", import.meta.url).href)});
  settings.workers.maxMemoryBytes = 350_000_000;
`;

describe.each(ACCEPT_MODES)("with --accept %s", (accept) => {
  /** What waits in the queue of a worker that stops to listen is lost with it, here as in every server (Linux). */
  const haveOwnQueues = accept === "reuseport";

  test("a worker that holds too much memory is replaced under load, and nobody notices", async () => {
    const album = await createTemporaryAlbum({
      "note.txt": "just a note\n",
      "photo.jpg": await makePicture(),
    });
    await album.addSparse("slow.bin", SLOW_BYTES);
    const args = ["--accept", accept];
    const server = await startServer({
      root: album.path,
      workers: 1,
      args,
      env: await mischief({ worker: GROWS, master: LOWER_BOUND }),
    });
    const [outgrown = 0] = await server.workerPids();
    const download = await RawClient.connect(server.port);
    download.write("GET /slow.bin HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    await download.readHead();
    const load = startLoad(server.port, 20);
    await vi.waitFor(() => expect(load.tally.answered).toBeGreaterThan(100), PATIENCE);
    kill(outgrown, "SIGUSR2");
    await vi.waitFor(
      async () => expect(await residentBytes(outgrown)).toBeGreaterThan(400_000_000),
      PATIENCE,
    );
    await vi.waitFor(async () => expect(await server.workerPids()).toHaveLength(2), PATIENCE);
    const { answered } = load.tally;
    await vi.waitFor(() => expect(load.tally.answered).toBeGreaterThan(answered + 300), PATIENCE);
    expect(await download.countOctets()).toBe(SLOW_BYTES);
    await vi.waitFor(async () => {
      const pids = await server.workerPids();
      expect(pids).toHaveLength(1);
      expect(pids).not.toContain(outgrown);
    }, PATIENCE);
    const { failed, hung, refused } = await load.finish();
    expect(hung + refused).toBe(0);
    expect(haveOwnQueues ? 0 : failed).toBe(0);
    const log = await server.log();
    expect(log).toMatch(
      new RegExp(
        `^notice: worker ${outgrown} holds \\d+ MB with \\d+ connections open: another one takes its place\\.$`,
        "m",
      ),
    );
    expect(log).not.toContain("error:");
  });
});
