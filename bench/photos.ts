/**
 * Photos as cameras make them, in size and in weight; and folders full of them, as hard links, so that thousands take
 * no time and no disk.
 */
import { link, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { createRandom, seedFrom } from "../demo/random.ts";

export type Megapixels = 12 | 24;

const SIDES_PX: Record<Megapixels, { readonly width: number; readonly height: number }> = {
  12: { width: 4_000, height: 3_000 },
  24: { width: 6_000, height: 4_000 },
};

/** Coarse noise to be seen, and fine noise as of a sensor, so that there is as much to decode as in a real photo. */
const SCENE_DIVISOR = 50;
const SENSOR_NOISE = 9;
const NOISE_VALUES = 2 ** 16 - 17; // no divisor of a row, so that no column looks like the next
const CAMERA_QUALITY = 92;

/** @returns JPEGs of about 0.3 bytes a pixel, always the same; the smaller one is cut out of the larger */
export async function makePhotos(): Promise<Record<Megapixels, Buffer>> {
  const { width, height } = SIDES_PX[24];
  const random = createRandom(seedFrom("photos"));
  const scene = { width: width / SCENE_DIVISOR, height: height / SCENE_DIVISOR, channels: 3 } as const;
  const patches = Buffer.alloc(scene.width * scene.height * 3).map(() => random.integer(0, 255));
  const smooth = await sharp(patches, { raw: scene })
    .resize(width, height, { kernel: "cubic" })
    .raw()
    .toBuffer();
  const grain = Int8Array.from({ length: NOISE_VALUES }, () => random.integer(-SENSOR_NOISE, SENSOR_NOISE));
  const pixels = new Uint8ClampedArray(smooth.buffer, smooth.byteOffset, smooth.length);
  for (let i = 0; i < pixels.length; i += 1) pixels[i] = (pixels[i] ?? 0) + (grain[i % NOISE_VALUES] ?? 0);
  const photo = sharp(pixels, { raw: { width, height, channels: 3 } });
  const [large, small] = await Promise.all([
    photo.clone().jpeg({ quality: CAMERA_QUALITY }).toBuffer(),
    photo
      .clone()
      .extract({ left: 0, top: 0, ...SIDES_PX[12] })
      .jpeg({ quality: CAMERA_QUALITY })
      .toBuffer(),
  ]);
  return { 12: small, 24: large };
}

/** A file system allows only so many names of one file (ext4 65,000). */
const NAMES_A_FILE = 1_000;
const LINKS_AT_ONCE = 64;

/**
 * `directory/0001.jpg` and so on: files of the same content, as hard links to a few.
 *
 * @returns their names, in order
 */
export async function fillFolder(directory: string, content: Buffer, count: number): Promise<string[]> {
  await mkdir(directory, { recursive: true });
  const digits = String(count).length;
  const names = Array.from({ length: count }, (_, i) => `${String(i + 1).padStart(digits, "0")}.jpg`);
  for (let start = 0; start < count; start += NAMES_A_FILE) {
    const [first = "", ...others] = names.slice(start, start + NAMES_A_FILE);
    await writeFile(join(directory, first), content);
    const queue = others.values();
    const work = async (): Promise<void> => {
      for (const name of queue) await link(join(directory, first), join(directory, name));
    };
    await Promise.all(Array.from({ length: LINKS_AT_ONCE }, work));
  }
  return names;
}
