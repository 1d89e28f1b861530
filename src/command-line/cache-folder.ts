/**
 * Where thumbnails lie, if nobody says where.
 */
import { accessSync, constants, lstatSync, mkdirSync, mkdtempSync } from "node:fs";
import { homedir, tmpdir, userInfo } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";
import { UsageError, codeOf } from "./usage-error.ts";

/**
 * @param path what was asked for, if anything was
 * @throws UsageError for a folder that would be an album itself
 */
export function cacheFolder(path: string | undefined, rootDirectory: string): string {
  if (path === undefined) return ownCacheFolder();
  const directory = resolve(path);
  const names = relative(rootDirectory, directory).split(sep);
  const isShown = names[0] !== ".." && !names.some((name) => name.startsWith("."));
  if (isShown) {
    throw new UsageError(
      `the cache ${JSON.stringify(path)} lies in the shared folder, and would be shown: name another folder, or one with a dot before its name`,
    );
  }
  return directory;
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
