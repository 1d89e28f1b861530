/**
 * Files we can make again: renditions and measurements. Reading and writing never fail the one who asks.
 *
 * Written under a temporary name and renamed, so nobody ever reads half a file, and whoever is killed in the middle
 * leaves only a name nobody looks at. A full or read-only directory costs speed and one line in the log.
 */
import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

export interface CacheDirectory {
  /** The whole file, or undefined if there is none that can be read. */
  read(name: string): Promise<Buffer | undefined>;
  /** Keeps it, if that can be done. */
  write(name: string, bytes: Uint8Array): Promise<void>;
}

/** @param onTrouble told once, in a sentence, when something could not be kept */
export function createCacheDirectory(
  directory: string,
  onTrouble: (sentence: string) => void,
): CacheDirectory {
  let isTroubleTold = false;

  async function write(name: string, bytes: Uint8Array): Promise<void> {
    const path = join(directory, name);
    const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
    try {
      await writeNew(temporary, bytes);
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      if (isTroubleTold) return;
      isTroubleTold = true;
      onTrouble(`The cache cannot be written (${codeOf(error)}): thumbnails are made anew each time.`);
    }
  }

  return {
    read: (name) => readFile(join(directory, name)).catch(() => undefined),
    write,
  };
}

/** The name under which something made of all these is kept: `kind/ab/cdef…` with an extension. */
export function cacheName(kind: string, parts: readonly (string | number)[], extension: string): string {
  const hash = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 40);
  return `${kind}/${hash.slice(0, 2)}/${hash.slice(2)}.${extension}`;
}

/** Folders are made when they are missed: most of the time they are there. */
async function writeNew(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(path, bytes, { flag: "wx" });
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    await makeDirectories(dirname(path), 3);
    await writeFile(path, bytes, { flag: "wx" });
  }
}

/** Not `recursive: true`, which never returned below /proc on Node 20.20; and only our own levels, no others'. */
async function makeDirectories(path: string, levels: number): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return;
    if (codeOf(error) !== "ENOENT" || levels === 0) throw error;
    await makeDirectories(dirname(path), levels - 1);
    await makeDirectories(path, 0);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
