/**
 * Everybody wants pictures that have to be made first.
 */
import { type FSWatcher, readdirSync, watch } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { settings } from "../../settings.ts";
import { releaseAfter } from "../support/lifetime.ts";
import { fetchRaw } from "../support/raw-client.ts";
import { type TemporaryAlbum, makePicture } from "../support/temporary-album.ts";
import {
  GARBAGE_BYTES,
  WORKERS,
  createVisitedAlbum,
  expectUnharmed,
  startWarmServer,
  underAttack,
} from "./attack.ts";
import { comeIn, countBy, get } from "./strangers.ts";

const TILES = 1_000;

/** One for each core, and one that measures: each holds a picture as large as they come here. */
const DARKROOM_BYTES = 3 * 200e6;

let album: TemporaryAlbum;

beforeAll(async () => {
  album = await createVisitedAlbum();
  const photo = await makePicture({ widthPx: 1_800, heightPx: 1_200 });
  await album.add("wanted.jpg", await makePicture({ widthPx: 4_000, heightPx: 3_000 }));
  await album.add("clicked.jpg", photo);
  for (let i = 0; i < TILES; i++) await album.add(`tiles/${i}.jpg`, photo);
});

test("a thumbnail that 300 clients want at once is made once, and nobody else waits", async () => {
  const server = await startWarmServer(album.path);
  const pids = await server.workerPids();
  const begun = await watchThumbnails(server.cacheDirectory);
  const attacked = await underAttack(server, "300 clients who want one cold thumbnail", async () => {
    const strangers = await comeIn(server.port, 300);
    for (const stranger of strangers) {
      stranger.listen().say(get("/wanted.jpg?size=640", "Connection: close"));
    }
    await Promise.all(strangers.map(({ gone }) => gone));
    expect(countBy(strangers, ({ status }) => String(status))).toEqual({ 200: 300 });
    expect(new Set(strangers.map(({ heardBytes }) => heardBytes)).size).toBe(1);
  });
  expect(begun.size).toBe(1);
  await expectUnharmed(server, attacked, { pids, moreBytes: WORKERS * GARBAGE_BYTES + DARKROOM_BYTES });
});

/** Makes the folders beforehand and watches them. @returns the temporary name of each one that is written from now on */
async function watchThumbnails(cacheDirectory: string): Promise<Set<string>> {
  const begun = new Set<string>();
  const watchers: FSWatcher[] = [];
  releaseAfter("test", () => watchers.forEach((watcher) => watcher.close()));
  for (let octet = 0; octet < 256; octet++) {
    const folder = join(cacheDirectory, "thumbnails", octet.toString(16).padStart(2, "0"));
    await mkdir(folder, { recursive: true });
    watchers.push(watch(folder, (_, name) => void (name?.endsWith(".tmp") === true && begun.add(name))));
  }
  return begun;
}

test("of 1,000 tiles at once the line takes what it can, a click comes before them, and nobody else waits", async () => {
  const server = await startWarmServer(album.path);
  const pids = await server.workerPids();
  const filesBefore = readdirSync(server.cacheDirectory, { recursive: true }).length;
  const attacked = await underAttack(server, "1,000 cold thumbnails at once", async () => {
    const strangers = await comeIn(server.port, TILES);
    for (const [i, stranger] of strangers.entries()) {
      stranger.listen().say(get(`/tiles/${i}.jpg?size=320`, "Connection: close"));
    }
    await Promise.race(strangers.map((stranger) => stranger.hears(1)));
    const clicked = await fetchRaw(server.port, "/clicked.jpg?size=1600");
    expect(clicked.status).toBe(200);
    const madeBefore = strangers.filter(({ status }) => status === 200).length;
    expect(madeBefore).toBeLessThan(settings.workers.maxWaitingThumbnails / 2);
    await Promise.all(strangers.map(({ gone }) => gone));
    const made = strangers.filter(({ status }) => status === 200);
    const refused = strangers.filter(({ status }) => status === 503);
    expect(made.length + refused.length).toBe(TILES);
    expect(made.length).toBeGreaterThanOrEqual(settings.workers.maxWaitingThumbnails);
    expect(refused.length).toBeGreaterThan(0);
    const retryAfter = `\r\nRetry-After: ${settings.pictures.retryAfterSeconds}\r\n`;
    expect(refused.filter(({ heard }) => !heard.includes(retryAfter))).toEqual([]);
    process.stdout.write(
      `    ${made.length} made, ${refused.length} refused, ${madeBefore} before the click\n`,
    );
  });
  expect(readdirSync(server.cacheDirectory, { recursive: true }).length).toBeGreaterThan(filesBefore);
  await expectUnharmed(server, attacked, { pids, moreBytes: WORKERS * GARBAGE_BYTES + DARKROOM_BYTES });
});
