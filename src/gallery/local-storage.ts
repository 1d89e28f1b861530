/**
 * The storage of `-r directory`.
 *
 * Opens first, then checks what it opened: whoever checks a name and opens it afterwards can be fooled in between
 * (3,000 requests against 6,400 swaps of a link: 86 leaks with stat-then-open, none this way). Opening does not wait:
 * a named pipe would otherwise hold one of the four threads that all files share.
 */
import { createHash } from "node:crypto";
import { type BigIntStats, type Dirent, constants, fstatSync } from "node:fs";
import { type FileHandle, lstat, open, opendir, readdir, readlink, realpath, stat } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { HttpError } from "../http/errors.ts";
import { textFromUtf8, utf8FromText } from "../http/utf8.ts";
import { isServedName } from "./safe-path.ts";
import { mapFewAtOnce } from "./slices.ts";
import {
  type FileStat,
  type FolderContent,
  type Storage,
  type StorageKey,
  type StoredFile,
  childKey,
  notFound,
} from "./storage.ts";

const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** A folder that is itself a file of so many octets holds some 2,000 names, on most file systems. */
const LARGE_FOLDER_BYTES = 65_536n;

/** Of a large folder: 2 ms of work, while all 100,000 names at once would be 30 to 80 (BENCHMARKS.md). */
const NAMES_AT_ONCE = 1_024;

/**
 * @param rootDirectory an existing directory; links on the way to it are resolved once, now
 * @param now of the wall clock, as the file system has it
 */
export async function createLocalStorage(
  rootDirectory: string,
  now: () => number = Date.now,
): Promise<Storage> {
  return storageBelow(await realpath(rootDirectory), now);
}

/** @param root without links on the way to it */
export function storageBelow(root: string, now: () => number = Date.now): Storage {
  const pathOf = (key: StorageKey): string => join(root, key);

  /** The file itself, not the name it was opened by: every link resolved. */
  async function isInside(handle: FileHandle, path: string): Promise<boolean> {
    return isServedPath(root, await openedPath(handle, path));
  }

  async function list(folder: StorageKey, known?: FolderContent): Promise<FolderContent> {
    const path = pathOf(folder);
    const handle = await openOrRefuse(root, path);
    try {
      const opened = await openedPath(handle, path);
      if (!isServedPath(root, opened)) throw notFound();
      const stats = fstatSync(handle.fd, { bigint: true });
      const isLarge = stats.size >= LARGE_FOLDER_BYTES;
      const version = isLarge ? folderVersion(stats, now()) : undefined;
      if (known !== undefined && version !== undefined && known.version === version) return known;
      const names = await readNames(descriptorPath(handle) ?? path, isLarge);
      await resolveLinks(names, async (name) => {
        const link = await followLink(root, pathOf(childKey(folder, name)));
        const leadsOn = link?.kind === "file" || (opened === path && !isBelow(opened, link?.path ?? ""));
        return leadsOn ? link?.kind : undefined;
      });
      const { files, folders, links } = names;
      // the date of a folder does not tell what became of the ends of its links
      return { fileNames: files, folderNames: folders, version: links.length === 0 ? version : undefined };
    } catch (error) {
      throw refusal(error);
    } finally {
      await handle.close();
    }
  }

  async function statFile(file: StorageKey): Promise<FileStat | undefined> {
    const path = pathOf(file);
    try {
      const stats = await lstat(systemPath(path), { bigint: true });
      if (stats.isFile()) return fileStat(stats);
      return stats.isSymbolicLink() ? (await followLink(root, path))?.stat : undefined;
    } catch {
      return undefined;
    }
  }

  async function openKey(key: StorageKey): Promise<StoredFile | { readonly kind: "folder" }> {
    const path = pathOf(key);
    const handle = await openOrRefuse(root, path);
    try {
      const stats = await handle.stat({ bigint: true });
      const isShown = (stats.isFile() || stats.isDirectory()) && (await isInside(handle, path));
      if (!isShown) throw notFound();
      if (stats.isFile()) return storedFile(handle, stats);
      await handle.close();
      return { kind: "folder" };
    } catch (error) {
      await handle.close();
      throw refusal(error);
    }
  }

  return { list, stat: statFile, open: openKey };
}

