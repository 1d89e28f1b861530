/**
 * Renditions of photos: made once, served often.
 *
 *     in memory? ──yes──► there it is
 *         │no
 *     in the cache? ──yes──► there it is
 *         │no
 *     wait for our turn (one maker for each rendition and as many as there are cores, over all workers; the larger
 *         │              ones of a photo first), or until somebody else had it; refused where too many wait,
 *         │              given up when nobody waits for it any more
 *         │
 *     in the cache by now? ──yes──► there it is
 *         │no                       (not our turn, since somebody else's rendition could not be kept? wait again)
 *     decode, keep, serve; or remember that this version of this file cannot be decoded
 */
import { HttpError, unreachable } from "../http/errors.ts";
import type { Client } from "../http/message.ts";
import { Audience } from "./audience.ts";
import type { CacheDirectory } from "./cache-directory.ts";
import { cacheName } from "./cache-directory.ts";
import type { Darkroom, KeptRendition, OpenedPhoto } from "./darkroom.ts";
import type { RenditionFormat } from "./picture-decoder.ts";
import { UnreadablePicture } from "./picture-decoder.ts";
import { MemoryCache } from "./memory-cache.ts";
import { digestOf } from "./representation.ts";
import type { StorageKey, StoredFile } from "./storage.ts";
import type { Turn, Turns, Wish } from "./turns.ts";

export type Thumbnail = { readonly bytes: Buffer; readonly entityTag: string };

export interface Thumbnails {
  /** One that this worker has in memory, of this version of a file. */
  recall(key: StorageKey, version: string, sizePx: number, format: RenditionFormat): Thumbnail | undefined;

  /**
   * @param file stays open: whoever opened it closes it
   * @param client once it is gone, and all others who want the same, this is not made any more unless it was begun
   * @throws UnreadablePicture, at once if this version of the file was tried before
   * @throws HttpError 503 if too many others wait to be made
   */
  get(
    key: StorageKey,
    file: StoredFile,
    sizePx: number,
    format: RenditionFormat,
    client: Client,
  ): Promise<Thumbnail>;
}

export type ThumbnailParts = {
  readonly cache: CacheDirectory;
  readonly darkroom: Darkroom;
  readonly turns: Turns;
  /** Tells this root from others that share the cache directory. */
  readonly rootIdentity: string;
  readonly sizesPx: readonly number[];
  readonly recipeVersion: number;
  readonly maxMemoryBytes: number;
  /** After which it is worth asking again for what was refused. */
  readonly retryAfterSeconds: number;
};

/** What is kept for a version of a file that cannot be decoded; that it is there says all. */
const UNREADABLE = Buffer.from("This picture cannot be decoded.\n");

/** What a worker looks for in the cache or makes, and who waits for it. */
type LookUp = { readonly thumbnail: Promise<Thumbnail>; readonly audience: Audience };

/** Where in the cache a rendition lies, larger ones of the same format, or the mark that there can be none. */
type Names = {
  readonly rendition: string;
  /** The largest first. */
  readonly larger: readonly string[];
  readonly unreadable: string;
};

