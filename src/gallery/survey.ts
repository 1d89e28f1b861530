/**
 * How much there is to see: for the terminal, at start.
 */
import type { Albums } from "./albums.ts";
import { ROOT_KEY, type Storage, type StorageKey, childKey } from "./storage.ts";

export type Survey = { readonly albums: number; readonly photos: number; readonly sizeBytes: number };

export async function surveyLibrary(storage: Storage, albums: Albums): Promise<Survey> {
  const { albumCount, photoCount } = await albums.summary(ROOT_KEY);
  return { albums: albumCount, photos: photoCount, sizeBytes: await sizeBelow(storage, albums, ROOT_KEY) };
}

async function sizeBelow(storage: Storage, albums: Albums, folder: StorageKey): Promise<number> {
  let sizeBytes = 0;
  for (const name of (await albums.list(folder)).photoNames) {
    sizeBytes += (await storage.stat(childKey(folder, name)))?.sizeBytes ?? 0;
  }
  for (const { key } of await albums.albums(folder)) sizeBytes += await sizeBelow(storage, albums, key);
  return sizeBytes;
}
