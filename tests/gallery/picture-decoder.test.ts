import sharp from "sharp";
import { describe, expect, test } from "vitest";
import {
  type PictureLimits,
  type RenditionFormat,
  UnreadablePicture,
  createPictureDecoder,
} from "../../src/gallery/picture-decoder.ts";
import { settings } from "../../settings.ts";
import { deepBlackPng } from "../support/hostile-pictures.ts";
import {
  ORIENTATIONS,
  UPRIGHT,
  UPRIGHT_CORNERS,
  cornerColours,
  encodePicture,
  plainPicture,
} from "../support/pictures.ts";

const decoder = createPictureDecoder(settings.pictures);

const FORMATS: readonly RenditionFormat[] = ["jpeg", "webp"];

async function sizeOf(bytes: Buffer): Promise<string> {
  const { width, height } = await sharp(bytes).metadata();
  return `${width} x ${height}`;
}

describe("a rendition is upright, whichever way the camera was held", () => {
  for (const orientation of ORIENTATIONS) {
    test(`orientation ${orientation}`, async () => {
      const picture = await encodePicture({ orientation });
      const rendition = await decoder.render(picture, 48, "jpeg");
      expect(await sizeOf(rendition)).toBe("48 x 32");
      expect(await cornerColours(rendition)).toEqual(UPRIGHT_CORNERS);
      expect(await decoder.readHeader(picture)).toMatchObject(UPRIGHT);
    });
  }

  test("also of a PNG and a WebP that say so, and as a WebP", async () => {
    for (const format of ["png", "webp"] as const) {
      const picture = await encodePicture({ orientation: 6, format });
      expect(await cornerColours(await decoder.render(picture, 48, "webp"))).toEqual(UPRIGHT_CORNERS);
      expect(await decoder.readHeader(picture)).toMatchObject(UPRIGHT);
    }
  });
});

describe("a rendition fits in a square", () => {
  test.each([
    { source: { widthPx: 96, heightPx: 64 }, sizePx: 48, size: "48 x 32" },
    { source: { widthPx: 64, heightPx: 96 }, sizePx: 48, size: "32 x 48" },
    { source: { widthPx: 96, heightPx: 96 }, sizePx: 48, size: "48 x 48" },
    { source: { widthPx: 1000, heightPx: 2 }, sizePx: 100, size: "100 x 1" },
  ])("$source.widthPx x $source.heightPx in $sizePx is $size", async ({ source, sizePx, size }) => {
    const picture = await plainPicture(source.widthPx, source.heightPx).png().toBuffer();
    expect(await sizeOf(await decoder.render(picture, sizePx, "jpeg"))).toBe(size);
  });

  test("and is never enlarged", async () => {
    const picture = await plainPicture(30, 20).png().toBuffer();
    for (const format of FORMATS)
      expect(await sizeOf(await decoder.render(picture, 640, format))).toBe("30 x 20");
  });
});

describe("a rendition is in the format that was asked for", () => {
  test.each(FORMATS.map((format) => ({ format })))("$format", async ({ format }) => {
    const rendition = await decoder.render(await encodePicture(), 48, format);
    expect((await sharp(rendition).metadata()).format).toBe(format);
  });
});

test("a rendition carries no metadata: nobody's name and no place", async () => {
  const picture = await encodePicture({ taken: "2021:05:03 08:15:00" });
  expect(picture.includes("A-SECRET-NAME")).toBe(true);
  for (const format of FORMATS) {
    const rendition = await decoder.render(picture, 48, format);
    const { exif, xmp, iptc, icc, orientation } = await sharp(rendition).metadata();
    expect([exif, xmp, iptc, icc, orientation]).toEqual(Array(5).fill(undefined));
    expect(rendition.includes("A-SECRET-NAME")).toBe(false);
    expect(rendition.includes("Exif")).toBe(false);
  }
});

describe("what is transparent", () => {
  const transparent = {
    width: 40,
    height: 40,
    channels: 4,
    background: { r: 0, g: 0, b: 0, alpha: 0 },
  } as const;

  test("stands on white in a JPEG, which knows no transparency", async () => {
    const picture = await sharp({ create: transparent }).png().toBuffer();
    expect(await cornerColours(await decoder.render(picture, 20, "jpeg"))).toEqual(Array(4).fill("white"));
  });

  test("stays transparent in a WebP", async () => {
    const picture = await sharp({ create: transparent }).png().toBuffer();
    expect((await sharp(await decoder.render(picture, 20, "webp")).stats()).isOpaque).toBe(false);
  });
});

