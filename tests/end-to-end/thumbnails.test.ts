/**
 * Thumbnails through the real command: size, orientation, format, caching, and what cannot be decoded.
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { type FSWatcher, watch } from "node:fs";
import { mkdir, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, expect, test } from "vitest";
import { settings } from "../../settings.ts";
import { releaseAfter } from "../support/lifetime.ts";
import { RawClient, type RawResponse, fetchRaw } from "../support/raw-client.ts";
import { type Server, kill, startServer } from "../support/server.ts";
import { type TemporaryAlbum, createTemporaryAlbum, makePicture } from "../support/temporary-album.ts";

const WEBP = { fields: ["Accept: image/avif,image/webp,image/png,*/*;q=0.8"] };
const FOREVER = "public, max-age=31536000, immutable";

let album: TemporaryAlbum;
let server: Server;

beforeAll(async () => {
  const files = {
    "wide.jpg": await makePicture({ widthPx: 2_000, heightPx: 1_000 }),
    "tall.png": await makePicture({ widthPx: 500, heightPx: 2_000, format: "png" }),
    "small.jpg": await makePicture({ widthPx: 100, heightPx: 50 }),
    "broken.jpg": (await makePicture({ widthPx: 400, heightPx: 300 })).subarray(0, 300),
    "empty.jpg": "",
    "text.jpg": "This is no picture.",
    "drawing.jpg": "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
    "note.txt": "This is no picture either.",
  };
  album = await createTemporaryAlbum(files, "file");
  for (const orientation of ORIENTATIONS) {
    await album.add(`orientation/${orientation}.jpg`, await makeOrientedPicture(orientation));
  }
  server = await startServer({ root: album.path, lifetime: "file" });
});

const fetch = (target: string): Promise<RawResponse> => fetchRaw(server.port, target, WEBP);

for (const [name, sizePx, widthPx, heightPx] of [
  ["wide.jpg", 320, 320, 160],
  ["wide.jpg", 640, 640, 320],
  ["wide.jpg", 1600, 1600, 800],
  ["tall.png", 320, 80, 320],
  ["tall.png", 1600, 400, 1600],
  ["small.jpg", 320, 100, 50],
  ["small.jpg", 1600, 100, 50],
] as const) {
  test(`makes ${widthPx}x${heightPx} of ${name} for size ${sizePx}`, async () => {
    const { status, fields, content } = await fetch(`/${name}?size=${sizePx}`);
    const { width, height, format } = await sharp(content).metadata();
    expect([status, width, height, format]).toEqual([200, widthPx, heightPx, "webp"]);
    expect(fields.get("content-type")).toBe("image/webp");
  });
}

const ORIENTATIONS = [1, 2, 3, 4, 5, 6, 7, 8] as const;
type Orientation = (typeof ORIENTATIONS)[number];

/** The corners of the stored picture, clockwise from the top left one. */
const CORNERS = [
  { name: "red", rgb: [255, 0, 0] },
  { name: "green", rgb: [0, 128, 0] },
  { name: "blue", rgb: [0, 0, 255] },
  { name: "yellow", rgb: [255, 255, 0] },
] as const;

/** What the upper left and the upper right corner are to be, once it is upright (EXIF 2.32, Orientation). */
const UPRIGHT: Record<Orientation, readonly [string, string]> = {
  1: ["red", "green"],
  2: ["green", "red"],
  3: ["blue", "yellow"],
  4: ["yellow", "blue"],
  5: ["red", "yellow"],
  6: ["yellow", "red"],
  7: ["blue", "green"],
  8: ["green", "blue"],
};

async function makeOrientedPicture(orientation: Orientation): Promise<Buffer> {
  const quarter = { width: 240, height: 160 };
  const places = [
    { left: 0, top: 0 },
    { left: 240, top: 0 },
    { left: 240, top: 160 },
    { left: 0, top: 160 },
  ];
  const quarters = places.map((place, i) => ({
    ...place,
    input: { create: { ...quarter, channels: 3 as const, background: CORNERS[i]?.name ?? "" } },
  }));
  return await sharp({ create: { width: 480, height: 320, channels: 3, background: "white" } })
    .composite(quarters)
    .withMetadata({ orientation })
    .jpeg({ quality: 95 })
    .toBuffer();
}

for (const orientation of ORIENTATIONS) {
  test(`turns a picture of orientation ${orientation} upright`, async () => {
    for (const options of [WEBP, {}]) {
      const { content } = await fetchRaw(server.port, `/orientation/${orientation}.jpg?size=320`, options);
      const { data, info } = await sharp(content).removeAlpha().raw().toBuffer({ resolveWithObject: true });
      expect([info.width, info.height]).toEqual(orientation < 5 ? [320, 213] : [213, 320]);
      const colourAt = (x: number, y: number): string => nearestColour(data, (y * info.width + x) * 3);
      expect([colourAt(20, 20), colourAt(info.width - 20, 20)]).toEqual(UPRIGHT[orientation]);
      expect((await sharp(content).metadata()).orientation ?? 1).toBe(1);
    }
  });
}

