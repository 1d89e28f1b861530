// From a painted scene to the bytes of a photo as a camera would have written it: large, a little grainy, often
// stored turned, with Exif data.

import sharp, { type Exif, type Sharp } from "sharp";
import type { Camera, Orientation } from "./albums.ts";
import type { Picture } from "./picture.ts";
import type { Random } from "./random.ts";

export type PhotoDetails = {
  camera: Camera;
  orientation: Orientation;
  /** As Exif writes it: `YYYY:MM:DD HH:MM:SS`, in UTC. */
  takenAt: string;
  /** In seconds, such as `1/250`. */
  exposureTime: string;
  iso: number;
};

export type PhotoFormat = "jpeg" | "png" | "webp" | "avif";

const GRAIN_LEVELS = 2.2; // standard deviation out of 255: hides the seams of eight bits, costs few bytes in JPEG
const GRAIN_CELLS = 1 << 16;

/** @param size of the picture as it is seen, upright; the scene is enlarged to it */
export async function encodePhoto(
  picture: Picture,
  size: { width: number; height: number },
  random: Random,
  details: PhotoDetails,
  format: PhotoFormat,
): Promise<Uint8Array> {
  const scene = { width: picture.width, height: picture.height, channels: 3 as const };
  const upright = await sharp(picture.toBytes(random), { raw: scene })
    .resize(size.width, size.height, { fit: "fill" })
    .raw()
    .toBuffer();
  const stored = storeTurned(upright, size, details.orientation, createGrain(random));
  const image = sharp(stored.pixels, { raw: { width: stored.width, height: stored.height, channels: 3 } })
    .withMetadata({ orientation: details.orientation })
    .withExifMerge(exifOf(details));
  return inFormat(image, format).toBuffer();
}

/** Effort is low where it is a choice: nobody waits for a slow encoder before a demo. */
function inFormat(image: Sharp, format: PhotoFormat): Sharp {
  switch (format) {
    case "jpeg":
      return image.jpeg({ quality: 85 });
    case "png":
      return image.png({ compressionLevel: 6 });
    case "webp":
      return image.webp({ quality: 85, effort: 2 });
    case "avif":
      return image.avif({ quality: 60, effort: 2 });
    default:
      return format satisfies never;
  }
}

/**
 * Copies the pixels to where a camera held like that would have stored them, and adds grain on the way. The
 * drawings are the stored pictures of a scene in which A is upper left, B upper right, C lower left:
 *
 *     1 A..B   2 B..A   3 ...C   4 C...   5 A.C   6 B..   7 ..B   8 C.A
 *       C...     ...C     B..A     A..B     B..     A.C     C.A     ..B
 */
function storeTurned(
  upright: Uint8Array,
  { width, height }: { width: number; height: number },
  orientation: Orientation,
  grain: Int8Array,
): { pixels: Uint8Array; width: number; height: number } {
  const isTransposed = orientation >= 5;
  const storedWidth = isTransposed ? height : width;
  const storedHeight = isTransposed ? width : height;
  const mirrorsX = [2, 3, 6, 7].includes(orientation); // the scene's left is stored right, or at the bottom
  const mirrorsY = [3, 4, 7, 8].includes(orientation); // the scene's top is stored at the bottom, or right
  const stepX = (isTransposed ? storedWidth : 1) * (mirrorsX ? -3 : 3);
  const stepY = (isTransposed ? 1 : storedWidth) * (mirrorsY ? -3 : 3);
  const pixels = new Uint8ClampedArray(upright.length);
  const origin = (mirrorsX ? -stepX * (width - 1) : 0) + (mirrorsY ? -stepY * (height - 1) : 0);
  let from = 0;
  for (let y = 0; y < height; y++) {
    let to = origin + y * stepY;
    // Each row starts somewhere else in the table, or the grain would show its period.
    let cell = Math.imul(y + 1, 0x9e3779b1) >>> 16;
    for (let x = 0; x < width; x++) {
      const speck = grain[cell] ?? 0;
      cell = (cell + 1) & (GRAIN_CELLS - 1);
      pixels[to] = (upright[from] ?? 0) + speck;
      pixels[to + 1] = (upright[from + 1] ?? 0) + speck;
      pixels[to + 2] = (upright[from + 2] ?? 0) + speck;
      from += 3;
      to += stepX;
    }
  }
  return { pixels: new Uint8Array(pixels.buffer), width: storedWidth, height: storedHeight };
}

/** The same speck for red, green and blue: coloured grain looks like a broken sensor, and costs more bytes. */
function createGrain(random: Random): Int8Array {
  const spread = GRAIN_LEVELS * 2; // three even numbers from -0.5 to 0.5 added up have a deviation of one half
  return Int8Array.from({ length: GRAIN_CELLS }, () =>
    Math.round((random.unit() + random.unit() + random.unit() - 1.5) * spread),
  );
}

/** libvips wants rationals as fractions, and calls Exif's own directory IFD2. */
function exifOf({ camera, takenAt, exposureTime, iso }: PhotoDetails): Exif {
  return {
    IFD0: {
      Make: camera.make,
      Model: camera.model,
      Software: "share-my-photos sample library",
      DateTime: takenAt,
    },
    IFD2: {
      DateTimeOriginal: takenAt,
      OffsetTimeOriginal: "+00:00",
      ExposureTime: exposureTime,
      FNumber: `${Math.round(camera.fNumber * 100)}/100`,
      ISOSpeedRatings: String(iso),
      FocalLength: `${Math.round(camera.focalLengthMm * 100)}/100`,
      LensModel: camera.lens,
    },
  };
}
