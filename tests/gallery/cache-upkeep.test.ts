import { mkdir, readdir, stat, symlink, utimes } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { cacheName, createCacheDirectory } from "../../src/gallery/cache-directory.ts";
import { type UpkeepParts, keepWithinBounds, tidyIfDue } from "../../src/gallery/cache-upkeep.ts";
import { fill, temporaryFolders } from "../support/temporary-folder.ts";
import { Table } from "../support/test-gallery.ts";

const temporaryFolder = temporaryFolders();
const NOW = Date.now(); // files that a test writes have this date
const HOUR_MS = 3_600_000;
const KILOBYTE = 1_000;

type Setup = {
  readonly directory: string;
  readonly clock: { nowMs: number };
  readonly told: string[];
  /** Of another worker each time. */
  readonly createParts: () => UpkeepParts;
  /** A file of the cache, last used so many hours ago. */
  readonly add: (name: string, hoursAgo: number, bytes?: number) => Promise<void>;
  readonly names: () => Promise<string[]>;
};

async function setUp(): Promise<Setup> {
  const directory = await temporaryFolder();
  const clock = { nowMs: NOW };
  const table = new Table();
  const told: string[] = [];
  await mkdir(join(directory, "thumbnails"));
  const setDate = async (path: string, hoursAgo: number): Promise<void> => {
    const seconds = (NOW - hoursAgo * HOUR_MS) / 1_000;
    await utimes(path, seconds, seconds);
  };
  return {
    directory,
    clock,
    told,
    createParts: () => ({
      directory,
      bounds: { maxBytes: 10 * KILOBYTE, keptShare: 0.8, upkeepMs: HOUR_MS / 6, staleTemporaryMs: HOUR_MS },
      turns: table.createTurns(),
      onTrouble: (sentence) => told.push(sentence),
      now: () => clock.nowMs,
    }),
    async add(name, hoursAgo, bytes = KILOBYTE) {
      await fill(directory, { [name]: Buffer.alloc(bytes) });
      await setDate(join(directory, name), hoursAgo);
      await setDate(join(directory, "thumbnails"), 24 * 365);
    },
    async names() {
      const entries = await readdir(directory, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
    },
  };
}

/** `thumbnails/0a/000…0a.webp` for 10. */
function nameOf(number: number, kind = "thumbnails", extension = "webp"): string {
  const digits = number.toString(16).padStart(38, "0");
  return `${kind}/${digits.slice(-2)}/${digits}.${extension}`;
}

const lastNumbers = (names: readonly string[]): number[] =>
  names.map((name) => parseInt(name.slice(0, 38), 16)).toSorted((a, b) => a - b);

describe("when there is too much", () => {
  test("what was used least recently goes, of whatever kind, until there is room", async () => {
    const { add, names, createParts } = await setUp();
    for (let i = 1; i <= 11; i++) await add(nameOf(i, i % 2 === 0 ? "thumbnails" : "index"), 24 * i);
    expect(await tidyIfDue(createParts())).toBe("tidied");
    expect(lastNumbers(await names())).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test("what was read lately stays, however long ago it was written", async () => {
    const { add, names, createParts, directory } = await setUp();
    for (let i = 1; i <= 11; i++) await add(nameOf(i), 24 * i);
    await utimes(join(directory, nameOf(11)), NOW / 1_000, (NOW - 264 * HOUR_MS) / 1_000);
    await tidyIfDue(createParts());
    expect(lastNumbers(await names())).toEqual([1, 2, 3, 4, 5, 6, 7, 11]);
  });

  test("of what was all used at the same time no more goes than has to", async () => {
    const { add, names, createParts } = await setUp();
    for (let i = 1; i <= 20; i++) await add(nameOf(i), 24);
    await tidyIfDue(createParts());
    expect(await names()).toHaveLength(8);
  });

  test("all of it may go", async () => {
    const { add, names, createParts } = await setUp();
    await add(nameOf(1), 24, 30 * KILOBYTE);
    await tidyIfDue(createParts());
    expect(await names()).toEqual([]);
  });
});

test("as much as may be stays", async () => {
  const { add, names, createParts } = await setUp();
  for (let i = 1; i <= 10; i++) await add(nameOf(i), 24 * i);
  expect(await tidyIfDue(createParts())).toBe("tidied");
  expect(await names()).toHaveLength(10);
});

test("temporary files go when their writers must be gone, and count for nothing", async () => {
  const { add, names, createParts } = await setUp();
  await add(`${nameOf(1)}.0123456789ab.tmp`, 2, 20 * KILOBYTE);
  await add(`${nameOf(2)}.0123456789ab.tmp`, 0.9, 20 * KILOBYTE);
  await add(nameOf(3), 24);
  await tidyIfDue(createParts());
  expect(lastNumbers(await names())).toEqual([2, 3]);
});

test("what is not ours is left alone, whatever lies in the directory", async () => {
  const { add, names, createParts, directory } = await setUp();
  const foreign = [
    "holiday.jpg",
    "thumbnails/holiday.jpg",
    "thumbnails/0a/holiday.jpg",
    "thumbnails/0a/holiday.jpg.0123456789ab.tmp",
    "thumbnails/holidays/00000000000000000000000000000000000000.webp",
    "a/b/c/00000000000000000000000000000000000001.webp",
  ];
  for (const name of foreign) await add(name, 24 * 365, 20 * KILOBYTE);
  await fill(directory, ["thumbnails/0a/00000000000000000000000000000000000002.webp/"]);
  await symlink(join(directory, "holiday.jpg"), join(directory, nameOf(10)));
  await add(nameOf(3), 24, 20 * KILOBYTE);
  await tidyIfDue(createParts());
  expect(await names()).toHaveLength(foreign.length + 1);
  expect((await stat(join(directory, nameOf(10)))).size).toBe(20 * KILOBYTE);
});

describe("it is done now and then", () => {
  test("by one of all workers that find it is time at the same moment", async () => {
    const { add, createParts } = await setUp();
    await add(nameOf(1), 24);
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => tidyIfDue(createParts())));
    expect(outcomes.filter((outcome) => outcome === "tidied")).toHaveLength(1);
  });

  test("and by nobody again before it is time", async () => {
    const { add, createParts, clock } = await setUp();
    await add(nameOf(1), 24);
    expect(await tidyIfDue(createParts())).toBe("tidied");
    clock.nowMs += HOUR_MS / 6 - 1;
    expect(await tidyIfDue(createParts())).toBe("not-due");
    clock.nowMs += 1;
    expect(await tidyIfDue(createParts())).toBe("tidied");
  });

  test("also if the clock was wrong by years when it was done last", async () => {
    const { add, createParts, clock } = await setUp();
    await add(nameOf(1), 24);
    await tidyIfDue(createParts());
    clock.nowMs -= 24 * 365 * HOUR_MS;
    expect(await tidyIfDue(createParts())).toBe("tidied");
  });

  test("by who writes, who does not wait for it", async () => {
    const { add, names, createParts, directory, told } = await setUp();
    const parts = createParts();
    const cache = keepWithinBounds(createCacheDirectory(directory, parts.onTrouble), parts);
    for (let i = 1; i <= 11; i++) await add(nameOf(i), 24 * i);
    expect(await cache.read("nothing")).toBeUndefined();
    expect(await names()).toHaveLength(11);
    const name = cacheName("thumbnails", ["new"], "webp");
    await mkdir(join(directory, name, ".."), { recursive: true });
    await utimes(join(directory, "thumbnails"), 0, 0);
    await cache.write(name, Buffer.from("new"));
    await vi.waitFor(async () => expect(await names()).toHaveLength(8));
    expect((await cache.read(name))?.toString()).toBe("new");
    expect(told).toEqual([]);
  });

  test.each([
    { because: "there is none yet", name: "none/at/all" },
    { because: "a file is in its place", name: "file" },
    { because: "its name is a link that leads to itself", name: "circle" },
  ])("and is no trouble where there is no cache, since $because", async ({ name }) => {
    const { createParts, directory } = await setUp();
    await fill(directory, { file: Buffer.from("in the way") });
    await symlink("circle", join(directory, "circle"));
    expect(await tidyIfDue({ ...createParts(), directory: join(directory, name) })).toBe("not-due");
  });
});