function nearestColour(pixels: Buffer, at: number): string {
  const distance = (rgb: readonly number[]): number =>
    rgb.reduce((sum, value, i) => sum + Math.abs(value - (pixels[at + i] ?? 0)), 0);
  return CORNERS.toSorted((a, b) => distance(a.rgb) - distance(b.rgb))[0]?.name ?? "";
}

for (const [accept, format] of [
  ["Accept: image/webp", "webp"],
  ["Accept: text/html, IMAGE/WebP;q=0.5", "webp"],
  ["Accept: image/webp;q=0", "jpeg"],
  ["Accept: image/*,*/*", "jpeg"],
  ["X-Accept: none", "jpeg"],
] as const) {
  test(`sends ${format} to who says ${accept}`, async () => {
    const { fields, content } = await fetchRaw(server.port, "/wide.jpg?size=320", { fields: [accept] });
    expect([fields.get("content-type"), fields.get("vary")]).toEqual([`image/${format}`, "Accept"]);
    expect((await sharp(content).metadata()).format).toBe(format);
  });
}

test("gives each format and each size an entity tag of its own, and takes it back", async () => {
  const tags = new Set<string>();
  for (const target of ["/wide.jpg", "/wide.jpg?size=320", "/wide.jpg?size=640"]) {
    for (const options of [WEBP, { fields: [] }]) {
      const tag = (await fetchRaw(server.port, target, options)).fields.get("etag") ?? "";
      tags.add(tag);
      const fields = [...options.fields, `If-None-Match: ${tag}`];
      const again = await fetchRaw(server.port, target, { fields });
      expect([again.status, again.content.length]).toEqual([304, 0]);
      expect(again.fields.get("vary")).toBe(target.includes("size") ? "Accept" : undefined);
    }
  }
  expect(tags.size).toBe(5); // the original is the same for everybody
});

for (const size of [
  "0",
  "1",
  "319",
  "321",
  "0320",
  "+320",
  "320px",
  "320.0",
  "3e2",
  " 320",
  "",
  "-320",
  "９",
]) {
  test(`refuses the size ${JSON.stringify(size)} with 400`, async () => {
    const { status, content } = await fetch(`/wide.jpg?size=${encodeURIComponent(size)}`);
    expect(status).toBe(400);
    expect(content.length).toBeLessThan(1_000);
  });
}

async function currentVersion(name: string): Promise<string> {
  const page = (await fetch(`/${name}?view`)).content.toString();
  return /\?size=\d+&amp;v=([\w-]+)/.exec(page)?.[1] ?? "";
}

const cacheControl = async (query: string): Promise<string | undefined> =>
  (await fetch(`/wide.jpg?size=320${query}`)).fields.get("cache-control");

test("may be kept for ever only under its current version", async () => {
  const version = await currentVersion("wide.jpg");
  expect(await cacheControl(`&v=${version}`)).toBe(FOREVER);
  expect(await cacheControl("")).toBe("no-cache");
  expect(await cacheControl("&v=")).toBe("no-cache");
  expect(await cacheControl(`&v=${version.slice(1)}`)).toBe("no-cache");
});

test("is made anew when the file changes, even within the same second and of the same size", async () => {
  const red = await makePicture({ widthPx: 64, heightPx: 64, colour: "rgb(250, 0, 0)", format: "png" });
  const blue = await makePicture({ widthPx: 64, heightPx: 64, colour: "rgb(0, 0, 250)", format: "png" });
  expect(blue.length).toBe(red.length);
  const file = await album.add("changing.png", red);
  const before = await fetch("/changing.png?size=320");
  const version = await currentVersion("changing.png");
  await album.add("changing.png", blue);
  const after = await fetch(`/changing.png?size=320&v=${version}`);
  expect((await firstPixel(before.content))[2]).toBeLessThan(50);
  expect((await firstPixel(after.content))[2]).toBeGreaterThan(200);
  expect(after.fields.get("etag")).not.toBe(before.fields.get("etag"));
  expect(after.fields.get("cache-control")).toBe("no-cache");
  await utimes(file, new Date(), new Date());
});

async function firstPixel(picture: Buffer): Promise<number[]> {
  return [...(await sharp(picture).removeAlpha().raw().toBuffer()).subarray(0, 3)];
}

