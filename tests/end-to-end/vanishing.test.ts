/**
 * What was there a moment ago: files, folders, and all there is, as when a disk is unplugged. It is said to be gone, by
 * everybody who is asked, and is there again as soon as it is back.
 */
import { mkdir, rename, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { fetchRaw } from "../support/raw-client.ts";
import { type Server, startServer } from "../support/server.ts";
import {
  type TemporaryAlbum,
  createTemporaryAlbum,
  createTemporaryFolder,
  makePicture,
} from "../support/temporary-album.ts";

/** A page, or a file that is open, is looked at anew each second. */
const PATIENCE = { timeout: 20_000, interval: 50 };

const statusesOf = async ({ port }: Server, targets: readonly string[]): Promise<number[]> => {
  const responses = await Promise.all(targets.map((target) => fetchRaw(port, target)));
  return responses.map(({ status }) => status);
};

async function createLibrary(): Promise<TemporaryAlbum> {
  const picture = await makePicture();
  return await createTemporaryAlbum({ "photo.jpg": picture, "2021/a.jpg": picture, "2021/b.jpg": picture });
}

test("a folder that goes while it is looked at is gone for everybody, and an error for nobody", async () => {
  const album = await createLibrary();
  const server = await startServer({ root: album.path });
  const targets = [
    "/2021/",
    "/2021/a.jpg",
    "/2021/a.jpg?view",
    "/2021/a.jpg?size=320",
    "/2021/b.jpg?size=640",
  ];
  expect(await statusesOf(server, targets)).toEqual(targets.map(() => 200));
  const looking = Array.from({ length: 20 }, () => statusesOf(server, targets));
  await rm(join(album.path, "2021"), { recursive: true });
  expect((await Promise.all(looking)).flat().filter((status) => status !== 200 && status !== 404)).toEqual(
    [],
  );
  await vi.waitFor(
    async () => expect(await statusesOf(server, targets)).toEqual(targets.map(() => 404)),
    PATIENCE,
  );
  expect((await fetchRaw(server.port, "/")).status).toBe(200);
  await server.stop();
  expect(await server.log()).not.toMatch(/^(?:error|warning)/m);
});

test("a photo that goes behind its page is gone with its thumbnail, and the page shows the others", async () => {
  const album = await createLibrary();
  const server = await startServer({ root: album.path });
  expect((await fetchRaw(server.port, "/2021/")).status).toBe(200);
  await rm(join(album.path, "2021/a.jpg"));
  const [thumbnail, original] = await statusesOf(server, ["/2021/a.jpg?size=320", "/2021/a.jpg"]);
  expect([thumbnail, original]).toEqual([404, 404]);
  await vi.waitFor(async () => {
    const page = (await fetchRaw(server.port, "/2021/")).content.toString();
    expect([page.includes("a.jpg"), page.includes("b.jpg")]).toEqual([false, true]);
  }, PATIENCE);
});

test("all there is may go and come back, or leave an empty folder, as a disk does that is unplugged", async () => {
  const album = await createLibrary();
  const elsewhere = join(await createTemporaryFolder(), "elsewhere");
  const server = await startServer({ root: album.path });
  const pids = await server.workerPids();
  const targets = ["/", "/2021/", "/photo.jpg", "/photo.jpg?size=320"];
  const become = (statuses: readonly number[]): Promise<void> =>
    vi.waitFor(async () => expect(await statusesOf(server, targets)).toEqual(statuses), PATIENCE);
  await become([200, 200, 200, 200]);
  await rename(album.path, elsewhere);
  await become([404, 404, 404, 404]);
  await mkdir(album.path);
  await become([403, 404, 404, 404]); // a page that says that there are no photos yet
  await rmdir(album.path);
  await rename(elsewhere, album.path);
  await become([200, 200, 200, 200]);
  expect(await server.workerPids()).toEqual(pids);
  await server.stop();
  expect(await server.log()).not.toMatch(/^(?:error|warning)/m);
});
