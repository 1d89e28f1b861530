import { rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type KeptFiles, keepFiles } from "../../src/gallery/kept-files.ts";
import { createLocalStorage } from "../../src/gallery/local-storage.ts";
import type { Storage, StorageKey, StoredFile } from "../../src/gallery/storage.ts";
import { releaseAfter } from "../support/lifetime.ts";
import { fill, temporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = temporaryFolders();
const FRESH_MS = 1_000;
const IDLE_MS = 10_000;

type Setup = {
  readonly root: string;
  readonly storage: KeptFiles;
  readonly pass: (ms: number) => void;
  readonly opened: StoredFile[];
  /** How many opened files were closed. */
  readonly closedCount: () => Promise<number>;
};

async function setUp(maxFiles = 10): Promise<Setup> {
  const root = await temporaryFolder();
  await fill(root, { a: "content of a", b: "content of b", c: "content of c" });
  const local = await createLocalStorage(root);
  const opened: StoredFile[] = [];
  const counting: Storage = {
    ...local,
    async open(key) {
      const file = await local.open(key);
      if (file.kind === "file") opened.push(file);
      return file;
    },
  };
  releaseAfter("test", async () => {
    for (const file of opened) await file.close(); // also what is still kept
  });
  let nowMs = 500;
  const storage = keepFiles(counting, { maxFiles, freshMs: FRESH_MS, idleMs: IDLE_MS, now: () => nowMs });
  return {
    root,
    storage,
    pass: (ms) => void (nowMs += ms),
    opened,
    closedCount: async () => (await Promise.all(opened.map(isClosed))).filter(Boolean).length,
  };
}

function isClosed(file: StoredFile): Promise<boolean> {
  return file.readAt(0, Buffer.alloc(1)).then(
    () => false,
    () => true,
  );
}

async function textAt(storage: Storage, key: string): Promise<string> {
  const file = await storage.open(key as StorageKey);
  if (file.kind === "folder") return "folder";
  const into = Buffer.alloc(100);
  const count = await file.readAt(0, into);
  await file.close();
  return into.toString("utf8", 0, count);
}

test("a file is opened once for all who ask within a tick, and stays open", async () => {
  const { storage, opened, closedCount } = await setUp();
  for (let i = 0; i < 3; i++) expect(await textAt(storage, "a")).toBe("content of a");
  expect([opened.length, await closedCount()]).toEqual([1, 0]);
});

test("in the next tick it is opened and checked anew", async () => {
  const { storage, opened, pass, closedCount } = await setUp();
  await textAt(storage, "a");
  pass(FRESH_MS);
  expect(await textAt(storage, "a")).toBe("content of a");
  expect([opened.length, await closedCount()]).toEqual([2, 1]);
});

test("one whose name became a link to it, out of the root or to a hidden name, is gone in the next tick", async () => {
  const { root, storage, pass } = await setUp();
  const outside = join(await temporaryFolder(), "moved");
  for (const [key, target] of [
    ["a", outside],
    ["b", join(root, ".hidden")],
  ] as const) {
    await textAt(storage, key);
    await rename(join(root, key), target);
    await symlink(target, join(root, key));
    pass(FRESH_MS);
    await expect(textAt(storage, key)).rejects.toMatchObject({ status: 404 });
  }
});

test("one that was replaced is served for a tick at most", async () => {
  const { root, storage, pass, opened, closedCount } = await setUp();
  await textAt(storage, "a");
  await rename(join(root, "b"), join(root, "a"));
  expect(await textAt(storage, "a")).toBe("content of a");
  pass(FRESH_MS);
  expect(await textAt(storage, "a")).toBe("content of b");
  expect([opened.length, await closedCount()]).toEqual([2, 1]);
});

test("one that was overwritten has another version at once", async () => {
  const { root, storage } = await setUp();
  const first = await storage.open("a" as StorageKey);
  await writeFile(join(root, "a"), "longer than it was");
  const second = await storage.open("a" as StorageKey);
  expect([first, second]).toMatchObject([{ stat: { sizeBytes: 12 } }, { stat: { sizeBytes: 18 } }]);
  for (const file of [first, second]) if (file.kind === "file") await file.close();
});

test("one that was overwritten by as many octets has another version at once", async () => {
  const { root, storage } = await setUp();
  const first = await storage.open("a" as StorageKey);
  await writeFile(join(root, "a"), "CONTENT OF A");
  const second = await storage.open("a" as StorageKey);
  if (first.kind === "folder" || second.kind === "folder") throw new Error("Files were expected.");
  expect([first.isUnchanged(), second.isUnchanged()]).toEqual([false, true]);
  expect(second.stat.version).not.toBe(first.stat.version);
  await Promise.all([first.close(), second.close()]);
});

test("one that was deleted is gone in the next tick", async () => {
  const { root, storage, pass, closedCount } = await setUp();
  await textAt(storage, "a");
  await rm(join(root, "a"));
  pass(FRESH_MS);
  await expect(textAt(storage, "a")).rejects.toMatchObject({ status: 404 });
  expect(await closedCount()).toBe(1);
});

test("a name that leads out of the root by now is checked anew", async () => {
  const { root, storage, pass } = await setUp();
  const outside = join(await temporaryFolder(), "secret");
  await writeFile(outside, "content of a");
  await textAt(storage, "a");
  await rm(join(root, "a"));
  await symlink(outside, join(root, "a"));
  pass(FRESH_MS);
  await expect(textAt(storage, "a")).rejects.toMatchObject({ status: 404 });
});

test("those that were not asked for the longest are closed when there are too many", async () => {
  const { storage, opened, closedCount } = await setUp(2);
  for (const key of ["a", "b", "a", "c", "a"]) await textAt(storage, key);
  expect([opened.length, await closedCount()]).toEqual([3, 1]);
  await textAt(storage, "b");
  expect(opened.length).toBe(4);
});

test("one that is read from is closed when its last reader is done", async () => {
  const { storage, pass, closedCount } = await setUp();
  const [first, second] = [await storage.open("a" as StorageKey), await storage.open("a" as StorageKey)];
  if (first.kind === "folder" || second.kind === "folder") throw new Error("Files were expected.");
  pass(IDLE_MS);
  storage.closeIdle();
  await first.close();
  await first.close(); // twice by mistake: the other one's is not closed by it
  expect(await closedCount()).toBe(0);
  expect(await second.readAt(0, Buffer.alloc(4))).toBe(4);
  await second.close();
  expect(await closedCount()).toBe(1);
});

test("nobody's file is closed after a while", async () => {
  const { storage, pass, opened, closedCount } = await setUp();
  await textAt(storage, "a");
  pass(IDLE_MS - 1);
  await textAt(storage, "b");
  storage.closeIdle();
  expect(await closedCount()).toBe(0);
  pass(1);
  storage.closeIdle();
  expect(await closedCount()).toBe(1);
  await textAt(storage, "a");
  expect(opened.length).toBe(3);
});

test("asked for by many at once it is opened once, and nothing is left open", async () => {
  const { storage, pass, opened, closedCount } = await setUp();
  await Promise.all(Array.from({ length: 20 }, () => textAt(storage, "a")));
  pass(FRESH_MS);
  await Promise.all(Array.from({ length: 20 }, () => textAt(storage, "a")));
  expect([opened.length, await closedCount()]).toEqual([2, 1]);
  pass(IDLE_MS);
  storage.closeIdle();
  expect(await closedCount()).toBe(opened.length);
});

test("a folder is none to be kept", async () => {
  const { storage } = await setUp();
  expect(await textAt(storage, "")).toBe("folder");
});
