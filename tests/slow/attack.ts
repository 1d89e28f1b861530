/**
 * The frame of every attack: a server that has been in use for a moment, a visitor who looks at an album meanwhile, and
 * what the server holds before, during and after it.
 */
import { setTimeout as wait } from "node:timers/promises";
import sharp from "sharp";
import { expect, vi } from "vitest";
import { median } from "../../bench/statistics.ts";
import { askOnce } from "../support/load.ts";
import { fetchRaw } from "../support/raw-client.ts";
import { type Server, type ServerOptions, startServer } from "../support/server.ts";
import { type TemporaryAlbum, createTemporaryAlbum, makePicture } from "../support/temporary-album.ts";
import { type TreeUsage, treeUsage } from "../support/tree-usage.ts";
import { startVisitor } from "../support/visitor.ts";
import type { Visits } from "../support/visitor-process.ts";
import { recordFigures } from "./figures.ts";

export const NOTE = "just a note\n";
export const WORKERS = 2;

/** A page, a small thumbnail and an original. */
const VISITED = ["/holiday/", "/holiday/1.jpg?size=320", "/holiday/original.jpg"] as const;
const PHOTOS = 40;
const PHOTO = { widthPx: 600, heightPx: 400 };

/** A visitor waits no longer: what comes later has failed. */
const PATIENCE_MS = 10_000;

const LOOK_MS = 250;

/** What a server may hold afterwards that it did not before: files it keeps open for a while, a channel, a log. */
const MORE_DESCRIPTORS = 20;

/** For the last connections to be closed, and the files that were open for them (settings.ts: keptIdleMs). */
const RECOVERY_MS = 30_000;

/** Of a worker: what it grows by is garbage that is not collected before there is need. */
export const GARBAGE_BYTES = 100e6;

/** An album to visit, and a note to ask for. */
export async function createVisitedAlbum(): Promise<TemporaryAlbum> {
  const photo = await makePicture(PHOTO);
  const album = await createTemporaryAlbum({ "note.txt": NOTE }, "file");
  for (let i = 1; i <= PHOTOS; i++) await album.add(`holiday/${i}.jpg`, photo);
  await album.add("holiday/original.jpg", await noisyPicture());
  return album;
}

/** As large as a camera makes them, which pictures of one colour are not. */
async function noisyPicture(): Promise<Buffer> {
  const noise = { type: "gaussian", mean: 128, sigma: 30 } as const;
  const create = { width: 2_000, height: 1_500, channels: 3, background: "teal", noise } as const;
  return await sharp({ create }).jpeg().toBuffer();
}

/** Both workers have loaded what they serve with, and answered for a moment. */
export async function startWarmServer(
  root: string,
  options: Omit<ServerOptions, "root"> = {},
): Promise<Server> {
  const server = await startServer({ root, workers: WORKERS, ...options });
  for (let round = 0; round < 30; round++) {
    const asked = [...VISITED, "/note.txt"].flatMap((target) => Array(5).fill(target) as string[]);
    const tally = await Promise.all(asked.map((target) => askOnce(server.port, target)));
    expect(new Set(tally)).toEqual(new Set(["answered"]));
  }
  await vi.waitFor(() => expectSettledPage(server.port), { timeout: 20_000, interval: 100 });
  return server;
}

/** Until a worker has measured all pictures its pages are others, and one that took long to make is kept for seconds. */
async function expectSettledPage(port: number): Promise<void> {
  for (let i = 0; i < 10; i++) {
    const page = (await fetchRaw(port, VISITED[0])).content.toString();
    expect(page.match(new RegExp(` ${PHOTO.widthPx}w`, "g"))).toHaveLength(PHOTOS);
  }
}

export type Attacked = {
  readonly visits: Visits;
  readonly before: TreeUsage;
  readonly most: TreeUsage;
  readonly after: TreeUsage;
};

export type AttackOptions = {
  readonly patienceMs?: number;
};

/**
 * Performs the attack and lets the server recover; the figures go into the table.
 *
 * @param name of the row in the table
 */
export async function underAttack(
  server: Server,
  name: string,
  attack: () => Promise<void>,
  { patienceMs = PATIENCE_MS }: AttackOptions = {},
): Promise<Attacked> {
  const visitor = await startVisitor(server.port, VISITED, patienceMs);
  const before = treeUsage(server.pid);
  const most = { ...before };
  const looking = setInterval(() => {
    const { residentBytes, descriptors } = treeUsage(server.pid);
    most.residentBytes = Math.max(most.residentBytes, residentBytes);
    most.descriptors = Math.max(most.descriptors, descriptors);
  }, LOOK_MS);
  try {
    await attack();
  } finally {
    clearInterval(looking);
  }
  const visits = await visitor.leave();
  const after = await recovered(server, before);
  const { answersMs, failures } = visits;
  recordFigures({
    attack: name,
    visits: answersMs.length + failures.length,
    failed: failures.length,
    medianMs: median(answersMs),
    slowestMs: Math.max(...answersMs),
    megabytes: [before, most, after].map(({ residentBytes }) => residentBytes / 1e6) as [
      number,
      number,
      number,
    ],
    descriptors: [before, most, after].map(({ descriptors }) => descriptors) as [number, number, number],
  });
  return { visits, before, most, after };
}

/** When it holds as few descriptors as before, or time is up. */
export async function recovered(server: Server, before: TreeUsage): Promise<TreeUsage> {
  const hasFew = (): void =>
    expect(treeUsage(server.pid).descriptors).toBeLessThanOrEqual(before.descriptors + MORE_DESCRIPTORS);
  await vi.waitFor(hasFew, { timeout: RECOVERY_MS, interval: LOOK_MS });
  await wait(1_000); // what was freed just now
  return treeUsage(server.pid);
}

/**
 * Nobody but the attackers noticed: each look succeeded, no worker died, nothing went wrong in it, memory stayed within
 * bounds, and the server still stops as it should.
 */
export async function expectUnharmed(
  server: Server,
  { visits, before, most }: Attacked,
  {
    pids,
    moreBytes = WORKERS * GARBAGE_BYTES,
  }: { readonly pids: readonly number[]; readonly moreBytes?: number },
): Promise<void> {
  expect(visits.failures).toEqual([]);
  expect(visits.answersMs.length).toBeGreaterThan(0);
  expect(await server.workerPids()).toEqual(pids);
  expect(most.residentBytes - before.residentBytes).toBeLessThan(moreBytes);
  expect(errorsIn(await server.log())).toEqual([]);
  expect(await server.stop()).toMatchObject({ code: 0, stderr: "" });
}

export function errorsIn(log: string): string[] {
  return log.split("\n").filter((line) => line.startsWith("error:"));
}
