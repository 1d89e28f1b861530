/**
 * What must be known of a photo to lay out its page before it is loaded: width, height, and when it was taken.
 *
 * Measured once for each version of a file, from its header, and kept in one small file per folder in the cache. One
 * page spends at most a fixed budget on photos it does not know; the others are measured behind it, so the first
 * visit to 10,000 photos is not slow and the second one is right.
 */
import { type CacheDirectory, cacheName } from "./cache-directory.ts";
import type { Darkroom } from "./darkroom.ts";
import { UnreadablePicture } from "./picture-decoder.ts";
import { type FileStat, type Storage, type StorageKey, childKey } from "./storage.ts";

export type Measured = {
  readonly kind: "measured";
  /** As seen, after the EXIF orientation. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** What the camera's clock showed, as if it were UTC; undefined without EXIF. */
  readonly takenMs: number | undefined;
};

export type Measurement = Measured | { readonly kind: "unreadable" };

/** A photo of one folder, as the storage knows it. */
export type NamedStat = { readonly name: string; readonly stat: FileStat };

export interface PhotoIndex {
  /** Photos that are not in the answer have not been measured yet; they are being, or will be when asked again. */
  measure(folder: StorageKey, photos: readonly NamedStat[]): Promise<ReadonlyMap<string, Measurement>>;
}

export type PhotoIndexParts = {
  readonly storage: Storage;
  readonly cache: CacheDirectory;
  readonly darkroom: Darkroom;
  readonly rootIdentity: string;
  readonly measureBudgetMs: number;
  /** Longer than that nobody waits, though it may be a single header that takes so long. */
  readonly measurePatienceMs: number;
  /** Of one folder. */
  readonly maxKeptPhotos: number;
  readonly maxFolders: number;
  readonly now: () => number;
};

type Known = { readonly version: string; readonly measurement: Measurement };
/** `measuring`: photos are being measured; it resolves when a page has waited long enough for them. */
type Folder = { readonly known: Map<string, Known>; measuring: Promise<void> | undefined };

/** Raised when the file format changes: older files are then not read. */
const FORMAT = 1;

/** Of the four threads that all files of a worker share, one stays free. */
const MEASURED_AT_ONCE = 3;

