/**
 * Files we can make again: renditions and measurements. Reading and writing never fail the one who asks.
 *
 * Written under a temporary name and renamed, so nobody ever reads half a file, and whoever is killed in the middle
 * leaves only a name nobody looks at. A digest stands before the content, so that what a power failure or a stranger
 * did to a file is noticed and the file made anew. A full or read-only directory costs speed and one line in the log.
 */
import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

export interface CacheDirectory {
  /** What was written, or undefined if there is nothing, or nothing that can be trusted. */
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
      await writeNew(temporary, Buffer.concat([digestOf(bytes), bytes]));
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      if (isTroubleTold) return;
      isTroubleTold = true;
      onTrouble(`The cache cannot be written (${codeOf(error)}): thumbnails are made anew each time.`);
    }
  }

  async function read(name: string): Promise<Buffer | undefined> {
    const file = await readFile(join(directory, name)).catch(() => undefined);
    const bytes = file?.subarray(DIGEST_BYTES);
    return bytes !== undefined && file?.subarray(0, DIGEST_BYTES).equals(digestOf(bytes)) === true
      ? bytes
      : undefined;
  }

  return { read, write };
}

const DIGEST_BYTES = 32;

function digestOf(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

/** The name under which something made of all these is kept: `kind/ab/cdef…` with an extension. */
export function cacheName(kind: string, parts: readonly (string | number)[], extension: string): string {
  const hash = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 40);
  return `${kind}/${hash.slice(0, 2)}/${hash.slice(2)}.${extension}`;
}

/** What lies in the folder of a kind, in those below, and there while it is written. */
export const CACHE_FOLDER = /^[\da-f]{2}$/;
export const CACHE_FILE = /^[\da-f]{38}\.[a-z]+$/;
export const TEMPORARY_FILE = /^[\da-f]{38}\.[a-z]+\.[\da-f]{12}\.tmp$/;

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
    await mkdir(path, { mode: 0o700 }); // what is made of private photos is private
  } catch (error) {
    if (codeOf(error) === "EEXIST") return;
    if (codeOf(error) !== "ENOENT" || levels === 0) throw error;
    await makeDirectories(dirname(path), levels - 1);
    await makeDirectories(path, 0);
  }
}

export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
