// The demo's photos, small: what the gallery is to be shown with must itself be right.

import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import exifReader from "exif-reader";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { albums, type Orientation } from "../../demo/albums.ts";
import { encodePhoto } from "../../demo/photo-file.ts";
import { Picture } from "../../demo/picture.ts";
import { createRandom } from "../../demo/random.ts";
import { makeSampleLibrary } from "../../demo/sample-library.ts";

const SCALE = 0.06; // 144 pixels on the longest side
const MARKER = ".sample-library";

let root: string;
let library: string;
let photos: string[];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "share-my-photos-sample-"));
  library = join(root, "library");
  await makeSampleLibrary(library, { scale: SCALE });
  photos = await visibleFiles(library);
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

async function visibleFiles(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

test("has at least 40 photos in at least 5 albums, none of them in the root, and says so", async () => {
  const folders = new Set(photos.map((path) => dirname(path)));
  expect(photos.length).toBeGreaterThanOrEqual(40);
  expect(folders.size).toBeGreaterThanOrEqual(5);
  expect(folders).not.toContain(library);
  expect(await makeSampleLibrary(library, { scale: SCALE })).toEqual({
    photos: photos.length,
    albums: folders.size,
  });
});

test("leaves nothing unfinished behind", async () => {
  const all = await readdir(library, { recursive: true });
  expect(all.filter((path) => path.endsWith(".unfinished"))).toEqual([]);
});

test("holds all eight orientations and four formats", async () => {
  const seen = await Promise.all(photos.map((path) => sharp(path).metadata()));
  // AVIF says it with a property of its own, which says nothing if there is nothing to turn.
  expect(new Set(seen.map(({ orientation = 1 }) => orientation))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8]));
  expect(new Set(seen.map(({ format }) => format))).toEqual(new Set(["jpeg", "png", "webp", "heif"]));
});

test("every photo decodes to the end", async () => {
  for (const path of photos) {
    await expect(sharp(path, { failOn: "warning" }).stats()).resolves.toHaveProperty("isOpaque", true);
  }
});

test("every photo tells its date, camera, lens and exposure", async () => {
  for (const path of photos) {
    const { exif } = await sharp(path).metadata();
    const { Image, Photo } = exifReader(exif ?? Buffer.alloc(0));
    expect({
      path,
      taken: Photo?.DateTimeOriginal,
      texts: [Image?.Make, Image?.Model, Photo?.LensModel].map((text) => typeof text),
      numbers: [Photo?.ExposureTime, Photo?.FNumber, Photo?.FocalLength, Photo?.ISOSpeedRatings].map(
        (number) => typeof number,
      ),
    }).toEqual({
      path,
      taken: (await stat(path)).mtime,
      texts: ["string", "string", "string"],
      numbers: ["number", "number", "number", "number"],
    });
  }
});

test("within an album the photos were taken in the order of the recipe", async () => {
  for (const album of albums) {
    const paths = album.photos.map((photo) => join(library, ...album.folders, photo.fileName));
    const times = await Promise.all(paths.map(async (path) => (await stat(path)).mtimeMs));
    expect(times).toEqual([...times].sort((one, other) => one - other));
    expect(new Set(times).size).toBe(times.length);
  }
});

for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8] as const satisfies readonly Orientation[]) {
  test(`a photo stored with orientation ${orientation} is upright once it is turned`, async () => {
    // Red in the upper left corner, green in the upper right one, the rest dark.
    const scene = new Picture(60, 40);
    scene.rectangle(0, 0, 0.5, 0.5, [220, 20, 20]);
    scene.rectangle(1, 0, 1.5, 0.5, [20, 220, 20]);
    const details = {
      camera: { make: "Make", model: "Model", lens: "Lens", focalLengthMm: 35, fNumber: 8 },
      orientation,
      takenAt: "2024:01:02 03:04:05",
      exposureTime: "1/60",
      iso: 100,
    };
    const size = { width: 60, height: 40 };
    const bytes = await encodePhoto(scene, size, createRandom(1), details, "png");

    const stored = await sharp(bytes).metadata();
    expect([stored.width, stored.height]).toEqual(orientation < 5 ? [60, 40] : [40, 60]);
    const upright = await sharp(bytes).autoOrient().raw().toBuffer();
    const colourAt = (x: number, y: number): string => {
      const at = 3 * (y * size.width + x);
      const [red = 0, green = 0] = upright.subarray(at, at + 3);
      return red > 150 ? "red" : green > 150 ? "green" : "dark";
    };
    const corners = [colourAt(5, 5), colourAt(55, 5), colourAt(5, 35), colourAt(55, 35)];
    expect(corners).toEqual(["red", "green", "dark", "dark"]);
  });
}

test("made twice, the photos are the same to the byte", async () => {
  const again = join(root, "again");
  await makeSampleLibrary(again, { scale: SCALE });
  const differing: string[] = [];
  for (const path of photos) {
    const [one, other] = await Promise.all([readFile(path), readFile(join(again, relative(library, path)))]);
    if (!one.equals(other)) differing.push(path);
  }
  expect(differing).toEqual([]);
});

test("a complete library is used as it is", async () => {
  const [first = ""] = photos;
  const before = await readFile(first);
  await writeFile(first, "touched");
  const progress: number[] = [];
  await makeSampleLibrary(library, { scale: SCALE, onProgress: (done) => progress.push(done) });
  expect(progress).toEqual([]);
  expect(await readFile(first, "utf8")).toBe("touched");
  await writeFile(first, before);
});

test("an interrupted library is completed: what is missing is made, the rest is kept", async () => {
  const [kept = "", lost = ""] = photos;
  const lostBytes = await readFile(lost);
  const marker = await readFile(join(library, MARKER), "utf8");
  await writeFile(join(library, MARKER), marker.replace("complete", "unfinished"));
  await utimes(kept, 1, 1); // would be set again if it were made again
  await rm(lost);
  await makeSampleLibrary(library, { scale: SCALE });
  expect((await stat(kept)).mtimeMs).toBe(1_000);
  expect((await readFile(lost)).equals(lostBytes)).toBe(true);
  expect(await readFile(join(library, MARKER), "utf8")).toBe(marker);
});
