import { execFileSync } from "node:child_process";
import { chmod, link, mkdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLocalStorage } from "../../src/gallery/local-storage.ts";
import {
  type FolderContent,
  ROOT_KEY,
  type Storage,
  type StorageKey,
  childKey,
  readStart,
} from "../../src/gallery/storage.ts";
import { HttpError } from "../../src/http/errors.ts";
import { fill, temporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = temporaryFolders();
const key = (text: string): StorageKey => text as StorageKey;
const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

/** A root to be served, and beside it a folder that must never be seen. */
async function createLibrary(): Promise<{ root: string; outside: string; storage: Storage }> {
  const base = await temporaryFolder();
  await fill(base, { "root/a.jpg": "a", "root/2021/b.jpg": "b", "outside/secret.jpg": "secret" });
  const root = join(base, "root");
  return { root, outside: join(base, "outside"), storage: await createLocalStorage(root) };
}

/** What opening comes to: the text of a file, "folder", or the status of the refusal. */
async function opened(storage: Storage, name: string): Promise<string | number> {
  try {
    const file = await storage.open(key(name));
    if (file.kind === "folder") return "folder";
    const text = (await readStart(file, 1_000)).toString();
    await file.close();
    return text;
  } catch (error) {
    if (error instanceof HttpError) return error.status;
    throw error;
  }
}

/** What listing comes to: names in order, folders with a slash, or the status of the refusal. */
async function listed(storage: Storage, folder = ""): Promise<string[] | number> {
  try {
    return formatContent(await storage.list(key(folder)));
  } catch (error) {
    if (error instanceof HttpError) return error.status;
    throw error;
  }
}

function formatContent({ fileNames, folderNames }: FolderContent): string[] {
  return [...fileNames, ...folderNames.map((name) => `${name}/`)].sort();
}

describe("ordinary files and folders", () => {
  test("are listed and opened", async () => {
    const { storage } = await createLibrary();
    expect(await listed(storage)).toEqual(["2021/", "a.jpg"]);
    expect(await listed(storage, "2021")).toEqual(["b.jpg"]);
    expect([await opened(storage, "a.jpg"), await opened(storage, "2021/b.jpg")]).toEqual(["a", "b"]);
    expect([await opened(storage, "2021"), await opened(storage, "")]).toEqual(["folder", "folder"]);
  });

  test("know their size and date", async () => {
    const { root, storage } = await createLibrary();
    await utimes(join(root, "a.jpg"), 1_620_029_700.25, 1_620_029_700.25);
    const found = await storage.stat(key("a.jpg"));
    expect(found).toMatchObject({ sizeBytes: 1, modifiedMs: 1_620_029_700_250 });
    expect(found?.version).toMatch(/^[A-Za-z0-9_-]{16}$/);
    const file = await storage.open(key("a.jpg"));
    if (file.kind === "folder") throw new Error("A file was expected.");
    expect(file.stat).toEqual(found);
    await file.close();
  });

  test("do not exist where they do not", async () => {
    const { storage } = await createLibrary();
    for (const name of ["b.jpg", "2022/a.jpg", "a.jpg/b", "x".repeat(300), "2021/b.jpg/c/d"]) {
      expect({ name, opened: await opened(storage, name) }).toEqual({ name, opened: 404 });
      expect({ name, listed: await listed(storage, name) }).toEqual({ name, listed: 404 });
      expect({ name, stat: await storage.stat(key(name)) }).toEqual({ name, stat: undefined });
    }
  });

  test("are told apart: a file cannot be listed, and a folder has no size", async () => {
    const { storage } = await createLibrary();
    expect(await listed(storage, "a.jpg")).toBe(404);
    expect(await storage.stat(key("2021"))).toBeUndefined();
  });

  test("of a root that is itself a link are those it leads to", async () => {
    const { root, outside } = await createLibrary();
    await symlink(root, join(outside, "way"));
    const storage = await createLocalStorage(join(outside, "way"));
    expect(await listed(storage)).toEqual(["2021/", "a.jpg"]);
    expect(await opened(storage, "2021/b.jpg")).toBe("b");
  });

  test("may be empty, and so may folders", async () => {
    const { root, storage } = await createLibrary();
    await fill(root, ["empty/", "empty.jpg"]);
    expect(await listed(storage, "empty")).toEqual([]);
    expect(await opened(storage, "empty.jpg")).toBe("");
  });

  test("have names that mean something elsewhere", async () => {
    const { root, storage } = await createLibrary();
    const names = [
      "%2e%2e",
      "a b",
      "a\nb",
      "-",
      "C:",
      "~",
      "*",
      "a'\"b",
      "\u65c5\u884c",
      "e\u0301",
      "\u00e9",
      "\uFFFD",
    ];
    await fill(join(root, "names"), names);
    expect(await listed(storage, "names")).toEqual([...names].sort());
    for (const name of names) expect(await opened(storage, `names/${name}`)).toBe("");
  });
});

async function versionOf(storage: Storage): Promise<string | undefined> {
  return (await storage.stat(key("a.jpg")))?.version;
}

describe("a version is another one as soon as the content may be", () => {
  test("when it is written again, in the same size", async () => {
    const { root, storage } = await createLibrary();
    const before = await versionOf(storage);
    await utimes(join(root, "a.jpg"), 1, 1.000_001);
    expect(await versionOf(storage)).not.toBe(before);
  });

  test("when another file of the same size and date takes its place", async () => {
    const { root, storage } = await createLibrary();
    const before = await versionOf(storage);
    const { atime, mtime } = await stat(join(root, "a.jpg"));
    await writeFile(join(root, "new.jpg"), "b");
    await utimes(join(root, "new.jpg"), atime, mtime);
    await rename(join(root, "new.jpg"), join(root, "a.jpg"));
    expect(await versionOf(storage)).not.toBe(before);
  });

  test("and the same while nothing happens", async () => {
    const { root, storage } = await createLibrary();
    expect(await versionOf(storage)).toBe(await versionOf(await createLocalStorage(root)));
  });
});

describe("hidden names", () => {
  test("are not listed, nor is what they hold", async () => {
    const { root, storage } = await createLibrary();
    await fill(root, [".hidden.jpg", ".git/config", "2021/.DS_Store", "a\\b.jpg"]);
    expect(await listed(storage)).toEqual(["2021/", "a.jpg"]);
    expect(await listed(storage, "2021")).toEqual(["b.jpg"]);
  });

  test("are not shown by a link of another name", async () => {
    const { root, storage } = await createLibrary();
    await fill(root, [".hidden/c.jpg"]);
    await symlink(".hidden", join(root, "folder"));
    await symlink(".hidden/c.jpg", join(root, "c.jpg"));
    expect(await listed(storage)).toEqual(["2021/", "a.jpg"]);
    expect([await opened(storage, "folder"), await opened(storage, "c.jpg")]).toEqual([404, 404]);
    expect([await opened(storage, "folder/c.jpg"), await listed(storage, "folder")]).toEqual([404, 404]);
  });
});

describe("links", () => {
  test("to files and folders inside are what they lead to", async () => {
    const { root, storage } = await createLibrary();
    await symlink("2021/b.jpg", join(root, "link.jpg"));
    await symlink(join(root, "2021"), join(root, "year"));
    await symlink("../a.jpg", join(root, "2021/up.jpg"));
    expect(await listed(storage)).toEqual(["2021/", "a.jpg", "link.jpg", "year/"]);
    expect(await listed(storage, "2021")).toEqual(["b.jpg", "up.jpg"]);
    expect(await opened(storage, "link.jpg")).toBe("b");
    expect(await opened(storage, "year")).toBe("folder");
    expect(await opened(storage, "year/b.jpg")).toBe("b");
    expect(await opened(storage, "2021/up.jpg")).toBe("a");
    expect((await storage.stat(key("link.jpg")))?.version).toBe(
      (await storage.stat(key("2021/b.jpg")))?.version,
    );
  });

  test("to what lies outside are not there", async () => {
    const { root, outside, storage } = await createLibrary();
    await symlink(join(outside, "secret.jpg"), join(root, "absolute.jpg"));
    await symlink("../outside/secret.jpg", join(root, "relative.jpg"));
    await symlink(outside, join(root, "folder"));
    await symlink("/", join(root, "slash"));
    await symlink("..", join(root, "up"));
    await symlink("absolute.jpg", join(root, "twice.jpg"));
    expect(await listed(storage)).toEqual(["2021/", "a.jpg"]);
    for (const name of [
      "absolute.jpg",
      "relative.jpg",
      "folder",
      "folder/secret.jpg",
      "slash",
      "up",
      "twice.jpg",
    ]) {
      expect({ name, opened: await opened(storage, name) }).toEqual({ name, opened: 404 });
    }
    for (const name of ["folder", "slash", "up"]) {
      expect({ name, listed: await listed(storage, name) }).toEqual({ name, listed: 404 });
    }
  });

  test("to a folder whose name only begins like the root's are links to the outside", async () => {
    const { root, storage } = await createLibrary();
    await fill(`${root}-private`, { "secret.jpg": "secret" });
    await symlink(`${root}-private`, join(root, "private"));
    await symlink(`${root}-private/secret.jpg`, join(root, "secret.jpg"));
    expect(await listed(storage)).toEqual(["2021/", "a.jpg"]);
    expect([await opened(storage, "private/secret.jpg"), await opened(storage, "secret.jpg")]).toEqual([
      404, 404,
    ]);
  });

  test("have the size and the version of what they lead to, and none if that is elsewhere", async () => {
    const { root, outside, storage } = await createLibrary();
    await symlink("2021/b.jpg", join(root, "in.jpg"));
    await symlink(join(outside, "secret.jpg"), join(root, "out.jpg"));
    await symlink("2021", join(root, "folder.jpg"));
    expect(await storage.stat(key("in.jpg"))).toEqual(await storage.stat(key("2021/b.jpg")));
    expect(await storage.stat(key("in.jpg"))).toMatchObject({ sizeBytes: 1 });
    expect([await storage.stat(key("out.jpg")), await storage.stat(key("folder.jpg"))]).toEqual([
      undefined,
      undefined,
    ]);
  });

  test("out and back in again lead to the inside", async () => {
    const { root, outside, storage } = await createLibrary();
    await symlink(join(root, "a.jpg"), join(outside, "back.jpg"));
    await symlink(join(outside, "back.jpg"), join(root, "there-and-back.jpg"));
    expect(await opened(storage, "there-and-back.jpg")).toBe("a");
  });

  test("that lead nowhere, to themselves or round in a circle are not there", async () => {
    const { root, storage } = await createLibrary();
    await symlink("nothing.jpg", join(root, "dangling.jpg"));
    await symlink("self.jpg", join(root, "self.jpg"));
    await symlink("two.jpg", join(root, "one.jpg"));
    await symlink("one.jpg", join(root, "two.jpg"));
    expect(await listed(storage)).toEqual(["2021/", "a.jpg"]);
    for (const name of ["dangling.jpg", "self.jpg", "one.jpg", "self.jpg/a"]) {
      expect({ name, opened: await opened(storage, name) }).toEqual({ name, opened: 404 });
      expect(await storage.stat(key(name))).toBeUndefined();
    }
  });

  test("are all listed, however many there are", async () => {
    const { root, storage } = await createLibrary();
    const names = Array.from({ length: 50 }, (_, i) => `${100 + i}.jpg`);
    await mkdir(join(root, "many"));
    for (const name of names) await symlink("../a.jpg", join(root, "many", name));
    expect(await listed(storage, "many")).toEqual(names);
  });

  test("that are hard are files like any other", async () => {
    const { root, storage } = await createLibrary();
    await link(join(root, "a.jpg"), join(root, "hard.jpg"));
    expect(await opened(storage, "hard.jpg")).toBe("a");
  });
});

async function walk(storage: Storage): Promise<string[]> {
  const seen: string[] = [];
  const waiting: StorageKey[] = [ROOT_KEY];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const { fileNames, folderNames } = await storage.list(folder);
    const below = folderNames.map((name) => childKey(folder, name));
    seen.push(...fileNames.map((name) => childKey(folder, name)), ...below);
    waiting.push(...below);
    if (seen.length > 500) throw new Error(`The walk goes on and on: ${folder}`);
  }
  return seen.sort();
}

