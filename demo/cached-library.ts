/**
 * The sample library where it is made once and found again: in the user's cache directory, or where that cannot be
 * written, in the system's temporary one.
 */
import { homedir, tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { makeSampleLibrary } from "./sample-library.ts";

/**
 * @param onProgress as for makeSampleLibrary; not called if the library is there already
 * @returns its directory
 * @throws the system's error if it can be written in neither place
 */
export async function openCachedLibrary(onProgress: (done: number, total: number) => void): Promise<string> {
  // XDG Base Directory Specification: relative paths in the variable are to be ignored.
  const fromVariable = process.env["XDG_CACHE_HOME"] ?? "";
  const cache = isAbsolute(fromVariable) ? fromVariable : join(homedir(), ".cache");
  const preferred = join(cache, "share-my-photos", "demo-photos");
  try {
    await makeSampleLibrary(preferred, { onProgress });
    return preferred;
  } catch {
    const other = join(tmpdir(), "share-my-photos", "demo-photos");
    await makeSampleLibrary(other, { onProgress });
    return other;
  }
}