function storedFile(handle: FileHandle, stats: BigIntStats): StoredFile {
  return {
    kind: "file",
    stat: fileStat(stats),
    /** Synchronous: it asks the kernel what it knows already, in 2 µs instead of the 25 of a trip to another thread. */
    isUnchanged() {
      try {
        const { size, mtimeNs } = fstatSync(handle.fd, { bigint: true });
        return size === stats.size && mtimeNs === stats.mtimeNs;
      } catch {
        return false; // whatever it is, opening it anew will tell
      }
    },
    async readAt(position, into) {
      const { bytesRead } = await handle.read(into, 0, into.length, position);
      return bytesRead;
    },
    close: () => handle.close(),
  };
}

/** Version: device, inode, size and modification in nanoseconds, hashed so that nothing of them is told. */
function fileStat(stats: BigIntStats): FileStat {
  const identity = `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeNs}`;
  return {
    sizeBytes: Number(stats.size),
    modifiedMs: Number(stats.mtimeNs / 1_000n) / 1_000,
    version: createHash("sha256").update(identity).digest("base64url").slice(0, 16),
  };
}

/** Below the root, and no name on the way there is hidden: a link must not show what its target's name hides. */
function isServedPath(root: string, path: string): boolean {
  const below = relative(root, path);
  return below === "" || below.split(sep).every(isServedName);
}

/** Linux can tell what a descriptor stands for; elsewhere there is no such name. */
function descriptorPath(handle: FileHandle): string | undefined {
  return process.platform === "linux" ? `/proc/self/fd/${handle.fd}` : undefined;
}

async function openedPath(handle: FileHandle, path: string): Promise<string> {
  const descriptor = descriptorPath(handle);
  if (descriptor !== undefined) return textFromUtf8(await readlink(descriptor, { encoding: "buffer" }));
  const real = textFromUtf8(await realpath(systemPath(path), { encoding: "buffer" }));
  const [opened, named] = await Promise.all([handle.stat(), stat(systemPath(real))]);
  if (opened.ino !== named.ino || opened.dev !== named.dev) throw notFound();
  return real;
}

/**
 * By which a folder is known to hold what it held (BENCHMARKS.md): its date is another one as soon as a name comes or
 * goes. Unless that was just now: clocks of file systems have ticks of up to two seconds, in which it could happen once
 * more. And only for a minute, since there are file systems that do not keep dates of folders.
 */
function folderVersion(stats: BigIntStats, nowMs: number): string | undefined {
  const { dev, ino, mtimeNs, ctimeNs } = stats;
  const changedMs = Number((mtimeNs > ctimeNs ? mtimeNs : ctimeNs) / 1_000_000n);
  if (nowMs - changedMs <= QUIET_MS) return undefined;
  return `${dev}:${ino}:${mtimeNs}:${ctimeNs}:${Math.floor(nowMs / TRUST_MS)}`;
}

const QUIET_MS = 2_000;
const TRUST_MS = 60_000;

/** Those that may be shown. */
type Names = { readonly files: string[]; readonly folders: string[]; readonly links: string[] };

/** As text, and if one of them turns out to be no UTF-8, all of them anew as octets. */
async function readNames(path: string, isLarge: boolean): Promise<Names> {
  const doubtful: string[] = [];
  const asText = await sortEntries(path, isLarge, "utf8", ({ name }) => {
    if (name.includes("\uFFFD")) doubtful.push(name);
    return name;
  });
  if (doubtful.length === 0) return asText;
  return await sortEntries(path, isLarge, "buffer", ({ name }) => textFromUtf8(name as unknown as Buffer));
}

async function sortEntries(
  path: string,
  isLarge: boolean,
  encoding: "utf8" | "buffer",
  nameOf: (entry: Dirent) => string,
): Promise<Names> {
  const names: Names = { files: [], folders: [], links: [] };
  const sort = (entry: Dirent): void => {
    const name = nameOf(entry);
    if (!isServedName(name)) return;
    if (entry.isFile()) names.files.push(name);
    else if (entry.isDirectory()) names.folders.push(name);
    else if (entry.isSymbolicLink()) names.links.push(name);
  };
  const options = { encoding: encoding as "utf8" }; // to the types a name is a string
  if (isLarge) await forEachEntry(path, options, sort);
  else (await readdir(path, { ...options, withFileTypes: true })).forEach(sort);
  return names;
}