describe("a walk through all that is listed comes to an end", () => {
  test("though a link leads to its own folder, or back up", async () => {
    const { root, storage } = await createLibrary();
    await symlink(".", join(root, "2021/here"));
    await symlink("..", join(root, "2021/up"));
    await symlink(root, join(root, "root"));
    expect(await walk(storage)).toEqual(["2021", "2021/b.jpg", "a.jpg"]);
  });

  test("though two folders link to each other", async () => {
    const { root, storage } = await createLibrary();
    await fill(root, ["one/1.jpg", "two/2.jpg"]);
    await symlink("../two", join(root, "one/to-two"));
    await symlink("../one", join(root, "two/to-one"));
    expect(await walk(storage)).toEqual([
      "2021",
      "2021/b.jpg",
      "a.jpg",
      "one",
      "one/1.jpg",
      "one/to-two",
      "one/to-two/2.jpg",
      "two",
      "two/2.jpg",
      "two/to-one",
      "two/to-one/1.jpg",
    ]);
  });

  test("though ten folders link to all of the others", async () => {
    const { root, storage } = await createLibrary();
    const names = Array.from({ length: 10 }, (_, i) => `f${i}`);
    for (const name of names) await fill(root, [`${name}/`]);
    for (const from of names) for (const to of names) await symlink(`../${to}`, join(root, from, `to-${to}`));
    expect(await walk(storage)).toHaveLength(3 + 10 + 90);
  });
});

