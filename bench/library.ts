/**
 * The photos that are served: the demo's sample library, made where the demo makes it and used again.
 */
import { readdir } from "node:fs/promises";
import { openCachedLibrary } from "../demo/cached-library.ts";

export type Library = {
  readonly directory: string;
  /** Link to each album right below the root: what the root page has to show. */
  readonly topAlbumPaths: readonly string[];
};

export async function openLibrary(): Promise<Library> {
  const directory = await openCachedLibrary(() => undefined);
  const entries = await readdir(directory, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
  return { directory, topAlbumPaths: folders.map(({ name }) => `/${encodeURIComponent(name)}/`) };
}
