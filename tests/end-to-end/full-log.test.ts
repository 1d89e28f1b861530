/**
 * A log on a disk that is full, through the real command: the server goes on, says so, and counts what is missing.
 */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { CAN_MOUNT, withSmallDisk } from "../support/confinement.ts";
import { fetchRaw } from "../support/raw-client.ts";
import { startServer } from "../support/server.ts";
import { createTemporaryAlbum, createTemporaryFolder } from "../support/temporary-album.ts";

const PATIENCE = { timeout: 20_000, interval: 20 };
const TOLD = "httpd: the log file cannot be written (ENOSPC): lines are lost\n";
const PADDING = "x".repeat(1_000);
const WHOLE = new RegExp(
  `^127\\.0\\.0\\.1 - - \\[[^\\]]*\\] "GET /note\\.txt\\?${PADDING} HTTP/1\\.1" 200 12 [\\d.]+$`,
);
const LOST = /^warning: (\d+) (?:line was|lines were) not logged$/;

if (!CAN_MOUNT && process.env["REQUIRE_ALL_TESTS"] !== undefined)
  throw new Error("Nothing can be mounted here.");

test.skipIf(!CAN_MOUNT)(
  "lines that a full disk does not take are told of once, counted, and never torn in two",
  async () => {
    const { path } = await createTemporaryAlbum({ "note.txt": "just a note\n" });
    const folder = await createTemporaryFolder();
    const server = await startServer({
      root: path,
      args: ["--log-file", join(folder, "log")],
      through: withSmallDisk(folder, 64_000),
    });
    const disk = `/proc/${server.pid}/root${folder}`; // as only the server sees it
    const ask = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) {
        expect((await fetchRaw(server.port, `/note.txt?${PADDING}`)).status).toBe(200);
      }
    };
    await writeFile(join(disk, "ballast"), "b".repeat(40_000));
    await ask(100);
    await vi.waitFor(() => expect(server.stderr()).toBe(TOLD), PATIENCE);
    await rm(join(disk, "ballast"));
    await ask(1);
    await vi.waitFor(async () => {
      const lines = (await readFile(join(disk, "log"), "utf8")).split("\n").slice(0, -1);
      const lost = lines.map((line) => Number(LOST.exec(line)?.[1] ?? 0));
      expect(lines.filter((line, i) => !WHOLE.test(line) && lost[i] === 0)).toEqual([]);
      const told = lost.reduce((sum, count) => sum + count, 0);
      expect(lines.filter((line) => WHOLE.test(line)).length + told).toBe(101);
    }, PATIENCE);
    expect(server.stderr()).toBe(TOLD);
    await ask(100);
    await vi.waitFor(() => expect(server.stderr()).toBe(`${TOLD}${TOLD}`), PATIENCE);
    expect((await server.stop()).code).toBe(0);
  },
);
