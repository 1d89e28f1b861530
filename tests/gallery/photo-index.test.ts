import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type CacheDirectory, createCacheDirectory } from "../../src/gallery/cache-directory.ts";
import { createDarkroom } from "../../src/gallery/darkroom.ts";
import { createLocalStorage } from "../../src/gallery/local-storage.ts";
import {
  type Measurement,
  type NamedStat,
  type PhotoIndex,
  createPhotoIndex,
} from "../../src/gallery/photo-index.ts";
import { ROOT_KEY, type StorageKey, childKey } from "../../src/gallery/storage.ts";
import { settings } from "../../settings.ts";
import { ORIENTATIONS, UPRIGHT, encodePicture, plainPicture } from "../support/pictures.ts";
import { fill, temporaryFolders } from "../support/temporary-folder.ts";
import { CountedDecoder } from "../support/test-gallery.ts";

const temporaryFolder = temporaryFolders();
const MEASURED = { kind: "measured", ...UPRIGHT, takenMs: undefined };

/** A cache that also says when something was kept. */
class WatchedCache implements CacheDirectory {
  readonly #cache: CacheDirectory;
  #told: (() => void)[] = [];

  constructor(directory: string) {
    this.#cache = createCacheDirectory(directory, () => undefined);
  }

  read(name: string): Promise<Buffer | undefined> {
    return this.#cache.read(name);
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    await this.#cache.write(name, bytes);
    for (const tell of this.#told.splice(0)) tell();
  }

  nextWrite(): Promise<void> {
    return new Promise((resolve) => {
      this.#told.push(resolve);
    });
  }
}

type Site = {
  readonly root: string;
  readonly cacheDirectory: string;
  readonly measure: (names: readonly string[], folder?: StorageKey) => Promise<Record<string, Measurement>>;
  readonly decoder: CountedDecoder;
  readonly cache: WatchedCache;
};

async function createSite(
  files: Readonly<Record<string, string | Uint8Array>>,
  {
    measureBudgetMs = 250,
    measurePatienceMs = 60_000, // longer than anything here takes
    maxFolders = 10,
    maxHeaderBytes = 200_000_000,
    of = undefined as Site | undefined,
  } = {},
): Promise<Site> {
  const root = of?.root ?? (await temporaryFolder());
  const cacheDirectory = of?.cacheDirectory ?? (await temporaryFolder());
  await fill(root, files);
  const storage = await createLocalStorage(root);
  const cache = new WatchedCache(cacheDirectory);
  const decoder = new CountedDecoder();
  const index: PhotoIndex = createPhotoIndex({
    storage,
    cache,
    darkroom: createDarkroom(decoder, { ...settings.pictures, maxHeaderBytes }),
    rootIdentity: root,
    measureBudgetMs,
    measurePatienceMs,
    maxKeptPhotos: 1_000,
    maxFolders,
    now: () => 0, // the clock stands still: a budget above 0 is never used up
  });
  const measure: Site["measure"] = async (names, folder = ROOT_KEY) => {
    const photos: NamedStat[] = [];
    for (const name of names) {
      const stat = await storage.stat(childKey(folder, name));
      if (stat !== undefined) photos.push({ name, stat });
    }
    return Object.fromEntries(await index.measure(folder, photos));
  };
  return { root, cacheDirectory, measure, decoder, cache };
}

describe("a photo is measured as it is seen", () => {
  for (const orientation of ORIENTATIONS) {
    test(`with orientation ${orientation}`, async () => {
      const { measure } = await createSite({ "a.jpg": await encodePicture({ orientation }) });
      expect(await measure(["a.jpg"])).toEqual({ "a.jpg": MEASURED });
    });
  }
});

describe("when it was taken", () => {
  test("is what the camera's clock showed", async () => {
    const picture = await encodePicture({ taken: "2021:05:03 08:15:30" });
    const { measure } = await createSite({ "a.jpg": picture });
    expect(await measure(["a.jpg"])).toEqual({
      "a.jpg": { ...MEASURED, takenMs: Date.UTC(2021, 4, 3, 8, 15, 30) },
    });
  });

  test.each([{ taken: "0000:00:00 00:00:00" }, { taken: "    :  :     :  :  " }, { taken: "yesterday" }])(
    "is unknown, where the camera wrote '$taken'",
    async ({ taken }) => {
      const { measure } = await createSite({ "a.jpg": await encodePicture({ taken }) });
      expect(await measure(["a.jpg"])).toEqual({ "a.jpg": MEASURED });
    },
  );

  test("is unknown without EXIF", async () => {
    const { measure } = await createSite({ "a.png": await plainPicture(20, 10).png().toBuffer() });
    expect(await measure(["a.png"])).toEqual({
      "a.png": { kind: "measured", widthPx: 20, heightPx: 10, takenMs: undefined },
    });
  });
});

describe("a photo that cannot be read", () => {
  test("is told to be unreadable, and does not keep others from being measured", async () => {
    const { measure } = await createSite({ "a.jpg": "text", "b.jpg": await encodePicture(), "c.jpg": "" });
    expect(await measure(["a.jpg", "b.jpg", "c.jpg"])).toEqual({
      "a.jpg": { kind: "unreadable" },
      "b.jpg": MEASURED,
      "c.jpg": { kind: "unreadable" },
    });
  });

  test("is not tried twice, not by a second index either", async () => {
    const site = await createSite({ "a.jpg": "text" });
    await site.measure(["a.jpg"]);
    await site.measure(["a.jpg"]);
    expect(site.decoder.headers).toBe(1);
    const second = await createSite({}, { of: site });
    expect(await second.measure(["a.jpg"])).toEqual({ "a.jpg": { kind: "unreadable" } });
    expect(second.decoder.headers).toBe(0);
  });
});

describe("a photo is measured once for each version", () => {
  test("and not again while it stays the same", async () => {
    const { measure, decoder } = await createSite({ "a.jpg": await encodePicture() });
    expect(await measure(["a.jpg"])).toEqual(await measure(["a.jpg"]));
    expect(decoder.headers).toBe(1);
  });

  test("and again when it was replaced", async () => {
    const { measure, decoder, root } = await createSite({ "a.jpg": await encodePicture() });
    await measure(["a.jpg"]);
    await fill(root, { "a.jpg": await plainPicture(50, 70).jpeg().toBuffer() });
    expect(await measure(["a.jpg"])).toMatchObject({ "a.jpg": { widthPx: 50, heightPx: 70 } });
    expect(decoder.headers).toBe(2);
  });

  test("and again when a second index finds another version in the cache", async () => {
    const site = await createSite({ "a.jpg": await encodePicture() });
    await site.measure(["a.jpg"]);
    await fill(site.root, { "a.jpg": await plainPicture(50, 70).jpeg().toBuffer() });
    const second = await createSite({}, { of: site });
    expect(await second.measure(["a.jpg"])).toMatchObject({ "a.jpg": { widthPx: 50, heightPx: 70 } });
    // and the first one learns it from the second, without decoding
    expect(await site.measure(["a.jpg"])).toMatchObject({ "a.jpg": { widthPx: 50, heightPx: 70 } });
    expect([site.decoder.headers, second.decoder.headers]).toEqual([1, 1]);
  });
});

describe("what was measured is kept in the cache", () => {
  test("and used by a second index without decoding", async () => {
    const picture = await encodePicture({ taken: "2021:05:03 08:15:30" });
    const site = await createSite({
      "a.jpg": picture,
      "b.jpg": await encodePicture(),
      "\u65c5.jpg": await encodePicture(),
    });
    const names = ["a.jpg", "b.jpg", "\u65c5.jpg"];
    const measured = await site.measure(names);
    const second = await createSite({}, { of: site });
    expect(await second.measure(names)).toEqual(measured);
    expect(second.decoder.headers).toBe(0);
  });

  test("for each folder on its own", async () => {
    const site = await createSite({
      "a.jpg": await encodePicture(),
      "x/a.jpg": await plainPicture(8, 9).png().toBuffer(),
    });
    expect(await site.measure(["a.jpg"])).toMatchObject({ "a.jpg": UPRIGHT });
    expect(await site.measure(["a.jpg"], "x" as StorageKey)).toMatchObject({
      "a.jpg": { widthPx: 8, heightPx: 9 },
    });
  });

  test("also under a name that is no UTF-8", async () => {
    const site = await createSite({ "a.jpg": "" });
    await writeFile(
      Buffer.concat([Buffer.from(`${site.root}/`), Buffer.from([0xe9, 0x2e, 0x6a])]),
      await encodePicture(),
    );
    expect(await site.measure(["\uDCE9.j"])).toEqual({ "\uDCE9.j": MEASURED });
    const second = await createSite({}, { of: site });
    expect(await second.measure(["\uDCE9.j"])).toEqual({ "\uDCE9.j": MEASURED });
    expect(second.decoder.headers).toBe(0);
  });

  test("but where the cache holds nonsense, the photos are measured anew", async () => {
    const site = await createSite({ "a.jpg": await encodePicture() });
    await site.measure(["a.jpg"]);
    const [kept = ""] = await keptFiles(site.cacheDirectory);
    for (const nonsense of ["", "{", "{}", "null", "[null, 1, []]", '[["a.jpg"]]', "[[1,2,3,4,5]]"]) {
      await writeFile(kept, nonsense);
      const second = await createSite({}, { of: site });
      expect(await second.measure(["a.jpg"])).toEqual({ "a.jpg": MEASURED });
      expect({ nonsense, decoded: second.decoder.headers }).toEqual({ nonsense, decoded: 1 });
    }
  });

  test("and survives a cache that is gone", async () => {
    const site = await createSite({ "a.jpg": await encodePicture() });
    await site.measure(["a.jpg"]);
    await rm(site.cacheDirectory, { recursive: true });
    expect(await site.measure(["a.jpg"])).toEqual({ "a.jpg": MEASURED });
    expect(site.decoder.headers).toBe(1);
  });

  test("as text that holds no path", async () => {
    const site = await createSite({ "a.jpg": await encodePicture() });
    await site.measure(["a.jpg"]);
    const [kept = ""] = await keptFiles(site.cacheDirectory);
    expect(await readFile(kept, "utf8")).not.toContain(site.root);
  });
});

async function keptFiles(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe("a page spends at most its budget", () => {
  test("so with none, nothing is known at first, and everything is measured behind it", async () => {
    const names = ["a.jpg", "b.jpg", "c.jpg"];
    const picture = await encodePicture();
    const site = await createSite(Object.fromEntries(names.map((name) => [name, picture])), {
      measureBudgetMs: 0,
    });
    const kept = site.cache.nextWrite();
    expect(await site.measure(names)).toEqual({});
    await kept;
    expect(await site.measure(names)).toEqual({ "a.jpg": MEASURED, "b.jpg": MEASURED, "c.jpg": MEASURED });
    expect(site.decoder.headers).toBe(3);
  });

  test("and who asks while others are measured behind gets what is known, and starts nothing anew", async () => {
    const picture = await encodePicture();
    const site = await createSite({ "a.jpg": picture, "b.jpg": picture }, { measureBudgetMs: 0 });
    const kept = site.cache.nextWrite();
    await Promise.all([site.measure(["a.jpg", "b.jpg"]), site.measure(["a.jpg", "b.jpg"])]);
    await site.measure(["a.jpg", "b.jpg"]);
    await kept;
    expect(Object.keys(await site.measure(["a.jpg", "b.jpg"]))).toEqual(["a.jpg", "b.jpg"]);
    expect(site.decoder.headers).toBe(2);
  });
});

test("a page waits no longer for a header that takes long, and other folders' pages neither", async () => {
  const picture = await encodePicture();
  const files = { "slow/a.jpg": picture, "slow/b.jpg": picture, "other/a.jpg": picture };
  const site = await createSite(files, { measurePatienceMs: 50 });
  const kept = site.cache.nextWrite();
  const goOn = site.decoder.pause();
  expect(await site.measure(["a.jpg", "b.jpg"], "slow" as StorageKey)).toEqual({});
  expect(await site.measure(["a.jpg"], "other" as StorageKey)).toEqual({});
  goOn();
  await kept;
  expect(Object.keys(await site.measure(["a.jpg", "b.jpg"], "slow" as StorageKey))).toEqual([
    "a.jpg",
    "b.jpg",
  ]);
});

test("of folders beyond maxFolders the one not asked for longest is forgotten, and read from the cache again", async () => {
  const picture = await encodePicture();
  const site = await createSite({ "1/a.jpg": picture, "2/a.jpg": picture }, { maxFolders: 1 });
  for (const folder of ["1", "2", "1"]) {
    expect(await site.measure(["a.jpg"], folder as StorageKey)).toEqual({ "a.jpg": MEASURED });
  }
  expect(site.decoder.headers).toBe(2);
});

/** COM segments of a JPEG, which may stand before its frame header (ITU-T T.81, B.2.4.5). */
async function lateHeader(): Promise<Buffer> {
  const picture = await encodePicture();
  const comment = Buffer.alloc(65_535, 0x20);
  comment.set([0xff, 0xfe, 0xff, 0xfd]);
  return Buffer.concat([picture.subarray(0, 2), comment, comment, comment, picture.subarray(2)]);
}

describe("a header that lies beyond the first 128 KiB", () => {
  test("is found by reading the whole file", async () => {
    const site = await createSite({ "a.jpg": await lateHeader() });
    expect(await site.measure(["a.jpg"])).toEqual({ "a.jpg": MEASURED });
    expect(site.decoder.headers).toBe(2);
  });

  test("is looked for no further than that", async () => {
    const site = await createSite({ "a.jpg": await lateHeader() }, { maxHeaderBytes: 150_000 });
    expect(await site.measure(["a.jpg"])).toEqual({ "a.jpg": { kind: "unreadable" } });
    expect(site.decoder.headers).toBe(2);
  });
});