describe("photographs of all kinds are decoded", () => {
  const kinds: { kind: string; make: () => Promise<Buffer> }[] = [
    { kind: "a JPEG in CMYK", make: () => plainPicture(60, 40).toColourspace("cmyk").jpeg().toBuffer() },
    { kind: "a progressive JPEG", make: () => plainPicture(60, 40).jpeg({ progressive: true }).toBuffer() },
    { kind: "a PNG of 16 bits", make: () => plainPicture(60, 40).toColourspace("rgb16").png().toBuffer() },
    { kind: "a PNG with a palette", make: () => plainPicture(60, 40).png({ palette: true }).toBuffer() },
    { kind: "a GIF", make: () => plainPicture(60, 40).gif().toBuffer() },
    { kind: "a WebP", make: () => plainPicture(60, 40).webp().toBuffer() },
    { kind: "a TIFF", make: () => plainPicture(60, 40).tiff().toBuffer() },
    { kind: "an AVIF", make: () => plainPicture(64, 48).avif({ effort: 0 }).toBuffer() },
    {
      kind: "an animated GIF, of which the first picture counts",
      make: async () => {
        const frames = await Promise.all(
          (["red", "blue"] as const).map((colour) => plainPicture(60, 40, colour).png().toBuffer()),
        );
        return await sharp(frames, { join: { animated: true } })
          .gif()
          .toBuffer();
      },
    },
  ];
  test.each(kinds)("$kind", async ({ make }) => {
    const rendition = await decoder.render(await make(), 30, "jpeg");
    expect(await cornerColours(rendition)).toEqual(Array(4).fill("red"));
    const { space, width, height } = await sharp(rendition).metadata();
    expect([space, width]).toEqual(["srgb", 30]);
    expect(height).toBeLessThanOrEqual(30);
  });

  test("a picture without colours", async () => {
    const picture = await plainPicture(60, 40, "black").toColourspace("b-w").png().toBuffer();
    expect(await cornerColours(await decoder.render(picture, 30, "jpeg"))).toEqual(Array(4).fill("black"));
  });
});

describe("what is refused, whatever the name of the file", () => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>`;
  const kinds: { because: string; make: () => Promise<Buffer> | Buffer }[] = [
    { because: "it is SVG", make: () => Buffer.from(svg) },
    { because: "it is SVG with a declaration", make: () => Buffer.from(`<?xml version="1.0"?>\n${svg}`) },
    {
      because: "it is PDF",
      make: () => Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"),
    },
    {
      because: "it is PPM, which is no photograph",
      make: () => Buffer.from("P6 1 1 255\n\x01\x02\x03", "latin1"),
    },
    { because: "it is text", make: () => Buffer.from("Not a picture at all, only text.\n") },
    { because: "it is empty", make: () => Buffer.alloc(0) },
    { because: "it is the beginning of a JPEG", make: () => Buffer.from([0xff, 0xd8, 0xff]) },
    {
      because: "it is noise",
      make: () => Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 7919) % 256)),
    },
    { because: "one of its sides is 30,001 px long", make: () => plainPicture(30_001, 1).png().toBuffer() },
    { because: "its other side is 30,001 px long", make: () => plainPicture(1, 30_001).png().toBuffer() },
  ];
  test.each(kinds)("because $because", async ({ make }) => {
    const bytes = await make();
    await expect(decoder.readHeader(bytes)).rejects.toThrow(UnreadablePicture);
    await expect(decoder.render(bytes, 320, "jpeg")).rejects.toThrow(UnreadablePicture);
  });

  test("because it is a JPEG of which the end is missing, though its header can be read", async () => {
    const whole = await encodePicture({ widthPx: 400, heightPx: 300 });
    const truncated = whole.subarray(0, whole.length / 2);
    expect(await decoder.readHeader(truncated)).toMatchObject({ widthPx: 400, heightPx: 300 });
    await expect(decoder.render(truncated, 320, "jpeg")).rejects.toThrow(UnreadablePicture);
  });

  test("because it has more pixels than are allowed", async () => {
    const limits: PictureLimits = { ...settings.pictures, maxSourcePixels: 9_999 };
    const strict = createPictureDecoder(limits);
    await expect(strict.render(await plainPicture(100, 100).png().toBuffer(), 50, "jpeg")).rejects.toThrow(
      UnreadablePicture,
    );
    await expect(
      strict.render(await plainPicture(99, 101).png().toBuffer(), 50, "jpeg"),
    ).resolves.toBeInstanceOf(Buffer);
  });

  test("a side of exactly 30,000 px is not", async () => {
    const picture = await plainPicture(30_000, 1).png().toBuffer();
    expect(await decoder.readHeader(picture)).toMatchObject({ widthPx: 30_000, heightPx: 1 });
  });
});

test("what takes too long is given up, and may go well another time", async () => {
  const limits = { ...settings.pictures, decodeTimeoutSeconds: 1, maxSourcePixels: 1e9 };
  const impatient = createPictureDecoder(limits);
  const slow = deepBlackPng(30_000, 30_000); // 5 GB to be decoded: more than a second for years to come
  await expect(impatient.render(slow, 320, "jpeg")).rejects.toMatchObject({
    name: "UnreadablePicture",
    mayPass: true,
  });
});

test("what went wrong inside is a cause for the log and no part of the message", async () => {
  const error: unknown = await decoder
    .render(Buffer.from("text"), 320, "jpeg")
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UnreadablePicture);
  expect((error as UnreadablePicture).message).not.toMatch(/vips|buffer|format/i);
  expect((error as UnreadablePicture).cause).toBeInstanceOf(Error);
});

test("the header tells when the photo was taken, and that of a picture without EXIF does not", async () => {
  const takenMs = Date.UTC(2021, 4, 3, 8, 15, 30);
  for (const format of ["jpeg", "png", "webp"] as const) {
    const picture = await encodePicture({ format, taken: "2021:05:03 08:15:30" });
    expect((await decoder.readHeader(picture)).takenMs).toBe(takenMs);
  }
  expect((await decoder.readHeader(await plainPicture(9, 9).png().toBuffer())).takenMs).toBeUndefined();
});

test("the beginning of a file is enough for its header", async () => {
  const picture = await encodePicture({ widthPx: 600, heightPx: 400, orientation: 6, format: "png" });
  expect(await decoder.readHeader(picture.subarray(0, 2_000))).toMatchObject({ widthPx: 600, heightPx: 400 });
});
