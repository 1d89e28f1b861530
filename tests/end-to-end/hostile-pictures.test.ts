/**
 * Pictures made to be dear, broken on their way, or something else besides, through the real command: each is shown or
 * refused soon, no worker dies of it, and what can be run in it is not.
 */
import { readFile, rename, writeFile } from "node:fs/promises";
import sharp from "sharp";
import { beforeAll, describe, expect, test, vi } from "vitest";
import {
  animatedGif,
  blackPng,
  blackWebp,
  exifSegment,
  greedyExif,
  segment,
  withClaimedSize,
  withScansRepeated,
  withSegments,
  zeroProfileChunk,
  zeroTextChunk,
} from "../support/hostile-pictures.ts";
import { encodePicture, plainPicture } from "../support/pictures.ts";
import { type RawResponse, fetchRaw } from "../support/raw-client.ts";
import { type Server, startServer } from "../support/server.ts";
import { type TemporaryAlbum, createTemporaryAlbum } from "../support/temporary-album.ts";

/** What four octets a pixel are, of as many pixels as may be, and a process of Node.js besides. */
const MAX_PROCESS_BYTES = 100_000_000 * 4 + 300_000_000;

const FORMATS = ["jpeg", "png", "webp", "tiff"] as const;
const APP2 = 0xe2;
const COMMENT = 0xfe;

let album: TemporaryAlbum;
let server: Server;

beforeAll(async () => {
  album = await createTemporaryAlbum({}, "file");
  server = await startServer({ root: album.path, lifetime: "file" });
});

const fetch = (target: string): Promise<RawResponse> => fetchRaw(server.port, target);

type Making = readonly [name: string, because: string, make: () => Promise<Buffer> | Buffer];

const HTML = "<!doctype html><script>alert(document.domain)</script>";
const smallAvif = (): Promise<Buffer> => plainPicture(64, 64).avif({ effort: 0 }).toBuffer();
const progressive = (): Promise<Buffer> => plainPicture(1_000, 1_000).jpeg({ progressive: true }).toBuffer();

const refused: readonly Making[] = [
  ["long.png", "it is 1,000,000 px long, though no more than 100 megapixels", () => blackPng(1_000_000, 100)],
  ["large.png", "it is 100.01 megapixels, in 12 KB", () => blackPng(10_001, 10_000)],
  ["large.webp", "it is 268 megapixels, in 28 octets", () => blackWebp(16_383, 16_383)],
  [
    "large.avif",
    "it says that it is 4,295 megapixels",
    async () => withClaimedSize(await smallAvif(), 65_535, 65_535),
  ],
  [
    "other.avif",
    "it is not as large as it says",
    async () => withClaimedSize(await smallAvif(), 9_000, 9_000),
  ],
  [
    "scans.jpg",
    "its last scan comes 3,000 times more",
    async () => withScansRepeated(await progressive(), 3_000),
  ],
  ["page.jpg", "it is HTML", () => Buffer.from(HTML)],
  [
    "paper.jpg",
    "it is PDF",
    () => Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n"),
  ],
  ["zip.png", "it is ZIP", () => Buffer.from("PK\x05\x06".padEnd(22, "\0"), "latin1")],
];

describe("is refused with a tile, at first as well as later, and shown as one on its page", () => {
  test.each(refused)("%s, because %s", async (name, _, make) => {
    await album.add(`refused/${name}`, await make());
    for (let i = 0; i < 2; i++) {
      const { status, fields } = await fetch(`/refused/${name}?size=320`);
      expect([status, fields.get("content-type")]).toEqual([415, "image/svg+xml"]);
    }
    expect((await fetch(`/refused/${name}?view`)).status).toBe(200);
  });
});

const shown: readonly Making[] = [
  ["large.png", "it is 100 megapixels, in 12 KB", () => blackPng(10_000, 10_000)],
  ["large.webp", "it is 100 megapixels, in 28 octets", () => blackWebp(10_000, 10_000)],
  ["many.gif", "it has 20,000 frames", () => animatedGif(100, 100, 20_000)],
  [
    "profile.png",
    "its colour profile is 100 MB, in 0.1 MB",
    () => blackPng(99, 99, zeroProfileChunk(100_000_000)),
  ],
  [
    "text.png",
    "it carries 100 MB of text, in 0.1 MB",
    () => blackPng(99, 99, ...Array.from({ length: 2 }, () => zeroTextChunk(50_000_000))),
  ],
  [
    "exif.jpg",
    "its EXIF is a circle, and claims to be more than it is",
    async () =>
      withSegments(await plainPicture(99, 99).jpeg().toBuffer(), exifSegment(greedyExif(50, 60_000))),
  ],
  [
    "noise.jpg",
    "its EXIF is noise",
    async () => withSegments(await plainPicture(99, 99).jpeg().toBuffer(), exifSegment(noise(60_000))),
  ],
  [
    "segments.jpg",
    "it has 200 segments before its picture, 13 MB",
    async () =>
      withSegments(
        await plainPicture(99, 99).jpeg().toBuffer(),
        ...Array<Buffer>(200).fill(segment(APP2, noise(65_000))),
      ),
  ],
];