export function createPhotoIndex(parts: PhotoIndexParts): PhotoIndex {
  const { cache, now } = parts;
  const folders = new Map<StorageKey, Folder>();
  let lastTurn: Promise<unknown> = Promise.resolve();

  async function measure(
    folder: StorageKey,
    photos: readonly NamedStat[],
  ): Promise<ReadonlyMap<string, Measurement>> {
    const entry = await openFolder(folder, photos);
    const unknown = photos.filter((photo) => !isKnown(entry, photo));
    if (unknown.length > 0) await (entry.measuring ??= startMeasuring(folder, entry, unknown));
    const measured = new Map<string, Measurement>();
    for (const { name, stat } of photos) {
      const known = entry.known.get(name);
      if (known?.version === stat.version) measured.set(name, known.measurement);
    }
    return measured;
  }

  /** From memory; with photos that are not known there, also from what another worker may have kept by now. */
  async function openFolder(folder: StorageKey, photos: readonly NamedStat[]): Promise<Folder> {
    const entry = folders.get(folder) ?? { known: new Map<string, Known>(), measuring: undefined };
    folders.delete(folder);
    folders.set(folder, entry); // last in line to be forgotten
    if (photos.some((photo) => !isKnown(entry, photo))) {
      const wanted = new Map(photos.map(({ name, stat }) => [name, stat.version]));
      for (const [name, known] of await readKept(folder)) {
        if (!entry.known.has(name) || wanted.get(name) === known.version) entry.known.set(name, known);
      }
    }
    for (const oldest of folders.keys()) {
      if (folders.size <= parts.maxFolders) break;
      folders.delete(oldest);
    }
    return entry;
  }

  /** The others are measured behind the page, and so is whatever takes longer than anybody waits for. */
  function startMeasuring(folder: StorageKey, entry: Folder, unknown: readonly NamedStat[]): Promise<void> {
    const some = measureUntil(folder, entry, unknown, 0, now() + parts.measureBudgetMs);
    const all = some.then((next) => measureUntil(folder, entry, unknown, next, Infinity));
    void all.finally(() => {
      entry.measuring = undefined;
    });
    return Promise.race([some.then(() => undefined), patience(parts.measurePatienceMs)]);
  }

  /** @returns how many of them have been measured; what is known is kept when all are */
  async function measureUntil(
    folder: StorageKey,
    entry: Folder,
    unknown: readonly NamedStat[],
    from: number,
    endMs: number,
  ): Promise<number> {
    let next = from;
    while (next < unknown.length && now() < endMs) next = await measureNext(folder, entry, unknown, next);
    if (next === unknown.length && next > from) await keep(folder, entry);
    return next;
  }

  async function measureNext(
    folder: StorageKey,
    entry: Folder,
    unknown: readonly NamedStat[],
    at: number,
  ): Promise<number> {
    const photos = unknown.slice(at, at + MEASURED_AT_ONCE);
    await inTurn(() => Promise.all(photos.map((photo) => measureInto(entry, folder, photo))));
    return at + photos.length;
  }

  async function measureInto(entry: Folder, folder: StorageKey, { name, stat }: NamedStat): Promise<void> {
    const measurement = await measureOne(childKey(folder, name)).catch(() => undefined);
    if (measurement !== undefined) entry.known.set(name, { version: stat.version, measurement });
  }

  /** A few after the others over all folders: measuring must not take all threads that read others' files. */
  function inTurn<T>(perform: () => Promise<T>): Promise<T> {
    const result = lastTurn.then(perform);
    lastTurn = result.catch(() => undefined);
    return result;
  }

  async function measureOne(key: StorageKey): Promise<Measurement> {
    const file = await parts.storage.open(key);
    if (file.kind === "folder") return { kind: "unreadable" };
    try {
      const { widthPx, heightPx, takenMs } = await parts.darkroom.measure({ key, file });
      return { kind: "measured", widthPx, heightPx, takenMs };
    } catch (error) {
      if (error instanceof UnreadablePicture && !error.mayPass) return { kind: "unreadable" };
      throw error;
    } finally {
      await file.close();
    }
  }

  async function readKept(folder: StorageKey): Promise<[string, Known][]> {
    const bytes = await cache.read(nameOfKept(folder));
    return bytes === undefined ? [] : parseKept(bytes.toString("utf8"));
  }

  /** Photos that were deleted are not missed; so that they do not pile up, the oldest entries go. */
  async function keep(folder: StorageKey, entry: Folder): Promise<void> {
    for (const oldest of entry.known.keys()) {
      if (entry.known.size <= parts.maxKeptPhotos) break;
      entry.known.delete(oldest);
    }
    await cache.write(nameOfKept(folder), Buffer.from(formatKept(entry.known)));
  }

  function nameOfKept(folder: StorageKey): string {
    return cacheName("index", [parts.rootIdentity, folder, FORMAT], "json");
  }

  return { measure };
}

function patience(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}

function isKnown(entry: Folder, { name, stat }: NamedStat): boolean {
  return entry.known.get(name)?.version === stat.version;
}

/** One line of the kept file: name, version, and width, height and date, or nothing for an unreadable picture. */
type KeptLine = [string, string] | [string, string, number, number, number | null];

function formatKept(known: ReadonlyMap<string, Known>): string {
  const lines: KeptLine[] = [];
  for (const [name, { version, measurement }] of known) {
    if (measurement.kind === "unreadable") lines.push([name, version]);
    else {
      const { widthPx, heightPx, takenMs } = measurement;
      lines.push([name, version, widthPx, heightPx, takenMs ?? null]);
    }
  }
  return JSON.stringify(lines);
}

/** What cannot be read is measured anew. */
function parseKept(text: string): [string, Known][] {
  try {
    const lines = JSON.parse(text) as unknown;
    return Array.isArray(lines) ? lines.flatMap(parseKeptLine) : [];
  } catch {
    return [];
  }
}

function parseKeptLine(line: unknown): [string, Known][] {
  if (!Array.isArray(line)) return [];
  const [name, version, widthPx, heightPx, takenMs] = line as unknown[];
  if (typeof name !== "string" || typeof version !== "string") return [];
  if (typeof widthPx !== "number" || typeof heightPx !== "number") {
    return [[name, { version, measurement: { kind: "unreadable" } }]];
  }
  const taken = typeof takenMs === "number" ? takenMs : undefined;
  return [[name, { version, measurement: { kind: "measured", widthPx, heightPx, takenMs: taken } }]];
}
