// Photos for somebody who has none at hand: painted on the spot, the same on every machine.

import { mkdir, readFile, rename, stat, utimes, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { albums, type AlbumPlan, type PhotoPlan, type Shape } from "./albums.ts";
import type { HourName } from "./hours.ts";
import { encodePhoto, type PhotoDetails, type PhotoFormat } from "./photo-file.ts";
import { Picture } from "./picture.ts";
import { createRandom, seedFrom } from "./random.ts";

export type SampleLibraryOptions = {
  /** 1 is the size of the demo; a test is content with less. */
  scale?: number;
  onProgress?: (done: number, total: number) => void;
};

/** Raised with every change that is to be seen in the pictures: libraries of older versions are made anew. */
const RECIPE_VERSION = 1;

/** Starts with a dot, so the gallery does not show it. */
const MARKER = ".sample-library";

const LONGEST_SIDE_PX = 2_400;
const PANORAMA_SIDE_PX = 3_600;

/** Scenes are painted smaller than the photo is: they are soft anyway, and painting is what takes the time. */
const PAINTED_SHARE = 0.5;

/** One is being painted (in this thread) while others are being encoded (in sharp's). */
const IN_PROGRESS_AT_ONCE = 3;

/**
 * Makes the sample library, unless the directory already has it.
 *
 * A marker file tells which recipe is at work in the directory, and whether it came to its end. So an interrupted
 * run is taken up where it stopped, and what an older recipe has made is painted over.
 *
 * @throws what the file system throws if the directory cannot be written
 */
export async function makeSampleLibrary(
  directory: string,
  { scale = 1, onProgress }: SampleLibraryOptions = {},
): Promise<{ photos: number; albums: number }> {
  const jobs = albums.flatMap((album) => album.photos.map((photo, index) => ({ album, photo, index })));
  const made = { photos: jobs.length, albums: albums.length };
  const recipe = `recipe ${RECIPE_VERSION}, scale ${scale}`;
  const markerPath = join(directory, MARKER);
  const marker = await readMarker(markerPath);
  if (marker === `${recipe}: complete`) return made;

  await mkdir(directory, { recursive: true });
  const isTakenUp = marker === `${recipe}: unfinished`;
  await writeFile(markerPath, `${recipe}: unfinished\n`);
  let done = 0;
  const queue = jobs.values();
  const work = async (): Promise<void> => {
    for (const { album, photo, index } of queue) {
      const path = join(directory, ...album.folders, photo.fileName);
      if (!isTakenUp || !(await exists(path))) await makePhoto(path, album, photo, index, scale);
      done += 1;
      onProgress?.(done, jobs.length);
    }
  };
  await Promise.all(Array.from({ length: IN_PROGRESS_AT_ONCE }, work));
  await writeFile(markerPath, `${recipe}: complete\n`);
  return made;
}

async function readMarker(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch {
    return undefined; // nothing was made here yet; if it cannot be read for another reason, writing will tell
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function makePhoto(
  path: string,
  album: AlbumPlan,
  photo: PhotoPlan,
  index: number,
  scale: number,
): Promise<void> {
  const random = createRandom(seedFrom([...album.folders, photo.fileName].join("/")));
  const size = sizeOf(photo.shape, scale);
  const picture = new Picture(
    Math.round(size.width * PAINTED_SHARE),
    Math.round(size.height * PAINTED_SHARE),
  );
  album.scene(picture, random, photo.hour);

  const takenAt = timeOf(album, photo, index);
  const details: PhotoDetails = {
    camera: album.camera,
    orientation: photo.orientation,
    takenAt: takenAt.toISOString().slice(0, 19).replaceAll("-", ":").replace("T", " "),
    ...EXPOSURES[photo.hour],
  };
  const bytes = await encodePhoto(picture, size, random, details, formatOf(photo.fileName));
  await mkdir(join(path, ".."), { recursive: true });
  // Whoever looks while we are at work, or after we were interrupted, finds whole photos only.
  const unfinished = join(path, "..", `.${photo.fileName}.unfinished`);
  await writeFile(unfinished, bytes);
  await utimes(unfinished, takenAt, takenAt);
  await rename(unfinished, path);
}

function sizeOf(shape: Shape, scale: number): { width: number; height: number } {
  const longest = (shape === "panorama" ? PANORAMA_SIDE_PX : LONGEST_SIDE_PX) * scale;
  const [wide, high] = PROPORTIONS[shape];
  const unit = longest / Math.max(wide, high);
  return { width: Math.round(wide * unit), height: Math.round(high * unit) };
}

const PROPORTIONS: Record<Shape, readonly [wide: number, high: number]> = {
  "3:2": [3, 2],
  "4:3": [4, 3],
  "16:9": [16, 9],
  square: [1, 1],
  "2:3": [2, 3],
  "3:4": [3, 4],
  panorama: [3, 1],
};

/** One photo a day, at the hour that its light tells, with minutes that do not look made up. */
function timeOf({ firstDay }: AlbumPlan, { hour }: PhotoPlan, index: number): Date {
  const day = Date.parse(`${firstDay}T00:00:00Z`);
  const minutes = TIMES_OF_DAY[hour] * 60 + ((index * 17 + 7) % 50);
  return new Date(day + index * 86_400_000 + minutes * 60_000 + ((index * 23) % 60) * 1_000);
}

const TIMES_OF_DAY: Record<HourName, number> = {
  dawn: 6,
  day: 11,
  golden: 18,
  sunset: 20,
  dusk: 21,
  night: 22,
};

const EXPOSURES: Record<HourName, { exposureTime: string; iso: number }> = {
  dawn: { exposureTime: "1/125", iso: 200 },
  day: { exposureTime: "1/500", iso: 100 },
  golden: { exposureTime: "1/250", iso: 100 },
  sunset: { exposureTime: "1/60", iso: 200 },
  dusk: { exposureTime: "1/15", iso: 800 },
  night: { exposureTime: "8/1", iso: 1_600 },
};

function formatOf(fileName: string): PhotoFormat {
  switch (extname(fileName)) {
    case ".png":
      return "png";
    case ".webp":
      return "webp";
    case ".avif":
      return "avif";
    default:
      return "jpeg";
  }
}
