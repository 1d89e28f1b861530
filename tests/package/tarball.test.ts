/**
 * What people get: the packed tarball, installed in an empty folder, shares a photo.
 */
import { execFile } from "node:child_process";
import { realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import sharp from "sharp";
import { expect, test } from "vitest";
import { startServer } from "../support/server.ts";
import { createTemporaryFolder } from "../support/temporary-album.ts";

const run = promisify(execFile);

/** Installing fetches sharp and what belongs to it. */
const INSTALL_MS = 180_000;

test(
  "the packed tarball, installed in an empty folder, shares a photo",
  { timeout: INSTALL_MS },
  async () => {
    const folder = await createTemporaryFolder();
    // without scripts: the tree was built before the tests, and must not be rebuilt under those that run beside this one
    const packed = await run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder]);
    const [{ filename, files }] = JSON.parse(packed.stdout) as [
      { filename: string; files: { path: string }[] },
    ];
    const paths = files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        "package.json",
        "README.md",
        "LICENSE",
        "man/httpd.1",
        "dist/src/cli.js",
        "deploy/share-my-photos.service",
      ]),
    );
    expect(
      paths.filter(
        (path) => !/^(?:dist\/(?:src\/|settings\.js$)|man\/httpd\.1$|deploy\/[^/]+$|[^/]+$)/.test(path),
      ),
    ).toEqual([]);

    await writeFile(join(folder, "package.json"), "{}");
    await run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", join(folder, filename)], {
      cwd: folder,
    });

    const photo = await sharp({ create: { width: 900, height: 600, channels: 3, background: "teal" } })
      .jpeg()
      .toBuffer();
    await writeFile(join(folder, "photo.jpg"), photo);

    for (const name of ["httpd", "share-my-photos"]) {
      const commandFile = await realpath(join(folder, "node_modules", ".bin", name));
      const server = await startServer({ commandFile, root: folder });
      const origin = `http://127.0.0.1:${server.port}`;
      const page = await fetch(`${origin}/`);
      expect(await page.text()).toContain("/photo.jpg?view");
      const thumbnail = await fetch(`${origin}/photo.jpg?size=320`);
      const { width, height } = await sharp(Buffer.from(await thumbnail.arrayBuffer())).metadata();
      expect([width, height]).toEqual([320, 213]);
      const original = await fetch(`${origin}/photo.jpg`);
      expect(Buffer.from(await original.arrayBuffer()).equals(photo)).toBe(true);
      expect(await server.stop()).toMatchObject({ code: 0 });
    }
  },
);
