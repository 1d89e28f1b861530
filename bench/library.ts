/**
 * The photos that are served: the demo's sample library, made where the demo makes it and used again.
 */
import { readdir } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { makeSampleLibrary } from "../demo/sample-library.ts";

export type Library = {
  readonly directory: string;
  /** Link to each album right below the root: what the root page has to show. */
  readonly topAlbumPaths: readonly string[];
};

export async function openLibrary(): Promise<Library> {
  const directory = await makeSomewhere();
  const entries = await readdir(directory, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
  return { directory, topAlbumPaths: folders.map(({ name }) => `/${encodeURIComponent(name)}/`) };
}

async function makeSomewhere(): Promise<string> {
  const fromVariable = process.env["XDG_CACHE_HOME"] ?? "";
  const cache = isAbsolute(fromVariable) ? fromVariable : join(homedir(), ".cache");
  const places = [cache, tmpdir()].map((place) => join(place, "share-my-photos", "demo-photos"));
  for (const place of places) {
    try {
      await makeSampleLibrary(place);
      return place;
    } catch (error) {
      if (place === places.at(-1)) throw error;
    }
  }
  throw new Error("there is no place for the sample library");
}