describe("what is neither file nor folder is not there, and nobody waits for it", () => {
  test("a named pipe", async () => {
    const { root, storage } = await createLibrary();
    execFileSync("mkfifo", [join(root, "pipe.jpg")]);
    await symlink("pipe.jpg", join(root, "link.jpg"));
    expect(await listed(storage)).toEqual(["2021/", "a.jpg"]);
    expect(await listed(storage, "pipe.jpg")).toBe(404);
    const many = Array.from({ length: 16 }, () => opened(storage, "pipe.jpg"));
    expect(await Promise.all([...many, opened(storage, "link.jpg")])).toEqual(Array(17).fill(404));
    expect(await storage.stat(key("pipe.jpg"))).toBeUndefined();
  });

  test("a socket", async () => {
    const { root, storage } = await createLibrary();
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(join(root, "socket.jpg"), resolve);
    });
    expect(await listed(storage)).toEqual(["2021/", "a.jpg"]);
    expect(await opened(storage, "socket.jpg")).toBe(404);
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });

  test("a device", async () => {
    const { root, storage } = await createLibrary();
    await symlink("/dev/zero", join(root, "zero.jpg"));
    expect(await listed(storage)).toEqual(["2021/", "a.jpg"]);
    expect(await opened(storage, "zero.jpg")).toBe(404);
  });
});

