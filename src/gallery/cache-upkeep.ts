/**
 * Keeps the cache directory within bounds: what was not used for the longest time goes, and what writers that were
 * killed left behind.
 *
 * One worker does it for all, now and then while something is written, and one file after the other, so that nobody
 * waits for it. There may be hundreds of thousands of files, so they are looked through twice instead of being kept in
 * mind: first it is counted how much was used last in which hour, then what is too old is removed.
 *
 * When a file was used last is known as well as the file system knows it: to a day mostly (relatime), and where it does
 * not, the date of writing stands for it. What a worker serves from memory is not seen here and may have to be made again.
 */
import { lstat, readdir, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { type CacheDirectory, CACHE_FILE, CACHE_FOLDER, TEMPORARY_FILE, codeOf } from "./cache-directory.ts";
import type { Turns } from "./turns.ts";

export type CacheBounds = {
  readonly maxBytes: number;
  /** Of `maxBytes` stays when it was too much. */
  readonly keptShare: number;
  readonly upkeepMs: number;
  /** A temporary file that was not written to for so long has lost its writer. */
  readonly staleTemporaryMs: number;
};

export type UpkeepParts = {
  readonly directory: string;
  readonly bounds: CacheBounds;
  readonly turns: Turns;
  /** Told, in a sentence, if it cannot be done. */
  readonly onTrouble: (sentence: string) => void;
  /** Milliseconds since the epoch, as files have them. */
  readonly now: () => number;
};

/** The same cache; whoever writes to it looks now and then whether it is time. */
export function keepWithinBounds(cache: CacheDirectory, parts: UpkeepParts): CacheDirectory {
  let nextLookMs = -Infinity;

  function lookNowAndThen(): void {
    if (parts.now() < nextLookMs) return;
    nextLookMs = parts.now() + parts.bounds.upkeepMs;
    tidyIfDue(parts).catch((error: unknown) =>
      parts.onTrouble(`The cache cannot be tidied (${codeOf(error)}): it may grow beyond its bounds.`),
    );
  }

  return {
    read: (name) => cache.read(name),
    async write(name, bytes) {
      await cache.write(name, bytes);
      lookNowAndThen();
    },
  };
}

/** @throws the system's error if something cannot be removed */
export async function tidyIfDue(parts: UpkeepParts): Promise<"tidied" | "not-due"> {
  if (!(await claim(parts))) return "not-due";
  await tidy(parts);
  return "tidied";
}

/** Its date says when the cache was tidied last, to all workers, and to servers that share it. */
const DATED_FOLDER = "thumbnails";

/** Nothing worth while is there yet, or nothing can be kept there at all: in neither case does it grow. */
const NOTHING_IS_ADDED: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ELOOP", "EACCES", "EROFS"]);

/** The turn is for a moment, and never refused for the sake of a thumbnail; from then on the date keeps others away. */
async function claim({ directory, bounds, turns, now }: UpkeepParts): Promise<boolean> {
  const turn = await turns.take({ key: "cache upkeep", after: [], urgency: "first" });
  if (turn.kind !== "mine") return false;
  try {
    const folder = join(directory, DATED_FOLDER);
    const { mtimeMs } = await stat(folder);
    if (Math.abs(now() - mtimeMs) < bounds.upkeepMs) return false;
    await utimes(folder, now() / 1_000, now() / 1_000);
    return true;
  } catch (error) {
    if (NOTHING_IS_ADDED.has(codeOf(error))) return false;
    throw error;
  } finally {
    turn.done();
  }
}

async function tidy({ directory, bounds, now }: UpkeepParts): Promise<void> {
  const bytesByHour = new Map<number, number>();
  let totalBytes = 0;
  for await (const { path, isTemporary, usedMs, sizeBytes } of filesBelow(directory)) {
    if (isTemporary) {
      if (now() - usedMs > bounds.staleTemporaryMs) await rm(path, { force: true });
    } else {
      const hour = hourOf(usedMs);
      bytesByHour.set(hour, (bytesByHour.get(hour) ?? 0) + sizeBytes);
      totalBytes += sizeBytes;
    }
  }
  if (totalBytes <= bounds.maxBytes) return;
  await removeOldest(directory, bytesByHour, totalBytes - bounds.maxBytes * bounds.keptShare);
}

/** Everything of the oldest hours, and of the next one as much as is needed besides. */
async function removeOldest(
  directory: string,
  bytesByHour: ReadonlyMap<number, number>,
  excessBytes: number,
): Promise<void> {
  let bytesLeft = excessBytes;
  let lastHour = -Infinity;
  for (const [hour, bytes] of [...bytesByHour].toSorted(([a], [b]) => a - b)) {
    lastHour = hour;
    if (bytes > bytesLeft) break;
    bytesLeft -= bytes;
  }
  for await (const { path, isTemporary, usedMs, sizeBytes } of filesBelow(directory)) {
    const hour = hourOf(usedMs);
    if (isTemporary || hour > lastHour) continue;
    if (hour === lastHour) {
      if (bytesLeft <= 0) continue;
      bytesLeft -= sizeBytes;
    }
    await rm(path, { force: true });
  }
}

function hourOf(timeMs: number): number {
  return Math.floor(timeMs / 3_600_000);
}

type CachedFile = {
  readonly path: string;
  readonly isTemporary: boolean;
  readonly usedMs: number;
  readonly sizeBytes: number;
};

/** Ours only, by their names: whatever else lies in the directory is none of our business. */
async function* filesBelow(directory: string): AsyncGenerator<CachedFile> {
  for (const kind of await namesIn(directory)) {
    for (const folder of await namesIn(join(directory, kind))) {
      if (!CACHE_FOLDER.test(folder)) continue;
      for (const name of await namesIn(join(directory, kind, folder))) {
        const isTemporary = TEMPORARY_FILE.test(name);
        if (!isTemporary && !CACHE_FILE.test(name)) continue;
        const path = join(directory, kind, folder, name);
        const stats = await lstat(path).catch(() => undefined);
        if (stats?.isFile() !== true) continue; // removed meanwhile, or no file of ours
        const usedMs = Math.max(stats.mtimeMs, isTemporary ? 0 : stats.atimeMs);
        yield { path, isTemporary, usedMs, sizeBytes: stats.size };
      }
    }
  }
}

/** None, if it is no folder or cannot be read. */
async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch(() => []);
}