function noise(lengthBytes: number): Buffer {
  return Buffer.from(Array.from({ length: lengthBytes }, (_, i) => (i * 7919) % 251));
}

describe("is shown all the same, and takes no more memory than its pixels", () => {
  test.each(shown)("%s, although %s", async (name, _, make) => {
    await album.add(`shown/${name}`, await make());
    const { status, content } = await fetch(`/shown/${name}?size=320`);
    expect([status, (await sharp(content).metadata()).format]).toEqual([200, "jpeg"]);
    expect((await fetch(`/shown/${name}?view`)).status).toBe(200);
    expect(Math.max(...(await peaksOf(server)))).toBeLessThan(MAX_PROCESS_BYTES);
  });
});

/** What each process of a server held at most, in octets. Linux only. */
async function peaksOf({ pid }: { readonly pid: number }): Promise<number[]> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  const below = await Promise.all(
    children
      .split(" ")
      .filter(Boolean)
      .map((child) => peaksOf({ pid: Number(child) })),
  );
  return [Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1_024, ...below.flat()];
}

test.each(FORMATS)("a %s that is cut anywhere is a picture or a tile, and its page opens", async (format) => {
  const whole = await encodePicture({ format, widthPx: 200, heightPx: 150 });
  const lengths = Array.from({ length: 24 }, (_, i) => Math.floor((whole.length * i) / 24));
  lengths.push(whole.length - 2, whole.length - 1);
  for (const length of lengths) {
    const name = `${length}.${format}`;
    await album.add(`cut/${format}/${name}`, whole.subarray(0, length));
    const { status } = await fetch(`/cut/${format}/${name}?size=320`);
    expect([name, status === 200 || status === 415]).toEqual([name, true]);
  }
  const { status, content } = await fetch(`/cut/${format}/`);
  expect(status).toBe(200);
  expect(content.toString().match(/<li /g)).toHaveLength(lengths.length);
});

test("a picture that arrives piece by piece is shown whole as soon as it is", async () => {
  const whole = await encodePicture({ widthPx: 600, heightPx: 400 });
  const file = await album.add("growing/photo.jpg", "");
  const statuses: number[] = [];
  for (let length = 0; length < whole.length; length += Math.ceil(whole.length / 10)) {
    const asked = [fetch("/growing/photo.jpg?size=320"), fetch("/growing/")];
    await writeFile(file, whole.subarray(0, length));
    statuses.push(...(await Promise.all(asked)).map(({ status }) => status));
  }
  expect(statuses.filter((status) => status !== 200 && status !== 415)).toEqual([]);
  const arrived = await album.add("growing/.arrived", whole);
  await rename(arrived, file);
  const { status, content } = await fetch("/growing/photo.jpg?size=320");
  expect([status, (await sharp(content).metadata()).width]).toEqual([200, 320]);
  await vi.waitFor(
    async () =>
      expect((await fetch("/growing/")).content.toString()).toContain('<img src="/growing/photo.jpg?size'),
    { timeout: 20_000, interval: 50 },
  );
});

async function picturePage(): Promise<Buffer> {
  return withSegments(await plainPicture(99, 99).jpeg().toBuffer(), segment(COMMENT, Buffer.from(HTML)));
}

describe("a picture that is a page as well", () => {
  test("is a picture where it is called one, and nothing guesses otherwise", async () => {
    await album.add("both/photo.jpg", await picturePage());
    const { status, fields } = await fetch("/both/photo.jpg");
    expect([status, fields.get("content-type")]).toEqual([200, "image/jpeg"]);
    expect(fields.get("x-content-type-options")).toBe("nosniff");
    const thumbnail = await fetch("/both/photo.jpg?size=320");
    expect([thumbnail.status, thumbnail.fields.get("x-content-type-options")]).toEqual([200, "nosniff"]);
    expect(thumbnail.content.includes("script")).toBe(false);
  });

  test("is a page in a sandbox where it is called that, and has no thumbnail", async () => {
    await album.add("both/page.html", await picturePage());
    const { fields } = await fetch("/both/page.html");
    expect(fields.get("content-type")).toBe("text/html");
    expect(fields.get("content-security-policy")).toMatch(/^sandbox/);
    expect((await fetch("/both/page.html?size=320")).status).toBe(415);
  });
});

test("of all these pictures no worker died, and nothing went wrong that was not foreseen", async () => {
  expect(await server.log()).not.toMatch(/^(?:error|warning):/m);
});
