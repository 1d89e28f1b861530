/**
 * Albums of so many photos, for those who measure what a page of them costs.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";

export type SizedAlbum = {
  /** Of how many photos, to be read: `10,000`. */
  readonly label: string;
  readonly photoCount: number;
  readonly path: string;
  readonly directory: string;
};

/** Of different shapes, so that rows have to be made; small, since none of them is shown. */
const SHAPES_PX = [
  [48, 32],
  [32, 48],
  [40, 40],
  [64, 27],
] as const;

/** @returns one album for each count, in a folder of its own each, so that none is seen from another's page */
export async function makeAlbums(directory: string, photoCounts: readonly number[]): Promise<SizedAlbum[]> {
  const photos = await Promise.all(SHAPES_PX.map(paint));
  const albums: SizedAlbum[] = [];
  for (const photoCount of photoCounts) {
    const name = `Album of ${photoCount}`;
    const folder = join(directory, name);
    await mkdir(folder, { recursive: true });
    for (let i = 1; i <= photoCount; i += 1) {
      const photo = photos[i % photos.length] ?? Buffer.alloc(0);
      await writeFile(join(folder, `IMG_${i}.jpg`), photo);
    }
    const path = `/${encodeURIComponent(name)}/`;
    albums.push({ label: photoCount.toLocaleString("en"), photoCount, path, directory: folder });
  }
  return albums;
}

async function paint([width, height]: readonly [number, number], index: number): Promise<Buffer> {
  const background = { r: 60 + 40 * index, g: 120, b: 200 - 30 * index };
  return await sharp({ create: { width, height, channels: 3, background } })
    .jpeg()
    .toBuffer();
}

/** How many photos a page links to. */
export function countPhotos(html: string): number {
  return new Set(html.match(/href="[^"]*\.jpg\?view"/g) ?? []).size;
}
