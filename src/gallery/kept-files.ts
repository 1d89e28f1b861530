/**
 * Opened files that stay open for whoever asks next: opening, checking and closing one costs more than sending 10 KB.
 *
 * Time is cut into ticks as in lasting.ts. Within its tick a name is trusted to stand for the file that was opened; in
 * the next one a `stat` of it tells whether it still does. A file that was replaced is served as it was for one tick at
 * most. One that was overwritten is noticed at once: no octet goes out under the entity tag of another version.
 */
import type { Storage, StorageKey, StoredFile } from "./storage.ts";

export type KeptFilesSettings = {
  readonly maxFiles: number;
  readonly freshMs: number;
  /** A file that nobody asked for in so long is closed: one that was deleted still takes up the disk. */
  readonly idleMs: number;
  readonly now: () => number;
};

export type KeptFiles = Storage & {
  /** To be called every now and then. */
  readonly closeIdle: () => void;
};

type Kept = {
  readonly file: StoredFile;
  checkedTick: number;
  usedMs: number;
  /** How many have it and did not close it yet. */
  leases: number;
  isForgotten: boolean;
};

export function keepFiles(storage: Storage, settings: KeptFilesSettings): KeptFiles {
  const { maxFiles, freshMs, idleMs, now } = settings;
  /** Least recently used first. */
  const files = new Map<StorageKey, Kept>();

  async function open(key: StorageKey): Promise<StoredFile | { readonly kind: "folder" }> {
    const nowMs = now();
    const kept = files.get(key);
    const isTrusted = kept?.checkedTick === Math.floor(nowMs / freshMs) && kept.file.isUnchanged();
    if (kept !== undefined && isTrusted) return lend(key, kept, nowMs);
    return await openChecked(key, kept, nowMs);
  }

  async function openChecked(
    key: StorageKey,
    kept: Kept | undefined,
    nowMs: number,
  ): Promise<StoredFile | { readonly kind: "folder" }> {
    if (kept !== undefined) {
      kept.leases++; // so that nobody closes it meanwhile
      const isSame = (await storage.stat(key))?.version === kept.file.stat.version;
      giveBack(kept);
      if (isSame && !kept.isForgotten && kept.file.isUnchanged()) {
        kept.checkedTick = Math.floor(nowMs / freshMs);
        return lend(key, kept, nowMs);
      }
      if (files.get(key) === kept) forget(key, kept);
    }
    const file = await storage.open(key);
    if (file.kind === "folder") return file;
    const others = files.get(key); // whoever opened it in the same moment
    if (others !== undefined) forget(key, others);
    const opened = {
      file,
      checkedTick: Math.floor(nowMs / freshMs),
      usedMs: nowMs,
      leases: 0,
      isForgotten: false,
    };
    const lent = lend(key, opened, nowMs);
    for (const [oldest, candidate] of files) {
      if (files.size <= maxFiles) break;
      forget(oldest, candidate);
    }
    return lent;
  }

  function lend(key: StorageKey, kept: Kept, nowMs: number): StoredFile {
    files.delete(key);
    files.set(key, kept); // last in line to be closed
    kept.usedMs = nowMs;
    kept.leases++;
    let isClosed = false;
    return {
      kind: "file",
      stat: kept.file.stat,
      isUnchanged: () => kept.file.isUnchanged(),
      readAt: (position, into) => kept.file.readAt(position, into),
      close() {
        if (!isClosed) giveBack(kept);
        isClosed = true;
        return Promise.resolve();
      },
    };
  }

  function forget(key: StorageKey, kept: Kept): void {
    files.delete(key);
    kept.isForgotten = true;
    if (kept.leases === 0) void kept.file.close();
  }

  function giveBack(kept: Kept): void {
    kept.leases--;
    if (kept.leases === 0 && kept.isForgotten) void kept.file.close();
  }

  return {
    list: (folder) => storage.list(folder),
    stat: (file) => storage.stat(file),
    open,
    closeIdle() {
      const nowMs = now();
      for (const [key, kept] of files) {
        if (nowMs - kept.usedMs < idleMs) break;
        forget(key, kept);
      }
    },
  };
}
