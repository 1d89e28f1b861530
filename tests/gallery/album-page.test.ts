import { describe, expect, test } from "vitest";
import {
  type AlbumView,
  type PhotoTile,
  formatAlbumPage,
  thumbnailSources,
} from "../../src/gallery/album-page.ts";
import type { Measurement } from "../../src/gallery/photo-index.ts";
import type { FileStat, StorageKey } from "../../src/gallery/storage.ts";
import { settings } from "../../settings.ts";

const SIZES = settings.pictures.thumbnailSizesPx;
const PAGE_SETTINGS = { ...settings.albums, thumbnailSizesPx: SIZES };
const STAT: FileStat = { sizeBytes: 1_000_000, modifiedMs: 0, version: "v" };
const key = (text: string): StorageKey => text as StorageKey;

function measured(widthPx: number, heightPx: number, takenMs?: number): Measurement {
  return { kind: "measured", widthPx, heightPx, takenMs };
}

function tile(name: string, measurement?: Measurement): PhotoTile {
  return { key: key(name), stat: STAT, measurement };
}

function page(view: Partial<AlbumView>): string {
  const whole: AlbumView = {
    key: key(""),
    title: "Our photos",
    rootTitle: "Our photos",
    photoCount: view.tiles?.length ?? 0,
    albumCount: view.cards?.length ?? 0,
    cards: [],
    tiles: [],
    isComplete: true,
    page: 1,
    pageCount: 1,
    ...view,
  };
  return formatAlbumPage(whole, PAGE_SETTINGS).toString("utf8");
}

describe("a srcset tells the width that each rendition really has", () => {
  test.each([
    { what: "a large wide photo", measurement: measured(6000, 4000), widths: [320, 640, 1600] },
    { what: "a large upright photo", measurement: measured(4000, 6000), widths: [213, 427, 1067] },
    { what: "a photo smaller than the second size", measurement: measured(500, 400), widths: [320, 500] },
    { what: "a photo smaller than all sizes", measurement: measured(100, 50), widths: [100] },
    { what: "a line of one pixel", measurement: measured(1, 5000), widths: [1] },
    { what: "a photo that has not been measured", measurement: undefined, widths: [320, 640, 1600] },
  ])("of $what", ({ measurement, widths }) => {
    const { src, srcset } = thumbnailSources(key("a b.jpg"), "v", measurement, SIZES);
    const candidates = srcset.split(", ").map((candidate) => candidate.split(" "));
    expect(candidates.map(([, width]) => width)).toEqual(widths.map((width) => `${width}w`));
    expect(candidates.map(([path]) => path)).toEqual(widths.map((_, i) => `/a%20b.jpg?size=${SIZES[i]}&v=v`));
    expect(src).toBe("/a%20b.jpg?size=320&v=v");
  });
});

describe("a tile has the shape of its photo before it is loaded", () => {
  test.each([
    { what: "3 : 2", measurement: measured(6000, 4000), ratio: 1.5 },
    { what: "2 : 3", measurement: measured(4000, 6000), ratio: 0.6667 },
    { what: "a panorama, which would break the row", measurement: measured(10_000, 1_000), ratio: 4 },
    { what: "a till receipt, which would break the row", measurement: measured(1_000, 10_000), ratio: 0.4 },
    { what: "unknown", measurement: undefined, ratio: 1.5 },
  ])("$what: $ratio", ({ measurement, ratio }) => {
    expect(page({ tiles: [tile("a.jpg", measurement)] })).toContain(`style="--r:${ratio}"`);
  });
});

test("a photo that cannot be shown is a tile that says so, without an image", () => {
  const text = page({ tiles: [tile("a.jpg", { kind: "unreadable" })] });
  expect(text).toContain("This picture cannot be shown.");
  expect(text).not.toContain("<img");
});

test("the first pictures are fetched at once, albums and photos together, and the others when they come near", () => {
  const cards = Array.from({ length: 3 }, (_, i) => ({
    key: key(`album${i}`),
    photoCount: 1,
    cover: { key: key(`album${i}/a.jpg`), version: "v" },
  }));
  const tiles = Array.from({ length: 7 }, (_, i) => tile(`${i}.jpg`, measured(3, 2)));
  const images = page({ cards, tiles }).match(/<img [^>]*>/g) ?? [];
  expect(images).toHaveLength(10);
  const eager = settings.albums.eagerThumbnails;
  expect(images.map((image) => image.includes('loading="lazy"'))).toEqual(images.map((_, i) => i >= eager));
  expect(images.map((image) => image.includes('fetchpriority="high"'))).toEqual(
    images.map((_, i) => i < eager),
  );
});

describe("what is said of an album", () => {
  const tiles = [
    tile("a.jpg", measured(3, 2, Date.UTC(2021, 4, 9))),
    tile("b.jpg", measured(3, 2, Date.UTC(2021, 4, 3))),
  ];

  test("is its size and its dates only where all of it is known", () => {
    expect(page({ tiles })).toMatch(/2 photos, 2\sMB, May 3\s\u2013\s9, 2021/);
    const partial = page({ tiles, isComplete: false, photoCount: 500, albumCount: 2 });
    expect(partial).toContain("500 photos, 2 albums<");
    expect(partial).not.toContain("MB");
  });

  test("has no dates where no camera told any", () => {
    expect(page({ tiles: [tile("a.jpg", measured(3, 2))] })).toMatch(/1 photo, 1\sMB</);
  });
});

describe("a card", () => {
  test("has the name and the count of its album, and its cover in two sizes", () => {
    const cover = { key: key("2021/Iceland/a.jpg"), version: "v" };
    const text = page({ cards: [{ key: key("2021/<Iceland>"), photoCount: 2_400, cover }] });
    expect(text).toContain("&lt;Iceland&gt;");
    expect(text).toContain("2,400 photos");
    expect(text).toContain('href="/2021/%3CIceland%3E/"');
    expect(text).toContain(
      "/2021/Iceland/a.jpg?size=320&amp;v=v 320w, /2021/Iceland/a.jpg?size=640&amp;v=v 640w",
    );
  });

  test("without a cover has none", () => {
    expect(page({ cards: [{ key: key("a"), photoCount: 1, cover: undefined }] })).not.toContain("<img");
  });
});

test("names are escaped wherever they stand", () => {
  const name = `"><script>alert('1')</script>&.jpg`;
  const cover = { key: key(`album${name}`), version: "v" };
  const text = page({
    key: key(name),
    title: name,
    rootTitle: name,
    cards: [{ key: key(`album${name}`), photoCount: 1, cover }],
    tiles: [tile(name, measured(3, 2)), tile(name, { kind: "unreadable" })],
    pageCount: 3,
    page: 2,
  });
  expect(text).not.toContain("<script");
  expect(text).not.toMatch(/="[^"]*[<>][^"]*"/);
});
