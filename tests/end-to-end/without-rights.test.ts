/**
 * What the server's user may not read or write, through the real command: it is told from what is not there, nothing else
 * suffers from it, and it is served as soon as it may be. Run by root, the server is started without root's rights.
 */
import { chmod, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { CAN_DROP_RIGHTS, WITHOUT_RIGHTS_OF_ROOT } from "../support/confinement.ts";
import { releaseAfter } from "../support/lifetime.ts";
import { type RawResponse, type RequestOptions, fetchRaw } from "../support/raw-client.ts";
import { type Server, runCommand, startServer } from "../support/server.ts";
import { type TemporaryAlbum, createTemporaryAlbum, makePicture } from "../support/temporary-album.ts";

const SECRET = "a secret";
const LEADING_OUT = ["/far.jpg", "/far", "/far/", "/far/a.jpg", "/near.jpg", "/near.jpg?size=320"];
/** As Chromium asks for a picture on a page. */
const AS_IMAGE = { fields: ["Accept: image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"] };

if (!CAN_DROP_RIGHTS && process.env["REQUIRE_ALL_TESTS"] !== undefined)
  throw new Error("There is no setpriv.");

describe.skipIf(!CAN_DROP_RIGHTS)("without the right to", () => {
  let album: TemporaryAlbum;
  let outside: TemporaryAlbum;
  let server: Server;

  beforeAll(async () => {
    const photo = await makePicture();
    outside = await createTemporaryAlbum({ "closed/a.jpg": SECRET, "b.jpg": SECRET }, "file");
    album = await createTemporaryAlbum({ "photo.jpg": photo, "open/photo.jpg": photo }, "file");
    await lock("locked.jpg", 0o000, await makePicture({ widthPx: 30 }));
    await lock("locked.txt", 0o000, SECRET);
    for (const mode of [0o000, 0o100, 0o400]) await lockFolder(`locked-${mode.toString(8)}`, mode, photo);
    await symlink(join(outside.path, "closed/a.jpg"), join(album.path, "far.jpg"));
    await symlink(join(outside.path, "closed"), join(album.path, "far"));
    await symlink(join(outside.path, "b.jpg"), join(album.path, "near.jpg"));
    await chmod(join(outside.path, "b.jpg"), 0);
    await chmodForNow(join(outside.path, "closed"), 0);
    server = await startServer({ root: album.path, through: WITHOUT_RIGHTS_OF_ROOT, lifetime: "file" });
  });

  async function lock(name: string, mode: number, content: string | Buffer): Promise<void> {
    await chmod(await album.add(name, content), mode);
  }

  async function lockFolder(name: string, mode: number, photo: Buffer): Promise<void> {
    await album.add(`${name}/photo.jpg`, photo);
    await chmodForNow(join(album.path, name), mode);
  }

  const fetch = (target: string, options?: RequestOptions): Promise<RawResponse> =>
    fetchRaw(server.port, target, options);

  test.each([
    "/locked.txt",
    "/locked.jpg",
    "/locked.jpg?size=320",
    "/locked-0/",
    "/locked-0/photo.jpg",
    "/locked-0/photo.jpg?size=320",
    "/locked-0/photo.jpg?view",
    "/locked-0",
    "/locked-100/",
    "/locked-400/photo.jpg",
  ])("read %s, it is 403, and nothing is told but that", async (target) => {
    const { status, content } = await fetch(target);
    expect([status, content.toString()]).toEqual([403, "403 Forbidden\nThis may not be read.\n"]);
  });

  test.each(LEADING_OUT)(
    "read what %s leads to outside, it is 404: nobody shall learn that it is there",
    async (target) => {
      expect((await fetch(target)).status).toBe(404);
    },
  );

  test("list a folder, what is in it can be had by its name", async () => {
    expect((await fetch("/locked-100/photo.jpg")).status).toBe(200);
    expect((await fetch("/locked-100/photo.jpg?size=320")).status).toBe(200);
  });

  test("read a photo or a folder, the page they are on opens, and shows a tile for the photo", async () => {
    const { status, content } = await fetch("/");
    const page = content.toString();
    expect(status).toBe(200);
    expect(page).toContain('href="/open/"');
    expect(page).not.toContain('href="/locked-0/"');
    const [, source = ""] = / src="(\/locked\.jpg\?size=[^"]*)"/.exec(page) ?? [];
    const tile = await fetch(source.replace("&amp;", "&"), AS_IMAGE);
    expect([tile.status, tile.fields.get("content-type")]).toEqual([403, "image/svg+xml"]);
    expect((await fetch("/locked.jpg?view")).status).toBe(200);
  });

  test("read, it is served as soon as it may be", async () => {
    await lock("later.jpg", 0o000, await makePicture({ widthPx: 40 }));
    expect((await fetch("/later.jpg?size=320")).status).toBe(403);
    await chmod(join(album.path, "later.jpg"), 0o600);
    expect((await fetch("/later.jpg?size=320")).status).toBe(200);
    expect((await fetch("/later.jpg")).status).toBe(200);
  });

  test("read the folder that is to be shared, it is said in one line", async () => {
    const { path } = await createTemporaryAlbum();
    await chmod(path, 0o000);
    const { code, stderr } = await runCommand(["-p", "0", path], { through: WITHOUT_RIGHTS_OF_ROOT });
    expect(stderr).toMatch(/^httpd: the folder .* may not be read \(EACCES\).*\n$/);
    expect(code).toBe(2);
  });

  test("read the folder that is shared, it is 403 until it may be read again", async () => {
    const { path } = await createTemporaryAlbum({ "photo.jpg": await makePicture() });
    const { port } = await startServer({ root: path, through: WITHOUT_RIGHTS_OF_ROOT });
    const statuses = async (): Promise<number[]> => [
      (await fetchRaw(port, "/")).status,
      (await fetchRaw(port, "/photo.jpg")).status,
    ];
    expect(await statuses()).toEqual([200, 200]);
    await chmod(path, 0);
    await vi.waitFor(async () => expect(await statuses()).toEqual([403, 403]), PATIENCE);
    await chmod(path, 0o700);
    await vi.waitFor(async () => expect(await statuses()).toEqual([200, 200]), PATIENCE);
  });

  test("write the cache, thumbnails are served all the same, and the log says so once", async () => {
    const { path } = await createTemporaryAlbum({ "a.jpg": await makePicture() });
    const { path: cache } = await createTemporaryAlbum();
    await chmod(cache, 0o500);
    const args = ["--cache", cache];
    const readOnly = await startServer({ root: path, args, through: WITHOUT_RIGHTS_OF_ROOT, workers: 1 });
    for (const target of ["/a.jpg?size=320", "/a.jpg?size=640", "/a.jpg?size=1600", "/"]) {
      expect((await fetchRaw(readOnly.port, target)).status).toBe(200);
    }
    await readOnly.stop();
    expect((await readOnly.log()).match(/The cache cannot be written \(EACCES\)/g)).toHaveLength(1);
    expect(await readdir(cache)).toEqual([]);
  });

  test("write where the cache would be made, the server starts and serves", async () => {
    const { path } = await createTemporaryAlbum({ "a.jpg": await makePicture() });
    const { path: closed } = await createTemporaryAlbum();
    await chmod(closed, 0o500);
    const args = ["--cache", join(closed, "cache")];
    const cacheless = await startServer({ root: path, args, through: WITHOUT_RIGHTS_OF_ROOT });
    expect((await fetchRaw(cacheless.port, "/a.jpg?size=320")).status).toBe(200);
    expect((await fetchRaw(cacheless.port, "/")).status).toBe(200);
  });
});

/** A page, or a file that is open, is looked at anew each second. */
const PATIENCE = { timeout: 20_000, interval: 50 };

/** What is in it can be removed afterwards. */
async function chmodForNow(folder: string, mode: number): Promise<void> {
  await chmod(folder, mode);
  releaseAfter("file", () => chmod(folder, 0o700));
}