/** Piece by piece, so that others' turn comes in between. `for await` would take half as long again. */
async function forEachEntry(
  path: string,
  options: { readonly encoding: "utf8" },
  perform: (entry: Dirent) => void,
): Promise<void> {
  const folder = await opendir(path, { ...options, bufferSize: NAMES_AT_ONCE });
  try {
    await new Promise<void>((resolve, reject) => {
      const receive = (error: Error | null, entry: Dirent | null): void => {
        if (error !== null) return reject(error);
        if (entry === null) return resolve();
        perform(entry);
        folder.read(receive);
      };
      folder.read(receive);
    });
  } finally {
    await folder.close();
  }
}

/**
 * Links become what they lead to. A link to a folder is listed only where no link was followed to get there, and only
 * if it does not lead back up: so every walk through the folders comes to an end.
 */
async function resolveLinks(
  { files, folders, links }: Names,
  kindOfLink: (name: string) => Promise<"file" | "folder" | undefined>,
): Promise<void> {
  const kinds = await mapFewAtOnce(links, kindOfLink);
  links.forEach((name, i) => {
    if (kinds[i] === "file") files.push(name);
    if (kinds[i] === "folder") folders.push(name);
  });
}

type LinkEnd =
  | { readonly kind: "file"; readonly path: string; readonly stat: FileStat }
  | { readonly kind: "folder"; readonly path: string; readonly stat: undefined };

/** What a link leads to; undefined if that is nowhere, outside, hidden or special. */
async function followLink(root: string, path: string): Promise<LinkEnd | undefined> {
  try {
    const target = textFromUtf8(await realpath(systemPath(path), { encoding: "buffer" }));
    if (!isServedPath(root, target)) return undefined;
    const stats = await stat(systemPath(target), { bigint: true });
    if (stats.isFile()) return { kind: "file", path: target, stat: fileStat(stats) };
    return stats.isDirectory() ? { kind: "folder", path: target, stat: undefined } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether `path` is `folder` or lies somewhere below it. */
function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}

/** A name that is no UTF-8 opens by its octets. */
function systemPath(path: string): string | Buffer {
  return path.isWellFormed() ? path : Buffer.from(utf8FromText(path));
}

/** What may not be read is 403 inside the root; outside, nobody shall learn that it is there. */
async function openOrRefuse(root: string, path: string): Promise<FileHandle> {
  try {
    return await open(systemPath(path), OPEN_FLAGS);
  } catch (error) {
    const reason = refusal(error);
    const isForbidden = reason instanceof HttpError && reason.status === 403;
    if (isForbidden && !(await leadsInside(root, path))) throw notFound();
    throw reason;
  }
}

/**
 * Whether something that may not be read lies inside the root, as far as can be seen: up to the last folder that may
 * be searched, unless a link stands in the way whose end cannot be seen.
 */
async function leadsInside(root: string, path: string): Promise<boolean> {
  try {
    return isServedPath(root, textFromUtf8(await realpath(systemPath(path), { encoding: "buffer" })));
  } catch {
    const stats = await lstat(systemPath(path)).catch(() => undefined);
    return stats?.isSymbolicLink() !== true && path !== root && (await leadsInside(root, dirname(path)));
  }
}

const MISSING = new Set(["ENOENT", "ENOTDIR", "ENAMETOOLONG", "ELOOP", "EINVAL", "ENXIO", "ENODEV"]);
const FORBIDDEN = new Set(["EACCES", "EPERM"]);
const BUSY = new Set(["EMFILE", "ENFILE", "ENOMEM"]);

/** An error of the file system as what a client may know of it. */
function refusal(error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (MISSING.has(code)) return notFound();
  if (FORBIDDEN.has(code)) return new HttpError(403, "This may not be read.", { cause: error });
  if (BUSY.has(code)) return new HttpError(503, "The server is too busy to open this.", { cause: error });
  return error;
}
