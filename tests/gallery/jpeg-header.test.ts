import * as fc from "fast-check";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { readDateTaken } from "../../src/gallery/exif.ts";
import { readJpegHeader } from "../../src/gallery/jpeg-header.ts";
import type { PictureHeader } from "../../src/gallery/picture-decoder.ts";
import { ORIENTATIONS, UPRIGHT, encodePicture, plainPicture } from "../support/pictures.ts";

async function readBySharp(bytes: Buffer): Promise<PictureHeader> {
  const { autoOrient, exif } = await sharp(bytes).metadata();
  return { widthPx: autoOrient.width, heightPx: autoOrient.height, takenMs: exif && readDateTaken(exif) };
}

describe("a header is read as the decoder reads it", () => {
  for (const orientation of ORIENTATIONS) {
    test(`orientation ${orientation}`, async () => {
      const picture = await encodePicture({ orientation, taken: "2021:05:03 08:15:00" });
      expect(readJpegHeader(picture)).toMatchObject(UPRIGHT);
      expect(readJpegHeader(picture)).toEqual(await readBySharp(picture));
    });
  }

  test.each([
    { kind: "progressive", encode: () => plainPicture(70, 50).jpeg({ progressive: true }) },
    { kind: "of one channel", encode: () => plainPicture(70, 50).toColourspace("b-w").jpeg() },
    { kind: "of four channels", encode: () => plainPicture(70, 50).toColourspace("cmyk").jpeg() },
    { kind: "with a colour profile", encode: () => plainPicture(70, 50).withIccProfile("p3").jpeg() },
    { kind: "without EXIF", encode: () => plainPicture(50, 70).jpeg() },
  ])("$kind", async ({ encode }) => {
    const picture = await encode().toBuffer();
    expect(readJpegHeader(picture)).toBeDefined();
    expect(readJpegHeader(picture)).toEqual(await readBySharp(picture));
  });
});

/** A marker and the content of its segment. */
type Segment = readonly [marker: number, content: readonly number[]];

const FRAME: Segment = [0xc0, [8, 0, 2, 0, 3, 1, 1, 0x11, 0]]; // 3 x 2
const SCAN_MARKER = Buffer.from([0xff, 0xda]);
const SCAN: Segment = [0xda, [1, 1, 0, 0, 63, 0]];

function jpegOf(...segments: readonly Segment[]): Buffer {
  const octets = segments.map(([marker, content]) => [0xff, marker, 0, content.length + 2, ...content]);
  return Buffer.from([0xff, 0xd8, ...octets.flat()]);
}

/** An EXIF segment whose first directory has the orientation as its only entry. */
function exifOf(byteOrder: "II" | "MM", type: number, value: number): Segment {
  const uint16 = (number: number): number[] => (byteOrder === "II" ? [number, 0] : [0, number]);
  const uint32 = (number: number): number[] =>
    byteOrder === "II" ? [...uint16(number), 0, 0] : [0, 0, ...uint16(number)];
  const tag = byteOrder === "II" ? [0x12, 0x01] : [0x01, 0x12];
  const directory = [...uint16(1), ...tag, ...uint16(type), ...uint32(1), ...uint16(value), 0, 0];
  return [0xe1, [...Buffer.from(`Exif\0\0${byteOrder}`), ...uint16(42), ...uint32(8), ...directory]];
}

describe("a header in octets", () => {
  test("of the fewest segments", () => {
    expect(readJpegHeader(jpegOf(FRAME, SCAN))).toEqual({ widthPx: 3, heightPx: 2, takenMs: undefined });
  });

  test.each(["II", "MM"] as const)("whose orientation is in the byte order %s", (byteOrder) => {
    const picture = jpegOf(exifOf(byteOrder, 3, 8), FRAME, SCAN);
    expect(readJpegHeader(picture)).toMatchObject({ widthPx: 2, heightPx: 3 });
  });
});

