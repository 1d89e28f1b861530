import { rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Albums, createAlbums } from "../../src/gallery/albums.ts";
import { createLocalStorage } from "../../src/gallery/local-storage.ts";
import { ROOT_KEY, type Storage, type StorageKey } from "../../src/gallery/storage.ts";
import { surveyLibrary } from "../../src/gallery/survey.ts";
import { settings } from "../../settings.ts";
import { fill, temporaryFolders } from "../support/temporary-folder.ts";
import { freshnessFor } from "../support/test-gallery.ts";

const temporaryFolder = temporaryFolders();
const key = (text: string): StorageKey => text as StorageKey;

async function createLibrary(
  files: readonly string[],
  { maxDepth = 32 } = {},
): Promise<{ albums: Albums; root: string; clock: { nowMs: number } }> {
  const root = await temporaryFolder();
  await fill(root, files);
  const clock = { nowMs: 0 };
  const albums = createAlbums({
    storage: await createLocalStorage(root),
    extensions: settings.pictures.extensions,
    maxDepth,
    freshness: freshnessFor(() => clock.nowMs),
  });
  return { albums, root, clock };
}

async function photoNames(albums: Albums, folder = ""): Promise<string[]> {
  return await (await albums.photos(key(folder))).slice(0, Infinity);
}

async function albumNames(albums: Albums, folder = ""): Promise<string[]> {
  return (await albums.albums(key(folder))).map((summary) => summary.key);
}

test("a folder of the reserved name is no album of the root, since nobody can get there, and is one elsewhere", async () => {
  const { albums } = await createLibrary(["-/a.jpg", "2021/-/a.jpg"]);
  expect(await albumNames(albums)).toEqual(["2021"]);
  expect(await albumNames(albums, "2021")).toEqual(["2021/-"]);
  expect((await albums.summary(ROOT_KEY)).photoCount).toBe(1);
});

describe("order is natural", () => {
  test("of photos: 9 stands before 10", async () => {
    const { albums } = await createLibrary(["IMG_10.jpg", "IMG_9.jpg", "IMG_1.jpg", "IMG_100.jpg"]);
    expect(await photoNames(albums)).toEqual(["IMG_1.jpg", "IMG_9.jpg", "IMG_10.jpg", "IMG_100.jpg"]);
  });

  test("of photos: case and accents decide only between names that are otherwise the same", async () => {
    const { albums } = await createLibrary(["b.jpg", "B.jpg", "a.jpg", "A.jpg", "\u00e4.jpg", "C.jpg"]);
    expect(await photoNames(albums)).toEqual(["a.jpg", "A.jpg", "\u00e4.jpg", "b.jpg", "B.jpg", "C.jpg"]);
  });

  test("of names that the collator holds for equal: always the same", async () => {
    const names = ["01.jpg", "1.jpg", "001.jpg", "e\u0301.jpg", "\u00e9.jpg"];
    const { albums } = await createLibrary(names);
    const { albums: others } = await createLibrary(names.toReversed());
    expect(await photoNames(albums)).toEqual(await photoNames(others));
    expect(await photoNames(albums)).toEqual(["001.jpg", "01.jpg", "1.jpg", "e\u0301.jpg", "\u00e9.jpg"]);
  });

  test("of albums", async () => {
    const { albums } = await createLibrary(["Day 10/a.jpg", "Day 9/a.jpg", "2021/a.jpg"]);
    expect(await albumNames(albums)).toEqual(["2021", "Day 9", "Day 10"]);
  });
});

describe("a photo", () => {
  test("is a file with the extension of a picture, in either case", async () => {
    const { albums } = await createLibrary([
      ...settings.pictures.extensions.map((extension, i) => `${i}.${extension}`),
      "A.JPG",
      "notes.txt",
      "jpg",
      "a.jpg.txt",
      "movie.mp4",
      "drawing.svg",
      "paper.pdf",
      "folder.jpg/",
    ]);
    const photos = await photoNames(albums);
    expect(photos).toHaveLength(settings.pictures.extensions.length + 1);
    expect(photos).toContain("A.JPG");
  });

  test("is found in its folder", async () => {
    const { albums } = await createLibrary(["2021/Iceland/b.jpg", "2021/Iceland/a.jpg"]);
    expect(await photoNames(albums, "2021/Iceland")).toEqual(["a.jpg", "b.jpg"]);
  });
});

describe("an album is a folder with a picture in it or below it", () => {
  test("so folders without any are none", async () => {
    const { albums } = await createLibrary(["empty/", "texts/a.txt", "deep/er/empty/", "photos/a.jpg"]);
    expect(await albumNames(albums)).toEqual(["photos"]);
    expect(await albums.summary(key("texts"))).toMatchObject({
      photoCount: 0,
      albumCount: 0,
      cover: undefined,
    });
  });

  test("and one whose picture lies far below is one, and so is every folder on the way", async () => {
    const { albums } = await createLibrary(["a/b/c/d.jpg"]);
    expect([
      await albumNames(albums),
      await albumNames(albums, "a"),
      await albumNames(albums, "a/b"),
    ]).toEqual([["a"], ["a/b"], ["a/b/c"]]);
  });

  test("but not below maxDepth", async () => {
    const files = ["1/a.jpg", "1/2/a.jpg", "1/2/3/a.jpg", "x/y/z/a.jpg"];
    const { albums } = await createLibrary(files, { maxDepth: 2 });
    expect(await albums.summary(ROOT_KEY)).toMatchObject({ photoCount: 2, albumCount: 2 });
    expect(await albumNames(albums)).toEqual(["1"]);
  });
});

