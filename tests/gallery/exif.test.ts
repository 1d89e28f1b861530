import * as fc from "fast-check";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { readDateTaken, readOrientation } from "../../src/gallery/exif.ts";
import { encodePicture, plainPicture } from "../support/pictures.ts";

const TAKEN = "2021:05:03 08:15:00";
const TAKEN_MS = Date.UTC(2021, 4, 3, 8, 15);

async function exifOf(picture: Buffer): Promise<Buffer> {
  const { exif } = await sharp(picture).metadata();
  if (exif === undefined) throw new Error("There is no EXIF.");
  return exif;
}

/** An entry of a directory; a value of more than 4 octets stands elsewhere. */
type Entry = readonly [tag: number, type: number, count: number, value: number];

const ASCII = 2;
const LONG = 4;
const TEXT_AT = 200;
const PHOTO_AT = 100;

/** Directories by where they stand, and a text that dates may lead to. */
function tiffOf(
  byteOrder: "II" | "MM",
  directories: Readonly<Record<number, readonly Entry[]>>,
  text = `${TAKEN}\0`,
  lengthBytes = 300,
): Buffer {
  const bytes = Buffer.alloc(lengthBytes);
  const isLittle = byteOrder === "II";
  const put16 = (value: number, at: number): unknown =>
    isLittle ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at);
  const put32 = (value: number, at: number): unknown =>
    isLittle ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at);
  bytes.write(byteOrder);
  put16(42, 2);
  put32(8, 4);
  bytes.write(text, TEXT_AT, "latin1");
  for (const [start, entries] of Object.entries(directories)) {
    put16(entries.length, Number(start));
    entries.forEach(([tag, type, count, value], i) => {
      const at = Number(start) + 2 + 12 * i;
      put16(tag, at);
      put16(type, at + 2);
      put32(count, at + 4);
      put32(value, at + 8);
    });
  }
  return bytes;
}

const DATE_TIME: Entry = [0x0132, ASCII, 20, TEXT_AT];
const ORIGINAL: Entry = [0x9003, ASCII, 20, TEXT_AT];
const DIGITIZED: Entry = [0x9004, ASCII, 20, TEXT_AT];
const TO_PHOTO: Entry = [0x8769, LONG, 1, PHOTO_AT];

describe("when a photo was taken", () => {
  test.each(["jpeg", "png", "webp"] as const)("is told by a %s", async (format) => {
    expect(readDateTaken(await exifOf(await encodePicture({ format, taken: TAKEN })))).toBe(TAKEN_MS);
  });

  test("is told by the date of the file, if there is no other", async () => {
    const picture = plainPicture(9, 9).withExif({ IFD0: { DateTime: TAKEN } });
    expect(readDateTaken(await exifOf(await picture.jpeg().toBuffer()))).toBe(TAKEN_MS);
  });

  test.each(["II", "MM"] as const)("is told in the byte order %s", (byteOrder) => {
    for (const entry of [ORIGINAL, DIGITIZED]) {
      expect(readDateTaken(tiffOf(byteOrder, { 8: [TO_PHOTO], [PHOTO_AT]: [entry] }))).toBe(TAKEN_MS);
    }
    expect(readDateTaken(tiffOf(byteOrder, { 8: [DATE_TIME] }))).toBe(TAKEN_MS);
  });

  test("is the first that is a date: taken, digitized, changed", () => {
    const empty: Entry = [0x9003, ASCII, 20, 250];
    expect(readDateTaken(tiffOf("II", { 8: [TO_PHOTO], [PHOTO_AT]: [empty, DIGITIZED] }))).toBe(TAKEN_MS);
    expect(readDateTaken(tiffOf("II", { 8: [TO_PHOTO, DATE_TIME], [PHOTO_AT]: [empty] }))).toBe(TAKEN_MS);
  });

  test.each([
    ["of zeros", "0000:00:00 00:00:00\0"],
    ["of spaces", "    :  :     :  :  \0"],
    ["that was never set", "1970:01:01 00:00:00\0"],
    ["of a month there is not", "2021:13:01 00:00:00\0"],
    ["of an hour there is not", "2021:05:03 24:00:00\0"],
    ["that is something else", "yesterday, I believe"],
  ])("is unknown for a date %s", (_, text) => {
    expect(readDateTaken(tiffOf("II", { 8: [DATE_TIME] }, text))).toBeUndefined();
  });

  test.each<[because: string, exif: Buffer]>([
    ["it is empty", Buffer.alloc(0)],
    ["it has no byte order", Buffer.from("Exif\0\0XX*\0\0\0\0\0")],
    ["there is no directory", Buffer.from("Exif\0\0II*\0\xff\xff\xff\xff", "latin1")],
    ["the directory does not end", tiffOf("II", { 8: [DATE_TIME] }).subarray(0, 20)],
    ["the text is not there", tiffOf("II", { 8: [[0x0132, ASCII, 20, 0xffff_fff0]] })],
    ["the text is too short", tiffOf("II", { 8: [[0x0132, ASCII, 4, TEXT_AT]] })],
    ["the date is a number", tiffOf("II", { 8: [[0x0132, LONG, 20, TEXT_AT]] })],
    ["the other directory is not there", tiffOf("II", { 8: [[0x8769, LONG, 1, 0xffff_fff0]] })],
  ])("is unknown if %s", (_, exif) => {
    expect(readDateTaken(exif)).toBeUndefined();
  });
});

test("which way up it is, is not told by what is cut, and 1 where nothing is said of it", () => {
  const exif = tiffOf("MM", { 8: [DATE_TIME] });
  expect(readOrientation(exif)).toBe(1);
  expect(readOrientation(exif.subarray(0, 20))).toBeUndefined();
});

test("directories that lead to each other, or to themselves, are read once", () => {
  const exif = tiffOf("II", { 8: [[0x8769, LONG, 1, 8], DATE_TIME] });
  expect(readDateTaken(exif)).toBe(TAKEN_MS);
});

/** 65 KB in a JPEG file; what reads all values takes seconds for it, in which a worker answers nobody. */
test("thousands of entries that all claim all octets cost no more than a look at each", () => {
  const lengthBytes = 65_000;
  const claim: Entry = [0x5000, 1, lengthBytes, 0];
  const exif = tiffOf("II", { 8: Array.from({ length: 5_000 }, () => claim) }, "", lengthBytes);
  const startMs = performance.now();
  for (let i = 0; i < 100; i++) expect([readDateTaken(exif), readOrientation(exif)]).toEqual([undefined, 1]);
  expect(performance.now() - startMs).toBeLessThan(2_000);
});

test("whatever the octets are, nothing is thrown", async () => {
  const whole = await exifOf(await encodePicture({ orientation: 6, taken: TAKEN }));
  const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 6 });
  fc.assert(
    fc.property(damage, fc.nat(whole.length), (changes, length) => {
      const damaged = Buffer.from(whole.subarray(0, length));
      for (const [at, octet] of changes) if (at < length) damaged[at] = octet;
      expect(readDateTaken(damaged) ?? 1).toBeGreaterThan(0);
      expect(readOrientation(damaged) ?? 1).toBeGreaterThan(0);
    }),
    { numRuns: 3_000 },
  );
});