describe("what may not be read is 403", () => {
  // Root may read everything, whatever the permissions say: then it is somebody else for a while.
  if (isRoot) {
    beforeAll(() => process.seteuid?.(NOBODY));
    afterAll(() => process.seteuid?.(0));
  }

  test("a file", async () => {
    const { root, storage } = await createLibrary();
    await chmod(join(root, "a.jpg"), 0);
    expect(await opened(storage, "a.jpg")).toBe(403);
  });

  test("a folder, and what is in it", async () => {
    const { root, storage } = await createLibrary();
    await chmod(join(root, "2021"), 0);
    expect([await listed(storage, "2021"), await opened(storage, "2021/b.jpg")]).toEqual([403, 403]);
    await chmod(join(root, "2021"), 0o700);
  });

  test("but 404 outside the root, where nobody shall learn that it is there", async () => {
    const { root, storage } = await createLibrary();
    const outside = await temporaryFolder();
    await fill(outside, { "closed/a.jpg": "x", "b.jpg": "x" });
    await symlink(join(outside, "closed/a.jpg"), join(root, "far.jpg"));
    await symlink(join(outside, "closed"), join(root, "far"));
    await symlink(join(outside, "b.jpg"), join(root, "near.jpg"));
    await chmod(join(outside, "b.jpg"), 0);
    await chmod(join(outside, "closed"), 0);
    const statuses = [];
    for (const name of ["far.jpg", "far", "far/a.jpg", "near.jpg"])
      statuses.push(await opened(storage, name));
    await chmod(join(outside, "closed"), 0o700);
    expect(statuses).toEqual([404, 404, 404, 404]);
  });
});