describe("counts", () => {
  const files = ["r.jpg", "a/1.jpg", "a/2.jpg", "a/notes.txt", "a/b/3.jpg", "c/d/4.jpg", "e/"];

  test("of photos and albums go all the way down", async () => {
    const { albums } = await createLibrary(files);
    expect(await albums.summary(ROOT_KEY)).toMatchObject({ photoCount: 5, albumCount: 4 });
    expect(await albums.summary(key("a"))).toMatchObject({ photoCount: 3, albumCount: 1 });
    expect(await albums.summary(key("a/b"))).toMatchObject({ photoCount: 1, albumCount: 0 });
  });

  test("of octets too, for who starts the server", async () => {
    const root = await temporaryFolder();
    await fill(root, { "r.jpg": "12345", "a/1.jpg": "123", "a/notes.txt": "1234567", "a/b/2.jpg": "1" });
    const storage = await createLocalStorage(root);
    const { albums } = await createLibrary([]);
    const { extensions } = settings.pictures;
    const own = createAlbums({ storage, extensions, maxDepth: 32, freshness: freshnessFor(() => 0) });
    expect(await surveyLibrary(storage, own)).toEqual({ albums: 2, photos: 3, sizeBytes: 9 });
    expect((await albums.summary(ROOT_KEY)).photoCount).toBe(0);
  });
});

describe("a cover is", () => {
  test.each([
    { what: "the first photo in natural order", files: ["10.jpg", "9.jpg"], cover: "9.jpg" },
    { what: "the photo named cover", files: ["1.jpg", "cover.jpg"], cover: "cover.jpg" },
    { what: "the photo named folder", files: ["1.jpg", "Folder.PNG"], cover: "Folder.PNG" },
    { what: "a photo, not a text named cover", files: ["1.jpg", "cover.txt"], cover: "1.jpg" },
    {
      what: "not a photo whose name only begins so",
      files: ["1.jpg", "cover.old.jpg", "covers.jpg"],
      cover: "1.jpg",
    },
    {
      what: "the cover of the first album below",
      files: ["b/1.jpg", "a/2.jpg", "a/1.jpg"],
      cover: "a/1.jpg",
    },
    { what: "from far below, past folders without any", files: ["a/", "b/c/d/1.jpg"], cover: "b/c/d/1.jpg" },
    { what: "its own photo before one from below", files: ["a/cover.jpg", "z.jpg"], cover: "z.jpg" },
    { what: "nothing, where nothing is", files: ["a.txt"], cover: undefined },
  ])("$what", async ({ files, cover }) => {
    const { albums } = await createLibrary(files);
    expect((await albums.summary(ROOT_KEY)).cover).toBe(cover);
  });
});

describe("a listing", () => {
  test("knows an index.html, which is no photo", async () => {
    const { albums } = await createLibrary([
      "site/index.html",
      "site/a.jpg",
      "photos/Index.html",
      "folder/index.html/",
    ]);
    expect(await albums.list(key("site"))).toMatchObject({ hasIndexPage: true, photoNames: ["a.jpg"] });
    expect(await albums.list(key("photos"))).toMatchObject({ hasIndexPage: false });
    expect(await albums.list(key("folder"))).toMatchObject({
      hasIndexPage: false,
      folderNames: ["index.html"],
    });
  });

  test("of what is not there is refused with 404", async () => {
    const { albums } = await createLibrary([]);
    await expect(albums.list(key("missing"))).rejects.toMatchObject({ status: 404 });
    await expect(albums.photos(key("missing"))).rejects.toMatchObject({ status: 404 });
  });

  test("is trusted for a second, and then photos that came and went are seen", async () => {
    const { albums, root, clock } = await createLibrary(["a/1.jpg"]);
    expect((await albums.summary(ROOT_KEY)).photoCount).toBe(1);
    await fill(root, ["a/2.jpg", "b/3.jpg"]);
    await rm(join(root, "a/1.jpg"));
    clock.nowMs = 999;
    expect((await albums.summary(ROOT_KEY)).photoCount).toBe(1);
    clock.nowMs = 1_000;
    expect((await albums.summary(ROOT_KEY)).photoCount).toBe(2);
    expect(await photoNames(albums, "a")).toEqual(["2.jpg"]);
    expect(await albumNames(albums)).toEqual(["a", "b"]);
  });
});

test("a listing that the storage knows to hold is kept, and the order of its photos with it", async () => {
  const root = await temporaryFolder();
  await fill(root, ["b.jpg", "a.jpg"]);
  const local = await createLocalStorage(root);
  const clock = { nowMs: 0 };
  let isUnchanged = true;
  const storage: Storage = {
    ...local,
    list: async (folder, known) => (isUnchanged && known) || (await local.list(folder)),
  };
  const { extensions } = settings.pictures;
  const albums = createAlbums({
    storage,
    extensions,
    maxDepth: 32,
    freshness: freshnessFor(() => clock.nowMs),
  });
  const photos = await albums.photos(ROOT_KEY);
  clock.nowMs += 1_000;
  expect(await albums.photos(ROOT_KEY)).toBe(photos);
  isUnchanged = false;
  await fill(root, ["0.jpg"]);
  clock.nowMs += 1_000;
  expect(await photoNames(albums)).toEqual(["0.jpg", "a.jpg", "b.jpg"]);
});

test("folders that link to each other are counted once more each, and not for ever", async () => {
  const { albums, root } = await createLibrary(["one/1.jpg", "two/2.jpg"]);
  await symlink("../two", join(root, "one/to-two"));
  await symlink("../one", join(root, "two/to-one"));
  expect(await albums.summary(ROOT_KEY)).toMatchObject({ photoCount: 4, albumCount: 4 });
});