for (const name of ["broken.jpg", "empty.jpg", "text.jpg", "drawing.jpg", "note.txt"]) {
  test(`answers 415 with a tile for ${name}, at first as well as later`, async () => {
    const pids = await server.workerPids();
    for (let i = 0; i < 3; i++) {
      const { status, fields, content } = await fetch(`/${name}?size=320`);
      expect([status, fields.get("content-type")]).toEqual([415, "image/svg+xml"]);
      expect((await sharp(content).metadata()).format).toBe("svg");
    }
    expect(await server.workerPids()).toEqual(pids);
  });
}

test("tries a picture again that was broken and is no more", async () => {
  const whole = await makePicture({ widthPx: 400, heightPx: 300 });
  await album.add("copying.jpg", whole.subarray(0, 200));
  expect((await fetch("/copying.jpg?size=320")).status).toBe(415);
  await album.add("copying.jpg", whole);
  expect((await fetch("/copying.jpg?size=320")).status).toBe(200);
});

test("answers 404 for a thumbnail of nothing, and leads to the folder for one of a folder", async () => {
  expect((await fetch("/missing.jpg?size=320")).status).toBe(404);
  const { status, fields } = await fetch("/orientation?size=320");
  expect([status, fields.get("location")]).toEqual([301, "/orientation/?size=320"]);
});

test("is made once, although eight workers are asked for it forty times at once", async () => {
  const picture = await makePicture({ widthPx: 3_000, heightPx: 2_000 });
  const { path } = await createTemporaryAlbum({ "photo.jpg": picture });
  const { port, cacheDirectory } = await startServer({ root: path, args: ["-w", "8"] });
  const made = await watchThumbnails(cacheDirectory);
  const responses = await Promise.all(
    Array.from({ length: 40 }, () => fetchRaw(port, "/photo.jpg?size=640", WEBP)),
  );
  for (const { status, content } of responses) {
    expect([status, content.equals(responses[0]?.content ?? Buffer.alloc(0))]).toEqual([200, true]);
  }
  const files = await filesBelow(cacheDirectory);
  expect(files).toHaveLength(1);
  expect(files[0]).toMatch(/^thumbnails\/[\da-f]{2}\/[\da-f]{38}\.webp$/);
  expect([...made].filter((name) => name.endsWith(".tmp"))).toHaveLength(1);
});

/** Makes the folders beforehand and watches them. @returns every name that is seen in them from now on */
async function watchThumbnails(cacheDirectory: string): Promise<Set<string>> {
  const seen = new Set<string>();
  const watchers: FSWatcher[] = [];
  releaseAfter("test", () => watchers.forEach((watcher) => watcher.close()));
  for (let octet = 0; octet < 256; octet++) {
    const folder = join(cacheDirectory, "thumbnails", octet.toString(16).padStart(2, "0"));
    await mkdir(folder, { recursive: true });
    watchers.push(watch(folder, (_, name) => seen.add(name ?? "")));
  }
  return seen;
}

async function filesBelow(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const kinds = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).isFile()));
  return names.filter((_, i) => kinds[i]);
}

test("is served from the cache by a server that starts anew", async () => {
  const { path } = await createTemporaryAlbum({ "photo.jpg": await makePicture() });
  const first = await startServer({ root: path });
  const made = await fetchRaw(first.port, "/photo.jpg?size=320", WEBP);
  const [name = ""] = await filesBelow(first.cacheDirectory);
  await first.stop();
  const other = await sharp(made.content).negate().webp().toBuffer();
  const digest = createHash("sha256").update(other).digest();
  await writeFile(join(first.cacheDirectory, name), Buffer.concat([digest, other]));
  const second = await startServer({ root: path, args: ["--cache", first.cacheDirectory] });
  const kept = await fetchRaw(second.port, "/photo.jpg?size=320", WEBP);
  expect(kept.content.equals(other)).toBe(true);
});

for (const damage of ["", "what a power failure left"]) {
  test(`is made anew if the cache holds ${JSON.stringify(damage)} in its place`, async () => {
    const { path } = await createTemporaryAlbum({ "photo.jpg": await makePicture() });
    const first = await startServer({ root: path });
    const made = await fetchRaw(first.port, "/photo.jpg?size=320", WEBP);
    const [name = ""] = await filesBelow(first.cacheDirectory);
    await first.stop();
    await writeFile(join(first.cacheDirectory, name), damage);
    const second = await startServer({ root: path, args: ["--cache", first.cacheDirectory] });
    const again = await fetchRaw(second.port, "/photo.jpg?size=320", WEBP);
    expect(again.status).toBe(200);
    expect(again.content.equals(made.content)).toBe(true);
  });
}