test("a refusal tells no path and no message of the system", async () => {
  const { root, storage } = await createLibrary();
  const error: unknown = await storage.open(key("missing.jpg")).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(HttpError);
  expect(JSON.stringify(error) + String(error)).not.toContain(root);
  expect(String(error)).not.toContain("ENOENT");
});

/** The path of a name given as octets, one character each. */
function octets(root: string, name: string): Buffer {
  return Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name, "latin1")]);
}

describe("names that are no UTF-8", () => {
  test.skipIf(process.platform !== "linux")(
    "are listed and opened by their octets, beside others",
    async () => {
      const { root, storage } = await createLibrary();
      await mkdir(octets(root, "\xfcber"));
      await writeFile(octets(root, "\xfcber/caf\xe9.jpg"), "broken name");
      await writeFile(octets(root, "\xfcber/\xe9\xff"), "another");
      await fill(root, { "2021/\uFFFD.jpg": "a replacement character" });
      expect(await listed(storage)).toEqual(["2021/", "a.jpg", "\uDCFCber/"]);
      expect(await listed(storage, "\uDCFCber")).toEqual(["caf\uDCE9.jpg", "\uDCE9\uDCFF"]);
      expect(await opened(storage, "\uDCFCber/caf\uDCE9.jpg")).toBe("broken name");
      expect(await opened(storage, "\uDCFCber/\uDCE9\uDCFF")).toBe("another");
      expect((await storage.stat(key("\uDCFCber/caf\uDCE9.jpg")))?.sizeBytes).toBe(11);
      expect(await opened(storage, "2021/\uFFFD.jpg")).toBe("a replacement character");
      expect(await opened(storage, "\uDCFCber/caf\uFFFD.jpg")).toBe(404);
    },
  );

  test.skipIf(process.platform !== "linux")("are followed by links, and hidden behind them", async () => {
    const { root, storage } = await createLibrary();
    await mkdir(octets(root, ".\xfc"));
    await writeFile(octets(root, ".\xfc/a.jpg"), "hidden");
    await writeFile(octets(root, "\xe9.jpg"), "shown");
    await symlink(octets(root, "\xe9.jpg"), octets(root, "link-\xe9.jpg"));
    await symlink(octets(root, ".\xfc/a.jpg"), octets(root, "hidden-\xe9.jpg"));
    expect(await listed(storage)).toEqual(["2021/", "a.jpg", "link-\uDCE9.jpg", "\uDCE9.jpg"]);
    expect(await opened(storage, "link-\uDCE9.jpg")).toBe("shown");
    expect(await opened(storage, "hidden-\uDCE9.jpg")).toBe(404);
  });
});

/** Works at least so often, and until it was swapped at least 50 times: a busy machine may be slow at either. */
async function workWhileSwapping(
  times: number,
  work: () => Promise<void>,
  swaps: readonly (() => Promise<void>)[],
): Promise<void> {
  const state = { isOver: false, swapped: 0 };
  const swapping = (async () => {
    for (; !state.isOver; state.swapped++) for (const swap of swaps) await swap();
  })();
  try {
    for (let i = 0; i < times || state.swapped < 50; i++) await work();
  } finally {
    state.isOver = true;
    await swapping;
  }
}

/** Large enough to be read in pieces, whether its file system counts names or their octets. */
async function createLargeFolder(): Promise<{
  root: string;
  names: string[];
  clock: { nowMs: number };
  storage: Storage;
}> {
  const root = await temporaryFolder();
  await fill(root, ["0.jpg"]);
  const names = Array.from({ length: 3_500 }, (_, i) => `${i}${"-".repeat(200)}.jpg`);
  for (const name of names) await link(join(root, "0.jpg"), join(root, name));
  await rm(join(root, "0.jpg"));
  const clock = { nowMs: Math.ceil(Date.now() / 60_000) * 60_000 + 3_000 }; // three seconds of a later minute
  return { root, names, clock, storage: await createLocalStorage(root, () => clock.nowMs) };
}

