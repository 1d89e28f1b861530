/**
 * Counts how many thumbnails a server makes, from outside: each is written to the cache under a temporary name of its
 * own, and the system tells whoever watches the folder (inotify(7)).
 */
import { type FSWatcher, watch } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

export interface MakingCounter {
  /** Since the counter was made, how often one was written. */
  stop(): Promise<number>;
}

/** For what the system has seen to reach us. */
const SETTLE_MS = 100;

/** `thumbnails/ab/cdef….jpeg.0123456789ab.tmp` */
const TEMPORARY = /\.[0-9a-f]+\.tmp$/;

export async function countMakings(cacheDirectory: string): Promise<MakingCounter> {
  const seen = new Set<string>();
  const watchers: FSWatcher[] = [];
  for (let i = 0; i < 256; i += 1) {
    const folder = join(cacheDirectory, "thumbnails", i.toString(16).padStart(2, "0"));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const note = (_event: string, name: string | null): void => {
      if (name !== null && TEMPORARY.test(name)) seen.add(join(folder, name));
    };
    watchers.push(watch(folder, note));
  }
  return {
    async stop() {
      await wait(SETTLE_MS);
      for (const watcher of watchers) watcher.close();
      return seen.size;
    },
  };
}