test("is served without a cache if there can be none, which is said once in the log", async () => {
  const { path } = await createTemporaryAlbum({ "photo.jpg": await makePicture() });
  const cacheless = await startServer({ root: path });
  await rm(cacheless.cacheDirectory, { recursive: true, force: true });
  await writeFile(cacheless.cacheDirectory, "a file where the folder should be");
  for (const sizePx of [320, 640, 1600]) {
    const responses = await Promise.all(
      Array.from({ length: 8 }, () => fetchRaw(cacheless.port, `/photo.jpg?size=${sizePx}`, WEBP)),
    );
    for (const { status } of responses) expect(status).toBe(200);
  }
  expect((await fetchRaw(cacheless.port, "/")).status).toBe(200);
  await cacheless.stop();
  const said = (await cacheless.log()).match(/^.*\bcache\b.*$/gm);
  expect(said).toEqual([expect.stringContaining("The cache cannot be written (ENOTDIR)")]);
});

test("answers a flood with thumbnails or 503 with Retry-After, later with all of them, and lives on", async () => {
  const photo = await makePicture({ widthPx: 300, heightPx: 200 });
  const names = Array.from({ length: 150 }, (_, i) => `${i}.jpg`);
  const { path } = await createTemporaryAlbum(Object.fromEntries(names.map((name) => [name, photo])));
  const flooded = await startServer({ root: path });
  const pids = await flooded.workerPids();
  const wishes = names.flatMap((name) =>
    [320, 640, 1600].flatMap((sizePx) =>
      [WEBP, {}].map((options) => [`/${name}?size=${sizePx}`, options] as const),
    ),
  );
  expect(wishes.length).toBeGreaterThan(settings.workers.maxWaitingThumbnails);
  const retryAfter = String(settings.pictures.retryAfterSeconds);
  let left = wishes;
  for (let round = 0; round < 5 && left.length > 0; round++) {
    const responses = await Promise.all(
      left.map(([target, options]) => fetchRaw(flooded.port, target, options)),
    );
    for (const { status, fields } of responses.filter((response) => response.status !== 200)) {
      expect([status, fields.get("retry-after")]).toEqual([503, retryAfter]);
    }
    left = left.filter((_, i) => responses[i]?.status !== 200);
  }
  expect(left).toEqual([]);
  expect(await flooded.workerPids()).toEqual(pids);
  expect((await flooded.stop()).code).toBe(0);
});

test("serves pages, originals and thumbnails that are there while others cannot be made", async () => {
  const photo = await makePicture({ widthPx: 700, heightPx: 500 });
  const names = Array.from({ length: 12 }, (_, i) => `${i}.jpg`);
  const { path } = await createTemporaryAlbum(Object.fromEntries(names.map((name) => [name, photo])));
  const busy = await startServer({ root: path });
  expect((await fetchRaw(busy.port, "/0.jpg?size=640")).status).toBe(200);
  let made = 0;
  const signalDarkrooms = async (signal: NodeJS.Signals): Promise<void> => {
    for (const pid of await busy.darkroomPids()) kill(pid, signal);
  };
  await signalDarkrooms("SIGSTOP");
  const state = { isOver: false };
  const stopping = (async () => {
    while (!state.isOver) await signalDarkrooms("SIGSTOP"); // those that are started meanwhile as well
  })();
  releaseAfter("test", () => void (state.isOver = true));
  const waiting = names.slice(1).map(async (name) => {
    expect((await fetchRaw(busy.port, `/${name}?size=640`)).status).toBe(200);
    made++;
  });
  for (const target of ["/0.jpg?size=640", "/0.jpg", "/", "/1.jpg?view"]) {
    for (let i = 0; i < 5; i++) expect((await fetchRaw(busy.port, target)).status).toBe(200);
  }
  expect(made).toBeLessThan(waiting.length);
  state.isOver = true;
  await stopping;
  await signalDarkrooms("SIGCONT");
  await Promise.all(waiting);
});

test("does not make what nobody waits for any more", async () => {
  const photo = await makePicture({ widthPx: 1_800, heightPx: 1_200 });
  const names = Array.from({ length: 100 }, (_, i) => `${i}.jpg`);
  const { path } = await createTemporaryAlbum(
    Object.fromEntries([...names, "last.jpg"].map((name) => [name, photo])),
  );
  const left = await startServer({ root: path });
  const clients = await Promise.all(names.map(() => RawClient.connect(left.port)));
  for (const [i, client] of clients.entries()) {
    client.write(`GET /${i}.jpg?size=640 HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  }
  await Promise.race(clients.map(({ socket }) => once(socket, "readable"))); // most of the others wait for their turn
  for (const client of clients) client.socket.resetAndDestroy();
  const patient = await RawClient.connect(left.port);
  patient.write("GET /last.jpg?size=640 HTTP/1.1\r\nHost: localhost\r\n\r\n");
  patient.socket.end(); // who sends no more comes after all that is wanted
  expect((await patient.readResponse()).status).toBe(200);
  expect((await left.stop()).code).toBe(0);
  expect((await filesBelow(left.cacheDirectory)).length).toBeLessThan(names.length * 0.75);
});
