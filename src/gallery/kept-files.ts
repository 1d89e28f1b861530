/**
 * Opened files that stay open for whoever asks next: opening, checking and closing one costs more than sending 10 KB.
 *
 * Time is cut into ticks as in lasting.ts. Within its tick a name is trusted to stand for the file that was opened. In
 * the next one it is opened and checked anew, links, permissions and all: so whatever became of a name is noticed one
 * tick late at most. What was overwritten has another version at once, unless recent-answers.ts has it in memory.
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
  readonly openedTick: number;
  usedMs: number;
  /** How many have it and did not close it yet. */
  leases: number;
  isForgotten: boolean;
};

type Folder = { readonly kind: "folder" };

export function keepFiles(storage: Storage, settings: KeptFilesSettings): KeptFiles {
  const { maxFiles, freshMs, idleMs, now } = settings;
  /** Least recently used first. */
  const files = new Map<StorageKey, Kept>();

  /** For all who ask in the same moment. */
  const opening = new Map<StorageKey, Promise<Kept | Folder>>();

  async function open(key: StorageKey): Promise<StoredFile | Folder> {
    const nowMs = now();
    const kept = files.get(key);
    const isTrusted = kept?.openedTick === Math.floor(nowMs / freshMs) && kept.file.isUnchanged();
    if (kept !== undefined && isTrusted) return lend(key, kept, nowMs);
    const opened = await openOnce(key, nowMs);
    if ("kind" in opened) return opened;
    return opened.isForgotten ? await storage.open(key) : lend(key, opened, nowMs);
  }

  function openOnce(key: StorageKey, nowMs: number): Promise<Kept | Folder> {
    let promise = opening.get(key);
    if (promise === undefined) {
      promise = openAnew(key, nowMs).finally(() => opening.delete(key));
      opening.set(key, promise);
    }
    return promise;
  }

  async function openAnew(key: StorageKey, nowMs: number): Promise<Kept | Folder> {
    const former = files.get(key);
    if (former !== undefined) forget(key, former);
    const file = await storage.open(key);
    if (file.kind === "folder") return file;
    const openedTick = Math.floor(nowMs / freshMs);
    const opened: Kept = { file, openedTick, usedMs: nowMs, leases: 0, isForgotten: false };
    files.set(key, opened);
    for (const [oldest, candidate] of files) {
      if (files.size <= maxFiles) break;
      forget(oldest, candidate);
    }
    return opened;
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
    if (kept.leases === 0) close(kept);
  }

  function giveBack(kept: Kept): void {
    kept.leases--;
    if (kept.leases === 0 && kept.isForgotten) close(kept);
  }

  /** An error of the system here is nobody's who asks now. */
  function close(kept: Kept): void {
    kept.file.close().catch(() => undefined);
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