export function createThumbnails(parts: ThumbnailParts): Thumbnails {
  const { cache, darkroom, turns } = parts;
  /** Whoever asks meanwhile waits for the same one. */
  const lookedFor = new Map<string, LookUp>();

  const memory = new MemoryCache<Thumbnail>(parts.maxMemoryBytes);

  async function get(
    key: StorageKey,
    file: StoredFile,
    sizePx: number,
    format: RenditionFormat,
    client: Client,
  ): Promise<Thumbnail> {
    const name = memoryName(key, file.stat.version, sizePx, format);
    const { thumbnail, audience } = lookedFor.get(name) ?? begin(name, key, file, sizePx, format);
    const leave = audience.join(client);
    try {
      return await thumbnail;
    } finally {
      leave();
    }
  }

  function begin(
    name: string,
    key: StorageKey,
    file: StoredFile,
    sizePx: number,
    format: RenditionFormat,
  ): LookUp {
    const audience = new Audience();
    const thumbnail = lookFor(key, file, sizePx, format, audience).finally(() => lookedFor.delete(name));
    const lookUp = { thumbnail, audience };
    lookedFor.set(name, lookUp);
    return lookUp;
  }

  async function lookFor(
    key: StorageKey,
    file: StoredFile,
    sizePx: number,
    format: RenditionFormat,
    audience: Audience,
  ): Promise<Thumbnail> {
    const { version } = file.stat;
    const identity = [parts.rootIdentity, key, version, parts.recipeVersion];
    const nameOf = (px: number): string => cacheName("thumbnails", [...identity, px, format], format);
    const names = {
      rendition: nameOf(sizePx),
      larger: largerSizes(sizePx).map(nameOf),
      unreadable: cacheName("unreadable", identity, "txt"),
    };
    const bytes =
      (await readCached(names)) ?? (await makeInTurn(names, { key, file }, sizePx, format, audience));
    const thumbnail = { bytes, entityTag: `"${digestOf(bytes)}"` }; // made anew it may differ
    memory.set(memoryName(key, version, sizePx, format), thumbnail);
    return thumbnail;
  }

  /** One mark for all sizes and formats: what cannot be decoded for one cannot be for another. */
  async function readCached(names: Names): Promise<Buffer | undefined> {
    const bytes = await cache.read(names.rendition);
    if (bytes === undefined && (await cache.read(names.unreadable)) !== undefined) {
      throw new UnreadablePicture("It was tried before.");
    }
    return bytes;
  }

  /** A 320 from a 1600 that is there takes a quarter of the time that it takes from 12 megapixels (BENCHMARKS.md). */
  async function readLarger(names: Names): Promise<KeptRendition | undefined> {
    for (const name of names.larger) {
      const bytes = await cache.read(name);
      if (bytes !== undefined) return { name, bytes };
    }
    return undefined;
  }

  /** Twice as large at least: from less than that it would lose in sharpness. */
  function largerSizes(sizePx: number): number[] {
    return parts.sizesPx.filter((other) => other >= 2 * sizePx).toSorted((a, b) => b - a);
  }

  async function takeTurn(names: Names, sizePx: number, audience: Audience): Promise<Turn> {
    const key = names.rendition;
    const urgency = urgencyNow(sizePx, audience);
    if (urgency === "none") return { kind: "refused" };
    return await audience.during(
      () => turns.take({ key, after: names.larger, urgency }),
      () => turns.reconsider(key, urgencyNow(sizePx, audience)),
    );
  }

  /** The largest is on no page but that of its photo: somebody clicked on it, and looks at nothing else. */
  function urgencyNow(sizePx: number, { presence }: Audience): Wish["urgency"] | "none" {
    switch (presence) {
      case "waiting":
        return sizePx === Math.max(...parts.sizesPx) ? "first" : "usual";
      case "silent":
        return "last";
      case "gone":
        return "none";
      default:
        return unreachable(presence);
    }
  }

  /** RFC 9110 §15.6.4, §10.2.3. A cache must not keep it (RFC 9111 §5.2.2.5): a moment later it may be wrong. */
  function tooBusy(): HttpError {
    return new HttpError(503, "Too many pictures are being made for others. Please try again in a moment.", {
      fields: [
        ["Retry-After", String(parts.retryAfterSeconds)],
        ["Cache-Control", "no-store"],
      ],
    });
  }

  async function makeInTurn(
    names: Names,
    photo: OpenedPhoto,
    sizePx: number,
    format: RenditionFormat,
    audience: Audience,
  ): Promise<Buffer> {
    for (;;) {
      const turn = await takeTurn(names, sizePx, audience);
      if (turn.kind === "refused") throw tooBusy();
      try {
        const bytes = await readCached(names);
        if (bytes !== undefined) return bytes;
        if (turn.kind === "mine") return await make(names, photo, sizePx, format);
      } finally {
        if (turn.kind === "mine") turn.done();
      }
    }
  }

  async function make(
    names: Names,
    photo: OpenedPhoto,
    sizePx: number,
    format: RenditionFormat,
  ): Promise<Buffer> {
    try {
      const bytes = await darkroom.develop((await readLarger(names)) ?? photo, sizePx, format);
      await cache.write(names.rendition, bytes);
      return bytes;
    } catch (error) {
      if (error instanceof UnreadablePicture && !error.mayPass)
        await cache.write(names.unreadable, UNREADABLE);
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
