/**
 * Where thumbnails lie, if nobody says where.
 */
import { accessSync, constants, lstatSync, mkdirSync, mkdtempSync, realpathSync, statSync } from "node:fs";
import { homedir, tmpdir, userInfo } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";
import { UsageError, codeOf } from "./usage-error.ts";

/**
 * @param path what was asked for, if anything was
 * @throws UsageError for a folder that would be an album itself, and for what can be no folder
 */
export function cacheFolder(path: string | undefined, rootDirectory: string): string {
  if (path === undefined) return ownCacheFolder();
  const directory = resolve(path);
  const existing = nearestThatIsThere(directory);
  if (!isFolder(existing)) {
    throw new UsageError(
      `the cache ${JSON.stringify(path)} can be no folder: ${JSON.stringify(existing)} is none that can be entered`,
    );
  }
  // Links are followed on both sides: what is shown is decided by where the files lie, not by how we got there.
  const realDirectory = join(realpathSync(existing), relative(existing, directory));
  if (isShown(realDirectory, realpathSync(rootDirectory))) {
    throw new UsageError(
      `the cache ${JSON.stringify(path)} lies in the shared folder, and would be shown: name another folder, or one with a dot before its name`,
    );
  }
  return directory;
}

/** The path itself, or the folder below which what is missing would be made. */
function nearestThatIsThere(path: string): string {
  const parent = dirname(path);
  return parent === path || isThere(path) ? path : nearestThatIsThere(parent);
}

/** A link that leads nowhere is there as well: no folder can be made in its place. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false; // below a folder that may not be entered: the log will say that nothing can be kept
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function isShown(directory: string, rootDirectory: string): boolean {
  const names = relative(rootDirectory, directory).split(sep);
  return names[0] !== ".." && !names.some((name) => name.startsWith("."));
}

/** As the XDG Base Directory Specification has it; a home that cannot be written must not stop anybody. */
function ownCacheFolder(): string {
  const { XDG_CACHE_HOME } = process.env;
  const base = XDG_CACHE_HOME?.startsWith("/") === true ? XDG_CACHE_HOME : join(homedir(), ".cache");
  const directory = join(base, "share-my-photos");
  return isWritable(directory) ? directory : temporaryCache();
}

/** Always the same one, unless somebody else was there first: he could put other pictures into it. */
function temporaryCache(): string {
  const { uid } = userInfo();
  const directory = join(tmpdir(), `share-my-photos-cache-${uid}`);
  if (!isWritable(directory)) return mkdtempSync(`${directory}-`);
  const stats = lstatSync(directory);
  const isOurs = stats.isDirectory() && stats.uid === uid && (stats.mode & GROUP_AND_OTHERS_WRITE) === 0;
  return isOurs ? directory : mkdtempSync(`${directory}-`);
}

const GROUP_AND_OTHERS_WRITE = 0o022;

function isWritable(directory: string): boolean {
  try {
    for (const level of [dirname(directory), directory]) {
      try {
        mkdirSync(level);
      } catch (error) {
        if (codeOf(error) !== "EEXIST") return false;
      }
    }
    accessSync(directory, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
