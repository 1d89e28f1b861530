/**
 * Gathers what a page shows: names first, then sizes and shapes of only those photos that stand on it.
 */
import { HttpError } from "../http/errors.ts";
import type { AlbumCard, AlbumView, PhotoTile } from "./album-page.ts";
import type { Albums, Summary } from "./albums.ts";
import { titleOf } from "./page.ts";
import type { Measurement, PhotoIndex } from "./photo-index.ts";
import type { PhotoView } from "./photo-page.ts";
import { mapFewAtOnce } from "./slices.ts";
import { ROOT_KEY, type Storage, type StorageKey, childKey, nameOf, parentKey } from "./storage.ts";

export type ViewParts = {
  readonly storage: Storage;
  readonly albums: Albums;
  readonly photoIndex: PhotoIndex;
  readonly rootTitle: string;
  readonly itemsPerPage: number;
};

/**
 * Albums come first and then photos, as one sequence that is cut into pages.
 *
 * @param page from 1
 * @returns "empty" for a folder without a picture in it or below it
 * @throws HttpError 404 for a page there is not
 */
export async function viewAlbum(
  parts: ViewParts,
  folder: StorageKey,
  page: number,
): Promise<AlbumView | "empty"> {
  const { albums, itemsPerPage, rootTitle } = parts;
  const [summary, below, photos] = [
    await albums.summary(folder),
    await albums.albums(folder),
    await albums.photos(folder),
  ];
  const photoCount = Math.max(summary.photoCount, photos.length); // so far below that it is not searched, 0 is no count
  if (photoCount === 0) return "empty";
  const pageCount = Math.ceil((below.length + photos.length) / itemsPerPage);
  if (page > pageCount) throw new HttpError(404, "The album has no such page.");
  const start = (page - 1) * itemsPerPage;
  const shownAlbums = below.slice(start, start + itemsPerPage);
  const photoStart = Math.max(0, start - below.length);
  const shownPhotos = await photos.slice(photoStart, photoStart + itemsPerPage - shownAlbums.length);
  const tiles = await viewTiles(parts, folder, shownPhotos);
  return {
    key: folder,
    title: titleOf(folder, rootTitle),
    rootTitle,
    photoCount,
    albumCount: below.length,
    cards: await viewCards(parts.storage, shownAlbums),
    tiles,
    isComplete: below.length === 0 && shownPhotos.length === photos.length,
    page,
    pageCount,
  };
}

/**
 * @returns undefined for what is no photo of its album
 */
export async function viewPhoto(parts: ViewParts, photo: StorageKey): Promise<PhotoView | undefined> {
  const folder = parentKey(photo) ?? ROOT_KEY;
  const name = nameOf(photo);
  const photos = await parts.albums.photos(folder);
  const index = await photos.indexOf(name);
  const [tile] = index === -1 ? [] : await viewTiles(parts, folder, [name]);
  if (tile === undefined) return undefined;
  const [previous] = index === 0 ? [] : await photos.slice(index - 1, index);
  const [next] = await photos.slice(index + 1, index + 2);
  const below = await parts.albums.albums(folder);
  return {
    ...tile,
    albumPage: Math.floor((below.length + index) / parts.itemsPerPage) + 1,
    rootTitle: parts.rootTitle,
    position: index + 1,
    photoCount: photos.length,
    previous: previous === undefined ? undefined : childKey(folder, previous),
    next: next === undefined ? undefined : childKey(folder, next),
  };
}

/** Photos that vanished since the folder was listed are left out. */
async function viewTiles(
  parts: ViewParts,
  folder: StorageKey,
  names: readonly string[],
): Promise<PhotoTile[]> {
  const found = await mapFewAtOnce(names, async (name) => {
    const key = childKey(folder, name);
    const stat = await parts.storage.stat(key);
    return stat === undefined ? [] : [{ key, name, stat }];
  });
  const known = found.flat();
  const measured: ReadonlyMap<string, Measurement> = await parts.photoIndex.measure(folder, known);
  return known.map(({ key, name, stat }) => ({ key, stat, measurement: measured.get(name) }));
}

async function viewCards(storage: Storage, summaries: readonly Summary[]): Promise<AlbumCard[]> {
  return await mapFewAtOnce(summaries, async ({ key, photoCount, cover }) => {
    const stat = cover === undefined ? undefined : await storage.stat(cover);
    return {
      key,
      photoCount,
      cover: cover === undefined || stat === undefined ? undefined : { key: cover, version: stat.version },
    };
  });
}
