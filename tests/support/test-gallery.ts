/**
 * The gallery over a real folder, put together as a worker does it, without a worker.
 */
import { type AlbumsParts, createAlbums } from "../../src/gallery/albums.ts";
import { createCacheDirectory } from "../../src/gallery/cache-directory.ts";
import { createDarkroom } from "../../src/gallery/darkroom.ts";
import { createFileResponder } from "../../src/gallery/file-response.ts";
import { createGallery } from "../../src/gallery/gallery.ts";
import { createLocalStorage } from "../../src/gallery/local-storage.ts";
import { createPhotoIndex } from "../../src/gallery/photo-index.ts";
import {
  type PictureDecoder,
  type RenditionFormat,
  createPictureDecoder,
} from "../../src/gallery/picture-decoder.ts";
import { createThumbnails } from "../../src/gallery/thumbnails.ts";
import type { Turns } from "../../src/gallery/turns.ts";
import type { Handler, Response } from "../../src/http/message.ts";
import { RemoteTurns } from "../../src/workers/remote-turns.ts";
import { TurnTable } from "../../src/workers/turn-table.ts";
import { settings } from "../../settings.ts";

export type GalleryOptions = {
  readonly root: string;
  readonly cacheDirectory: string;
  readonly now: () => number;
  readonly itemsPerPage?: number;
  readonly turns?: Turns;
};

export async function createTestGallery(options: GalleryOptions): Promise<Handler> {
  const { root, cacheDirectory, now, itemsPerPage = settings.albums.itemsPerPage } = options;
  const storage = await createLocalStorage(root);
  const cache = createCacheDirectory(cacheDirectory, fail);
  const darkroom = createDarkroom(createPictureDecoder(settings.pictures), settings.pictures);
  const freshness = freshnessFor(now);
  const { extensions, recipeVersion, maxMemoryBytes, thumbnailSizesPx } = settings.pictures;
  const { retryAfterSeconds } = settings.pictures;
  const photoIndex = createPhotoIndex({
    storage,
    cache,
    darkroom,
    rootIdentity: root,
    measureBudgetMs: settings.albums.measureBudgetMs,
    measurePatienceMs: settings.albums.measurePatienceMs,
    maxKeptPhotos: settings.albums.maxKeptPhotos,
    maxFolders: 100,
    now,
  });
  return createGallery({
    storage,
    albums: createAlbums({ storage, extensions, maxDepth: settings.albums.maxDepth, freshness }),
    photoIndex,
    thumbnails: createThumbnails({
      cache,
      darkroom,
      turns: options.turns ?? createTurns(),
      rootIdentity: root,
      sizesPx: thumbnailSizesPx,
      recipeVersion,
      maxMemoryBytes,
      retryAfterSeconds,
    }),
    rootTitle: "Our photos",
    itemsPerPage,
    extensions,
    pageSettings: { ...settings.albums, thumbnailSizesPx },
    keptFiles: storage,
    files: createFileResponder({ ...settings.files, maxRanges: settings.http.maxRanges }),
    freshness,
    maxCachedPages: settings.albums.maxCachedPages,
    maxRecentAnswers: settings.albums.maxRecentAnswers,
    now,
  });
}

function fail(sentence: string): void {
  throw new Error(sentence);
}

export function freshnessFor(now: () => number): AlbumsParts["freshness"] {
  return { freshMs: 1_000, freshFactor: 20, maxAnswers: 1_000, now };
}

/** Turns over any number of workers, handed out by the master's own table; its messages arrive at once. */
export class Table {
  static readonly maxAtOnce = 4;
  readonly #table: TurnTable<object>;
  readonly #workers = new Map<object, RemoteTurns>();

  constructor(maxWaiting: number = settings.workers.maxWaitingThumbnails) {
    const { maxAtOnce } = Table;
    this.#table = new TurnTable({ maxAtOnce, maxWaiting }, (worker, message) =>
      this.#workers.get(worker)?.receive(message),
    );
  }

  /** How often a turn was wanted. */
  wanted = 0;

  createTurns(): Turns {
    const worker = {};
    const turns = new RemoteTurns((message) => {
      if (message.kind === "turn-wanted") {
        this.wanted++;
        this.#table.want(worker, message.wish);
      }
      if (message.kind === "turn-reconsidered") this.#table.reconsider(worker, message.key, message.urgency);
      if (message.kind === "turn-done") this.#table.done(worker, message.key);
    });
    this.#workers.set(worker, turns);
    return turns;
  }
}

export function createTurns(): Turns {
  return new Table().createTurns();
}

/** The real decoder, and how often it was asked. */
export class CountedDecoder implements PictureDecoder {
  readonly #decoder = createPictureDecoder(settings.pictures);
  headers = 0;
  renditions = 0;
  /** What the renditions were made of. */
  readonly sources: Buffer[] = [];

  #paused: Promise<void> = Promise.resolve();

  /** No header is read any more until what is returned is called. */
  pause(): () => void {
    const { promise, resolve } = withResolver();
    this.#paused = promise;
    return resolve;
  }

  async readHeader(bytes: Buffer): ReturnType<PictureDecoder["readHeader"]> {
    this.headers++;
    await this.#paused;
    return await this.#decoder.readHeader(bytes);
  }

  render(bytes: Buffer, sizePx: number, format: RenditionFormat): Promise<Buffer> {
    this.renditions++;
    this.sources.push(bytes);
    return this.#decoder.render(bytes, sizePx, format);
  }
}

/** As Promise.withResolvers, which Node.js 20 does not have. */
function withResolver(): { promise: Promise<void>; resolve: () => void } {
  const resolvers: (() => void)[] = [];
  const promise = new Promise<void>((resolve) => {
    resolvers.push(resolve);
  });
  return { promise, resolve: () => resolvers.forEach((resolve) => resolve()) };
}

/** All octets of a response; what is to be closed is closed. */
export async function contentOf({ content }: Response): Promise<Buffer> {
  if (content.kind === "none") return Buffer.alloc(0);
  if (content.kind === "bytes") return Buffer.from(content.bytes);
  const pieces: Buffer[] = [];
  const into = new Uint8Array(1_000);
  for (let left = content.lengthBytes; left > 0;) {
    const count = await content.source.read(into.subarray(0, Math.min(left, into.length)));
    if (count === 0) break;
    pieces.push(Buffer.from(into.subarray(0, count)));
    left -= count;
  }
  await content.source.close();
  return Buffer.concat(pieces);
}

export async function textOf(response: Response): Promise<string> {
  return (await contentOf(response)).toString("utf8");
}

/** The value of a field of a response; undefined for none. */
export function fieldOf({ fields }: Response, name: string): string | undefined {
  return fields.find(([candidate]) => candidate.toLowerCase() === name.toLowerCase())?.[1];
}
