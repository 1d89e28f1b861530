/**
 * The folder that every server of a comparison is given:
 *
 *     index.html          our front page, for those who make none; we show the albums instead
 *     small.txt           what a request costs by itself
 *     thumbnail.bin       one of ours, about 10 KB, as a file
 *     10-kb.bin           a picture of a known size, too small to be a photo
 *     Originals/*.jpg     photos of a known size; with us an album
 *     cold/SIZE/N         the same octets by many names, for a server that is to see each for the first time
 *     2022/ …             the sample library
 */
import { cp, link, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { checkRootPage, checkThumbnails } from "./checks.ts";
import { crawl } from "./crawl.ts";
import { get } from "./get.ts";
import type { Library } from "./library.ts";
import { launchOurServer } from "./our-server.ts";
import { type Target, checkPicture } from "./target.ts";

export type Site = Library & {
  /** Of our server: every thumbnail it is asked for is there already. */
  readonly cacheDirectory: string;
  readonly frontPage: Target;
  readonly small: Target;
  /** Where we make it, and where everybody has it as a file. */
  readonly thumbnail: { readonly ours: Target; readonly asFile: Target };
  readonly sizedFiles: readonly SizedFile[];
};

export type SizedFile = {
  /** `200 KB` */
  readonly label: string;
  readonly bytes: number;
  readonly target: Target;
  /** The same octets by other names. */
  readonly coldPaths: readonly string[];
};

export type SiteWishes = {
  readonly library: Library;
  readonly scratchDirectory: string;
  readonly signal: AbortSignal;
};

const SMALL_FILE = "A small file: what it costs to be asked for it is the whole cost.\n".repeat(3);
const THUMBNAIL_BYTES = 10_000; // or the one that comes next to it
/** Cold ones so many that they take 0.1 s of CPU at least: /proc counts in 0.01 s. */
const SIZED_FILES = [
  { label: "10 KB", path: "/10-kb.bin", bytes: 10_000, coldCount: 2_000 },
  { label: "200 KB", path: "/Originals/200-kb.jpg", bytes: 200_000, coldCount: 1_000 },
  { label: "5 MB", path: "/Originals/5-mb.jpg", bytes: 5_000_000, coldCount: 80 },
  { label: "50 MB", path: "/Originals/50-mb.jpg", bytes: 50_000_000, coldCount: 8 },
] as const;

/** @throws Error if our own front page or our thumbnails are not what they must be */
export async function makeSite({ library, scratchDirectory, signal }: SiteWishes): Promise<Site> {
  const directory = join(scratchDirectory, "site");
  const cacheDirectory = join(scratchDirectory, "cache");
  await cp(library.directory, directory, { recursive: true });
  await writeFile(join(directory, "small.txt"), SMALL_FILE);
  const sizedFiles = await makeSizedFiles(directory, signal);
  const base = { ...library, directory, cacheDirectory, sizedFiles };
  const small = fileTarget("/small.txt", Buffer.from(SMALL_FILE));
  const server = await launchOurServer({
    workers: 1,
    photoDirectory: directory,
    cacheDirectory,
    scratchDirectory,
    signal,
  });
  try {
    const frontPage = fileTarget("/", (await checkRootPage(server.url, library, signal)).body);
    const pages = await crawl(server.url, signal);
    await checkThumbnails(server.url, pages, signal);
    const links = pages.flatMap(({ thumbnails }) => thumbnails.filter(({ sizePx }) => sizePx === 320));
    const ours = await findThumbnail(
      server.url,
      links.map(({ path }) => path),
      signal,
    );
    const asFile = fileTarget("/thumbnail.bin", ours.body);
    await writeFile(join(directory, "index.html"), frontPage.body);
    await writeFile(join(directory, asFile.path), asFile.body);
    return { ...base, frontPage, small, thumbnail: { ours, asFile } };
  } finally {
    await server.stop();
  }
}

function fileTarget(path: string, body: Buffer): Target {
  return { path, status: 200, body };
}

/** Those of an album: enough to choose from. */
const MAX_TRIED = 12;

async function findThumbnail(
  baseUrl: string,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Target> {
  let nearest: Target | undefined;
  for (const path of new Set(paths.slice(0, MAX_TRIED))) {
    const { body } = await get(`${baseUrl}${path}`, signal);
    const distance = Math.abs(body.length - THUMBNAIL_BYTES);
    if (nearest === undefined || distance < Math.abs(nearest.body.length - THUMBNAIL_BYTES)) {
      nearest = fileTarget(path, body);
    }
  }
  if (nearest === undefined) throw new Error("there is no thumbnail on any page");
  await checkPicture(nearest.body);
  return nearest;
}

/** What follows the end of a JPEG is ignored by whoever decodes it, so it can have any size. */
async function makeSizedFiles(directory: string, signal: AbortSignal): Promise<SizedFile[]> {
  const photo = await findPhoto(directory);
  await mkdir(join(directory, "Originals"));
  const files: SizedFile[] = [];
  for (const { label, path, bytes, coldCount } of SIZED_FILES) {
    signal.throwIfAborted();
    const body = Buffer.alloc(bytes);
    const picture = await encodeWithin(photo, bytes);
    picture.copy(body);
    await checkPicture(body);
    await writeFile(join(directory, path), body);
    const coldFolder = `/cold/${bytes}`;
    await mkdir(join(directory, coldFolder), { recursive: true });
    const coldPaths = Array.from({ length: coldCount }, (_, i) => `${coldFolder}/${i}`);
    for (const coldPath of coldPaths) await link(join(directory, path), join(directory, coldPath));
    files.push({ label, bytes, target: fileTarget(path, body), coldPaths });
  }
  return files;
}

async function findPhoto(directory: string): Promise<Buffer> {
  const names = await readdir(directory, { recursive: true });
  const name = names.toSorted().find((path) => path.endsWith(".jpg"));
  if (name === undefined) throw new Error("the sample library has no JPEG");
  return await readFile(join(directory, name));
}

/** @throws Error if it cannot be had so small */
async function encodeWithin(photo: Buffer, maxBytes: number): Promise<Buffer> {
  for (const [sidePx, quality] of [
    [2_400, 90],
    [1_600, 40],
    [320, 40],
    [160, 40],
  ] as const) {
    const picture = await sharp(photo).resize(sidePx, sidePx, { fit: "inside" }).jpeg({ quality }).toBuffer();
    if (picture.length <= maxBytes) return picture;
  }
  throw new Error(`no picture fits in ${maxBytes} bytes`);
}
