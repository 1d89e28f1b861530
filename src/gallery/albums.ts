/**
 * What an album is: a folder with a picture in it or below it. Its albums, its photos, their order, its cover.
 */
import { GradualOrder } from "./gradual-order.ts";
import { type Freshness, Lasting } from "./lasting.ts";
import { extensionOf } from "./media-type.ts";
import { compareNames } from "./natural-order.ts";
import { RESERVED_NAME } from "./routes.ts";
import { forEachInSlices } from "./slices.ts";
import { type FolderContent, ROOT_KEY, type Storage, type StorageKey, childKey, nameOf } from "./storage.ts";

/** A folder as it is listed: names in no particular order. */
export type Listing = {
  readonly photoNames: readonly string[];
  readonly folderNames: readonly string[];
  readonly hasIndexPage: boolean;
  /** The photo of its own that stands for it: by its name, else the first in natural order. */
  readonly coverName: string | undefined;
};

/** With what it was made of, and the order of its photos as far as it was needed: both are kept while it holds. */
type KeptListing = Listing & {
  readonly content: FolderContent;
  readonly photos: GradualOrder<string>;
};

/** A folder and all below it. */
export type Summary = {
  readonly key: StorageKey;
  readonly photoCount: number;
  readonly albumCount: number;
  /** The photo that stands for it; undefined if there is none. */
  readonly cover: StorageKey | undefined;
};

export interface Albums {
  /** @throws HttpError 404 or 403, as Storage.list */
  list(folder: StorageKey): Promise<Listing>;
  /** Names of the photos of a folder in natural order. */
  photos(folder: StorageKey): Promise<GradualOrder<string>>;
  /** The albums right below a folder that hold a picture, in natural order. */
  albums(folder: StorageKey): Promise<readonly Summary[]>;
  summary(folder: StorageKey): Promise<Summary>;
}

export type AlbumsParts = {
  readonly storage: Storage;
  readonly extensions: readonly string[];
  readonly maxDepth: number;
  readonly freshness: Freshness;
};

export const INDEX_PAGE = "index.html";

/** Photos of these names stand for their folder. */
const COVER_NAME = /^(?:cover|folder)\.[^.]*$/i;

export function createAlbums(parts: AlbumsParts): Albums {
  const { storage, freshness, maxDepth } = parts;
  const extensions = new Set(parts.extensions);

  const listings = new Lasting(
    freshness,
    async (folder: StorageKey, former: KeptListing | undefined): Promise<KeptListing> => {
      const content = await storage.list(folder, former?.content);
      return content === former?.content ? former : await lookThrough(folder, content);
    },
  );

  async function lookThrough(folder: StorageKey, content: FolderContent): Promise<KeptListing> {
    const { fileNames } = content;
    const isReachable = (name: string): boolean => folder !== ROOT_KEY || name !== RESERVED_NAME;
    const folderNames = content.folderNames.filter(isReachable);
    const photoNames: string[] = [];
    let first: string | undefined;
    let byName: string | undefined;
    await forEachInSlices(fileNames, (name) => {
      if (!extensions.has(extensionOf(name))) return;
      photoNames.push(name);
      if (byName === undefined && COVER_NAME.test(name)) byName = name;
      if (first === undefined || compareNames(name, first) < 0) first = name;
    });
    return {
      photoNames,
      folderNames,
      hasIndexPage: fileNames.includes(INDEX_PAGE),
      coverName: byName ?? first,
      content,
      photos: new GradualOrder(photoNames, compareNames),
    };
  }

  const sortedAlbums = new Lasting(freshness, async (folder: StorageKey) => {
    const { folderNames } = await listings.get(folder);
    const below = await inOrder(folderNames, (name) => summaries.get(childKey(folder, name)));
    return below
      .filter(({ photoCount }) => photoCount > 0)
      .sort((a, b) => compareNames(nameOf(a.key), nameOf(b.key)));
  });

  const summaries: Lasting<StorageKey, Summary> = new Lasting(freshness, summarize);

  async function summarize(folder: StorageKey): Promise<Summary> {
    if (depthOf(folder) > maxDepth) return emptySummary(folder); // a link that leads back up, most likely
    const listing = await listings.get(folder).catch(() => undefined);
    if (listing === undefined) return emptySummary(folder); // gone, or not for us: then it is no album
    const below = await sortedAlbums.get(folder);
    return {
      key: folder,
      photoCount: below.reduce((sum, { photoCount }) => sum + photoCount, listing.photoNames.length),
      albumCount: below.reduce((sum, { albumCount }) => sum + 1 + albumCount, 0),
      cover:
        listing.coverName === undefined
          ? below.find(({ cover }) => cover !== undefined)?.cover
          : childKey(folder, listing.coverName),
    };
  }

  return {
    list: (folder) => listings.get(folder),
    photos: async (folder) => (await listings.get(folder)).photos,
    albums: (folder) => sortedAlbums.get(folder),
    summary: (folder) => summaries.get(folder),
  };
}

function depthOf(folder: StorageKey): number {
  return folder === ROOT_KEY ? 0 : folder.split("/").length;
}

function emptySummary(key: StorageKey): Summary {
  return { key, photoCount: 0, albumCount: 0, cover: undefined };
}

/** One after the other: a library of 5,000 folders must not be opened all at once before others' files. */
async function inOrder<T, R>(items: readonly T[], perform: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await perform(item));
  return results;
}
