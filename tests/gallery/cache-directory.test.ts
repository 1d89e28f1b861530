import { chmod, readFile, readdir, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type CacheDirectory, cacheName, createCacheDirectory } from "../../src/gallery/cache-directory.ts";
import { fill, temporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = temporaryFolders();
const NAME = cacheName("thumbnails", ["root", "a.jpg", 320], "jpeg");
const BYTES = Buffer.from("a rendition");

async function createCache(
  below = "cache",
): Promise<{ cache: CacheDirectory; directory: string; told: string[] }> {
  const told: string[] = [];
  const directory = join(await temporaryFolder(), below);
  return { cache: createCacheDirectory(directory, (sentence) => told.push(sentence)), directory, told };
}

async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

test("what was written is read, also by another instance", async () => {
  const { cache, directory, told } = await createCache();
  expect(await cache.read(NAME)).toBeUndefined();
  await cache.write(NAME, BYTES);
  expect(await cache.read(NAME)).toEqual(BYTES);
  expect(await createCacheDirectory(directory, () => undefined).read(NAME)).toEqual(BYTES);
  expect(told).toEqual([]);
});

test("an empty file is a file", async () => {
  const { cache } = await createCache();
  await cache.write(NAME, new Uint8Array(0));
  expect((await cache.read(NAME))?.length).toBe(0);
});

test("written again, the later one stays", async () => {
  const { cache, directory } = await createCache();
  await cache.write(NAME, BYTES);
  await cache.write(NAME, Buffer.from("another"));
  expect((await cache.read(NAME))?.toString()).toBe("another");
  expect(await filesBelow(directory)).toHaveLength(1);
});

test("many writers of one name leave one whole file, and nothing unfinished", async () => {
  const { cache, directory, told } = await createCache();
  const candidates = Array.from({ length: 24 }, (_, i) => Buffer.alloc(200_000, 65 + i));
  const seen: (Buffer | undefined)[] = [];
  const writing = { isOver: false };
  const reading = (async () => {
    while (!writing.isOver) seen.push(await cache.read(NAME));
  })();
  const writeAll = async (): Promise<void> => {
    for (const bytes of candidates) await cache.write(NAME, bytes);
  };
  await Promise.all([writeAll(), writeAll(), writeAll()]);
  writing.isOver = true;
  await reading;
  seen.push(await cache.read(NAME));
  const torn = seen.filter((read) => read !== undefined && !candidates.some((bytes) => bytes.equals(read)));
  expect(torn).toEqual([]);
  expect(seen.at(-1)).toHaveLength(200_000);
  expect(await filesBelow(directory)).toEqual([expect.stringMatching(/\.jpeg$/)]);
  expect(told).toEqual([]);
});

/** What comes of using a cache again and again: what is read from it, and what was told of it. */
async function tryOut(cache: CacheDirectory, told: readonly string[]): Promise<unknown> {
  await cache.write(NAME, BYTES);
  await Promise.all([cache.write(NAME, BYTES), cache.write("index/ab/c.json", BYTES)]);
  return { read: await cache.read(NAME), told };
}

const USELESS = {
  read: undefined,
  told: [
    expect.stringMatching(/^The cache cannot be written \([A-Z]+\): thumbnails are made anew each time\.$/),
  ],
};

describe("a directory that cannot be used is told once, keeps nothing and fails nobody", () => {
  test("because there is a file in its place", async () => {
    const { cache, directory, told } = await createCache();
    await fill(join(directory, ".."), { cache: "a file" });
    expect(await tryOut(cache, told)).toEqual(USELESS);
    expect(await readFile(directory, "utf8")).toBe("a file");
  });

  test("because there is a file on the way to it", async () => {
    const { cache, directory, told } = await createCache("file/cache");
    await fill(join(directory, "../.."), { file: "a file" });
    expect(await tryOut(cache, told)).toEqual(USELESS);
  });

  test("because it is a link to nowhere", async () => {
    const { cache, directory, told } = await createCache();
    await symlink(join(directory, "../nowhere/at/all/of/them"), directory);
    expect(await tryOut(cache, told)).toEqual(USELESS);
  });

  test("because it would have to be made too far up: nobody meant that", async () => {
    const { cache, directory, told } = await createCache("not/there/at/all/cache");
    expect(await tryOut(cache, told)).toEqual(USELESS);
    await expect(stat(join(directory, "../../../.."))).rejects.toThrow("ENOENT");
  });

  test("because a folder stands where the file would be", async () => {
    const { cache, directory, told } = await createCache();
    await fill(directory, [`${NAME}/folder/`]);
    await cache.write(NAME, BYTES);
    expect(await cache.read(NAME)).toBeUndefined();
    expect(told).toHaveLength(1);
    expect(await filesBelow(directory)).toEqual([]);
  });

  test.skipIf(process.platform !== "linux")(
    "because nothing can be made below /proc, which must not hang",
    async () => {
      const told: string[] = [];
      const cache = createCacheDirectory("/proc/share-my-photos", (sentence) => told.push(sentence));
      expect(await tryOut(cache, told)).toEqual(USELESS);
    },
  );

  // Root may write everywhere, whatever the permissions say.
  test.skipIf(process.getuid?.() === 0)("because it is read-only", async () => {
    const { cache, directory, told } = await createCache();
    await fill(join(directory, ".."), ["cache/"]);
    await chmod(directory, 0o500);
    expect(await tryOut(cache, told)).toEqual(USELESS);
    await chmod(directory, 0o700);
  });
});

describe("the name of a cached file", () => {
  test("is another one if anything is different, and the same if nothing is", () => {
    const parts = ["root", "a.jpg", 320];
    const others = [
      cacheName("thumbnails", ["root2", "a.jpg", 320], "jpeg"),
      cacheName("thumbnails", ["root", "b.jpg", 320], "jpeg"),
      cacheName("thumbnails", ["root", "a.jpg", 640], "jpeg"),
      cacheName("thumbnails", ["root", "a.jpg", "320"], "jpeg"),
      cacheName("thumbnails", ["root", "a.jpg"], "jpeg"),
      cacheName("thumbnails", ["roota.jpg", 320], "jpeg"),
      cacheName("index", parts, "jpeg"),
    ];
    expect(new Set([NAME, ...others]).size).toBe(others.length + 1);
    expect(cacheName("thumbnails", parts, "jpeg")).toBe(NAME);
  });

  test("tells nothing of the photo, and is a path of three plain names", () => {
    const name = cacheName("thumbnails", ["/home/anna", "../../x\n.jpg", "\uDCFF"], "webp");
    expect(name).toMatch(/^thumbnails\/[0-9a-f]{2}\/[0-9a-f]{38}\.webp$/);
  });
});