describe("a large folder", () => {
  test("is listed like any other", async () => {
    const { root, names, storage } = await createLargeFolder();
    await fill(root, ["album/", ".hidden.jpg"]);
    await symlink(names[0] ?? "", join(root, "link.jpg"));
    expect(await listed(storage)).toEqual(["album/", "link.jpg", ...names].sort());
  });

  test.skipIf(process.platform !== "linux")("may hold names that are no UTF-8", async () => {
    const { root, names, storage } = await createLargeFolder();
    await writeFile(Buffer.from(`${root}/\xff.jpg`, "latin1"), "");
    expect(await listed(storage)).toEqual(["\udcff.jpg", ...names].sort());
  });

  test("is the one that is known as long as nothing comes or goes", async () => {
    const { root, names, clock, storage } = await createLargeFolder();
    const first = await storage.list(ROOT_KEY);
    clock.nowMs += 50_000;
    expect(await storage.list(ROOT_KEY, first)).toBe(first);
    await fill(root, ["new.jpg"]);
    const second = await storage.list(ROOT_KEY, first);
    expect(formatContent(second)).toEqual(["new.jpg", ...names].sort());
    await rename(join(root, "new.jpg"), join(root, "newer.jpg"));
    const third = await storage.list(ROOT_KEY, second);
    expect(formatContent(third)).toEqual(["newer.jpg", ...names].sort());
    await rm(join(root, "newer.jpg"));
    expect(formatContent(await storage.list(ROOT_KEY, third))).toEqual([...names].sort());
  });

  test("is looked through again after a minute, for file systems whose folders have no dates", async () => {
    const { clock, storage } = await createLargeFolder();
    const first = await storage.list(ROOT_KEY);
    clock.nowMs += 60_000;
    const second = await storage.list(ROOT_KEY, first);
    expect(second).toEqual({ ...first, version: second.version });
    expect(second).not.toBe(first);
  });

  test("that changed a moment ago may change once more under the same date", async () => {
    const { clock, storage } = await createLargeFolder();
    clock.nowMs = Date.now() + 1_000;
    expect((await storage.list(ROOT_KEY)).version).toBeUndefined();
  });

  test("that holds a link does not tell by its date what became of the link's end", async () => {
    const { root, storage } = await createLargeFolder();
    await symlink("nowhere.jpg", join(root, "link.jpg"));
    expect((await storage.list(ROOT_KEY)).version).toBeUndefined();
  });

  test("is refused when it is gone, whatever was known of it", async () => {
    const { root, storage } = await createLargeFolder();
    const known = await storage.list(ROOT_KEY);
    await rename(root, `${root}-elsewhere`);
    await expect(storage.list(ROOT_KEY, known)).rejects.toMatchObject({ status: 404 });
    await rename(`${root}-elsewhere`, root);
  });
});

describe("while a name is replaced again and again by a link out of the root", () => {
  test("a file that is opened 500 times never leaks what lies outside", async () => {
    const { root, outside, storage } = await createLibrary();
    const path = join(root, "photo.jpg");
    await writeFile(path, "inside");
    const outcomes = new Set<string | number>();
    const openIt = async (): Promise<void> => {
      outcomes.add(await opened(storage, "photo.jpg"));
    };
    await workWhileSwapping(500, openIt, [
      async () => {
        await symlink(join(outside, "secret.jpg"), join(root, "next"));
        await rename(join(root, "next"), path);
      },
      async () => {
        await writeFile(join(root, "next"), "inside");
        await rename(join(root, "next"), path);
      },
    ]);
    expect(outcomes).toEqual(new Set([404, "inside"]));
  });

  test("a folder that is listed 300 times never tells what lies outside", async () => {
    const { root, outside, storage } = await createLibrary();
    const path = join(root, "album");
    await fill(root, { "album/inside.jpg": "", "other/inside.jpg": "" });
    const outcomes = new Set<string>();
    const listIt = async (): Promise<void> => {
      outcomes.add(JSON.stringify(await listed(storage, "album")));
    };
    await workWhileSwapping(300, listIt, [
      async () => {
        await rename(path, join(root, "aside"));
        await symlink(outside, path);
      },
      async () => {
        await rm(path);
        await rename(join(root, "aside"), path);
      },
    ]);
    expect([...outcomes].filter((outcome) => outcome.includes("secret"))).toEqual([]);
    expect(outcomes).toContain("404");
    expect(await readFile(join(outside, "secret.jpg"), "utf8")).toBe("secret");
  });
});
