/**
 * What one visitor waits for: the first page after a start without any cache, and a photo that has just been added.
 */
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { SizedAlbum } from "./albums.ts";
import { get } from "./get.ts";
import { readTreeUsage } from "./process-tree.ts";
import type { RunningServer } from "./running-server.ts";
import { formatSpread } from "./statistics.ts";
import type { Table } from "./table.ts";

/** Round by round. */
export type Life = {
  readonly album: SizedAlbum;
  /** Until the first page was there as a whole … */
  readonly firstMs: number[];
  /** … and the CPU time of the server meanwhile. */
  readonly firstCpuMs: (number | undefined)[];
  /** From the copying of a photo to the first page that shows it … */
  readonly seenMs: number[];
  /** … and the slowest page meanwhile. */
  readonly slowestMs: number[];
};

export function createLife(album: SizedAlbum): Life {
  return { album, firstMs: [], firstCpuMs: [], seenMs: [], slowestMs: [] };
}

/** @throws Error if there is no page */
export async function askFirst(life: Life, server: RunningServer, signal: AbortSignal): Promise<void> {
  const before = readTreeUsage(server.pid);
  const { tookMs } = await ask(life.album, server, signal);
  const after = readTreeUsage(server.pid);
  life.firstMs.push(tookMs);
  life.firstCpuMs.push(before === undefined || after === undefined ? undefined : after.cpuMs - before.cpuMs);
}

const POLL_MS = 10;
const VISITS_BEFORE = 4;
const MAX_SEEN_MS = 30_000;

/**
 * @param name of the new photo; it has to sort before the others, to be on the first page
 * @throws Error if it is not shown at last
 */
export async function addPhoto(
  life: Life,
  server: RunningServer,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const { directory } = life.album;
  // Somebody has just been there, so every worker has a page to show that is not old enough to be made anew.
  for (let visit = 0; visit < VISITS_BEFORE; visit += 1) await ask(life.album, server, signal);
  await copyFile(join(directory, "IMG_1.jpg"), join(directory, name));
  const start = performance.now();
  let slowestMs = 0;
  for (;;) {
    const { html, tookMs } = await ask(life.album, server, signal);
    slowestMs = Math.max(slowestMs, tookMs);
    const waitedMs = performance.now() - start;
    if (html.includes(encodeURIComponent(name))) {
      life.seenMs.push(waitedMs);
      life.slowestMs.push(slowestMs);
      return;
    }
    if (waitedMs > MAX_SEEN_MS) throw new Error(`${server.name} does not show a new photo`);
    await wait(POLL_MS, undefined, { signal });
  }
}

async function ask(
  { path }: SizedAlbum,
  server: RunningServer,
  signal: AbortSignal,
): Promise<{ html: string; tookMs: number }> {
  const start = performance.now();
  const { status, body } = await get(`${server.url}${path}`, signal);
  if (status !== 200) throw new Error(`${server.name}: ${path} was answered with ${status}`);
  return { html: body.toString("utf8"), tookMs: performance.now() - start };
}

export function formatLives(lives: readonly Life[]): Table {
  return {
    title: "The first page after a start without a cache, and after a photo was added",
    columns: ["photos", "first ms", "CPU ms", "seen after ms", "slowest meanwhile ms"],
    rows: lives.map(({ album, firstMs, firstCpuMs, seenMs, slowestMs }) => [
      album.label,
      formatSpread(firstMs),
      formatSpread(firstCpuMs),
      formatSpread(seenMs),
      formatSpread(slowestMs),
    ]),
  };
}
