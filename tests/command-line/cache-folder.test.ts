import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cacheFolder } from "../../src/command-line/cache-folder.ts";
import { createTemporaryFolder } from "../support/temporary-album.ts";

type Place = { readonly because: string; readonly root?: string; readonly cache: string };

/** Folders `photos/summer`, `photos/.hidden` and `elsewhere`, a file, and links between them; paths are below it. */
async function createPlaces(): Promise<string> {
  const base = await createTemporaryFolder();
  for (const name of ["photos/summer", "photos/.hidden", "elsewhere"]) {
    await mkdir(join(base, name), { recursive: true });
  }
  await writeFile(join(base, "file"), "no folder");
  const links = {
    "to-photos": "photos",
    "to-summer": "photos/summer",
    "to-hidden": "photos/.hidden",
    "to-file": "file",
    "to-nowhere": "photos/thumbnails",
    "to-itself": "to-itself",
    "photos/to-elsewhere": "../elsewhere",
    "photos/.to-summer": "summer",
  };
  for (const [name, target] of Object.entries(links)) await symlink(target, join(base, name));
  return base;
}

async function chooseBelow({
  root = "photos",
  cache,
}: Place): Promise<{ chosen: () => string; asked: string }> {
  const base = await createPlaces();
  const asked = join(base, cache);
  return { chosen: () => cacheFolder(asked, join(base, root)), asked };
}

describe("a cache that visitors would see is refused:", () => {
  test.each<Place>([
    { because: "the shared folder itself", cache: "photos" },
    { because: "a folder in it", cache: "photos/summer" },
    { because: "one that is not there yet", cache: "photos/new/thumbnails" },
    { because: "a link to the shared folder", cache: "to-photos" },
    { because: "a link to a folder in it", cache: "to-summer" },
    { because: "one that is not there yet, below a link", cache: "to-summer/new/thumbnails" },
    { because: "a hidden link to what is not hidden", cache: "photos/.to-summer" },
    { because: "its real name, where a link is shared", root: "to-photos", cache: "photos/summer" },
    { because: "the name by a link, where a link is shared", root: "to-photos", cache: "to-photos/new" },
  ])("$because", async (place) => {
    const { chosen } = await chooseBelow(place);
    expect(chosen).toThrow(/lies in the shared folder/);
  });
});

describe("a cache that visitors do not see is taken by the name it was given:", () => {
  test.each<Place>([
    { because: "a folder elsewhere", cache: "elsewhere" },
    { because: "one that is not there yet", cache: "elsewhere/new/thumbnails" },
    { because: "a hidden folder in the shared one", cache: "photos/.hidden" },
    { because: "a hidden one that is not there yet", cache: "photos/.new" },
    { because: "one below a hidden one", cache: "photos/.hidden/thumbnails" },
    { because: "a link to a hidden one", cache: "to-hidden" },
    { because: "a link that leads out of the shared folder", cache: "photos/to-elsewhere/new" },
    { because: "one beside the shared folder whose name begins like it", cache: "photos-cache" },
    { because: "a hidden folder, where a link is shared", root: "to-photos", cache: "photos/.hidden" },
  ])("$because", async (place) => {
    const { chosen, asked } = await chooseBelow(place);
    expect(chosen()).toBe(asked);
  });
});

describe("a cache that can be no folder is refused:", () => {
  test.each<Place>([
    { because: "a file", cache: "file" },
    { because: "what is below a file", cache: "file/thumbnails" },
    { because: "a link to a file", cache: "to-file" },
    { because: "a link that leads nowhere yet", cache: "to-nowhere" },
    { because: "a link that leads to itself", cache: "to-itself/thumbnails" },
  ])("$because", async (place) => {
    const { chosen } = await chooseBelow(place);
    expect(chosen).toThrow(/the cache ".*" can be no folder: ".*" is none/);
  });
});