describe("the decoder is asked", () => {
  const [marker, content] = FRAME;
  const exif = exifOf("II", 3, 6);
  test.each([
    { because: "it is no JPEG", bytes: Buffer.from("\x89PNG\r\n\x1a\n", "latin1") },
    { because: "there is nothing", bytes: Buffer.alloc(0) },
    { because: "there is no frame", bytes: jpegOf(exif, SCAN) },
    { because: "there are two frames", bytes: jpegOf(FRAME, FRAME, SCAN) },
    { because: "the frame is lossless", bytes: jpegOf([0xc3, content], SCAN) },
    { because: "the frame is coded arithmetically", bytes: jpegOf([0xc9, content], SCAN) },
    { because: "the frame has samples of 12 bits", bytes: jpegOf([marker, [12, ...content.slice(1)]], SCAN) },
    { because: "the height is told later", bytes: jpegOf([marker, [8, 0, 0, ...content.slice(3)]], SCAN) },
    { because: "the frame is too short", bytes: jpegOf([marker, content.slice(0, 5)], SCAN) },
    { because: "the scan comes later than what is there", bytes: jpegOf(exif, FRAME) },
    {
      because: "there is something between two segments",
      bytes: Buffer.concat([jpegOf(FRAME), Buffer.from([0]), jpegOf(SCAN)]),
    },
    { because: "EXIF stands there twice", bytes: jpegOf(exif, exif, FRAME, SCAN) },
    { because: "there is no such orientation", bytes: jpegOf(exifOf("II", 3, 9), FRAME, SCAN) },
    { because: "the orientation is of another type", bytes: jpegOf(exifOf("MM", 4, 6), FRAME, SCAN) },
    {
      because: "EXIF has no byte order",
      bytes: jpegOf([0xe1, [...Buffer.from("Exif\0\0XX......")]], FRAME, SCAN),
    },
    { because: "EXIF is no TIFF", bytes: jpegOf([0xe1, exif[1].with(8, 43)], FRAME, SCAN) },
    { because: "it is called EXIF and is not", bytes: jpegOf([0xe1, exif[1].with(4, 1)], FRAME, SCAN) },
    { because: "EXIF is cut", bytes: jpegOf([0xe1, exif[1].slice(0, 20)], FRAME, SCAN) },
  ])("if $because", ({ bytes }) => {
    expect(readJpegHeader(bytes)).toBeUndefined();
  });
});

test("a header that is cut anywhere is none", async () => {
  const picture = await encodePicture({ orientation: 6 });
  const whole = readJpegHeader(picture);
  const cut = Array.from({ length: picture.length }, (_, length) =>
    readJpegHeader(picture.subarray(0, length)),
  );
  const firstWhole = cut.findIndex((header) => header !== undefined);
  expect(firstWhole).toBeGreaterThan(600);
  expect(cut.slice(firstWhole).every((header) => header?.widthPx === whole?.widthPx)).toBe(true);
});

test("whatever the octets are, nothing is thrown", async () => {
  const picture = (await encodePicture({ orientation: 6 })).subarray(0, 700);
  const damage = fc.array(fc.tuple(fc.nat(picture.length - 1), fc.nat(255)), { maxLength: 6 });
  fc.assert(
    fc.property(damage, fc.nat(picture.length), (changes, length) => {
      const damaged = Buffer.from(picture.subarray(0, length));
      for (const [at, octet] of changes) if (at < length) damaged[at] = octet;
      const header = readJpegHeader(damaged);
      expect(header === undefined || header.widthPx > 0).toBe(true);
    }),
    { numRuns: 5_000 },
  );
});

test("where the octets are damaged, what is read is what the decoder reads, if that can read them at all", async () => {
  const pictures = await Promise.all([
    encodePicture({ orientation: 6, taken: "2021:05:03 08:15:00" }),
    plainPicture(70, 50).jpeg({ progressive: true }).toBuffer(),
    plainPicture(50, 70).withIccProfile("p3").jpeg().toBuffer(),
  ]);
  const headers = pictures.map((picture) => picture.subarray(0, picture.indexOf(SCAN_MARKER)));
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat(pictures.length - 1), damage, async (which, changes) => {
      const damaged = Buffer.from(pictures[which] ?? []);
      for (const [at, octet] of changes) damaged[at % (headers[which]?.length ?? 1)] = octet;
      const header = readJpegHeader(damaged);
      const known = header && (await readBySharp(damaged).catch(() => undefined));
      if (known === undefined) return;
      compared++;
      expect(header).toEqual(known);
    }),
    { numRuns: 1_000 },
  );
  expect(compared).toBeGreaterThan(100);
});
