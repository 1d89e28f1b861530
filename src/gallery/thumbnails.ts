/**
 * Renditions of photos: made once, served often.
 *
 *     in memory? ──yes──► there it is
 *         │no
 *     in the cache? ──yes──► there it is
 *         │no
 *     wait for our turn (one maker for each rendition and as many as there are cores, over all workers)
 *         │
 *     in the cache by now? ──yes──► there it is
 *         │no
 *     decode, keep, serve; or remember that this version of this file cannot be decoded
 */
import type { CacheDirectory } from "./cache-directory.ts";
import { cacheName } from "./cache-directory.ts";
import type { PictureDecoder, RenditionFormat } from "./picture-decoder.ts";
import { UnreadablePicture } from "./picture-decoder.ts";
import { MemoryCache } from "./memory-cache.ts";
import { type StorageKey, type StoredFile, readStart } from "./storage.ts";
import type { Turns } from "./turns.ts";

export type Thumbnail = { readonly bytes: Buffer; readonly entityTag: string };

export interface Thumbnails {
  /** One that this worker has in memory, of this version of a file. */
  recall(key: StorageKey, version: string, sizePx: number, format: RenditionFormat): Thumbnail | undefined;

  /**
   * @param file stays open: whoever opened it closes it
   * @throws UnreadablePicture, at once if this version of the file was tried before
   */
  get(key: StorageKey, file: StoredFile, sizePx: number, format: RenditionFormat): Promise<Thumbnail>;
}

export type ThumbnailParts = {
  readonly cache: CacheDirectory;
  readonly decoder: PictureDecoder;
  readonly turns: Turns;
  /** Tells this root from others that share the cache directory. */
  readonly rootIdentity: string;
  readonly recipeVersion: number;
  readonly maxSourceBytes: number;
  readonly maxMemoryBytes: number;
};

/** What is kept for a picture that cannot be decoded: a rendition is never empty. */
const UNREADABLE = new Uint8Array(0);

export function createThumbnails(parts: ThumbnailParts): Thumbnails {
  const { cache, decoder, turns } = parts;
  /** What this worker is making just now: whoever asks meanwhile waits for the same one. */
  const inTheMaking = new Map<string, Promise<Buffer>>();

  const memory = new MemoryCache<Thumbnail>(parts.maxMemoryBytes);

  async function get(
    key: StorageKey,
    file: StoredFile,
    sizePx: number,
    format: RenditionFormat,
  ): Promise<Thumbnail> {
    const { version } = file.stat;
    const identity = [parts.rootIdentity, key, version, sizePx, format, parts.recipeVersion];
    const name = cacheName("thumbnails", identity, format);
    const bytes = (await readCached(name)) ?? (await makeOnce(name, file, sizePx, format));
    const thumbnail = { bytes, entityTag: `"${version}-${sizePx}-${format}-${parts.recipeVersion}"` };
    memory.set(memoryName(key, version, sizePx, format), thumbnail);
    return thumbnail;
  }

  async function readCached(name: string): Promise<Buffer | undefined> {
    const bytes = await cache.read(name);
    if (bytes?.length === 0) throw new UnreadablePicture("It was tried before.");
    return bytes;
  }

  async function makeOnce(
    name: string,
    file: StoredFile,
    sizePx: number,
    format: RenditionFormat,
  ): Promise<Buffer> {
    let making = inTheMaking.get(name);
    if (making === undefined) {
      making = makeInTurn(name, file, sizePx, format).finally(() => inTheMaking.delete(name));
      inTheMaking.set(name, making);
    }
    return await making;
  }

  async function makeInTurn(
    name: string,
    file: StoredFile,
    sizePx: number,
    format: RenditionFormat,
  ): Promise<Buffer> {
    const done = await turns.take(name);
    try {
      return (await readCached(name)) ?? (await make(name, file, sizePx, format));
    } finally {
      done();
    }
  }

  async function make(
    name: string,
    file: StoredFile,
    sizePx: number,
    format: RenditionFormat,
  ): Promise<Buffer> {
    try {
      if (file.stat.sizeBytes > parts.maxSourceBytes) throw new UnreadablePicture("The file is too large.");
      const bytes = await decoder.render(await readStart(file, parts.maxSourceBytes), sizePx, format);
      await cache.write(name, bytes);
      return bytes;
    } catch (error) {
      if (error instanceof UnreadablePicture) await cache.write(name, UNREADABLE);
      throw error;
    }
  }

  return {
    recall: (key, version, sizePx, format) => memory.get(memoryName(key, version, sizePx, format)),
    get,
  };
}

/** What a thumbnail is found by in memory; the name in the cache is a hash, and costs more than the look. */
function memoryName(key: StorageKey, version: string, sizePx: number, format: RenditionFormat): string {
  return `${sizePx} ${format} ${version} ${key}`;
}
