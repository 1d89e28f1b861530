/**
 * Folders for one test file, gone when its tests are over.
 */
import { mkdir, realpath, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createTemporaryFolder } from "./temporary-album.ts";

/** @returns makes another empty folder each time, and tells its path with all links resolved */
export function temporaryFolders(): () => Promise<string> {
  return async () => await realpath(await createTemporaryFolder("file"));
}

/** Files by their paths below a folder; folders on the way are made. A path that ends in a slash is a folder. */
export async function fill(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>> | readonly string[],
): Promise<void> {
  const entries = Array.isArray(files)
    ? files.map((path: string) => [path, ""] as const)
    : Object.entries(files);
  for (const [path, content] of entries as readonly (readonly [string, string | Uint8Array])[]) {
    const target = join(folder, path);
    await mkdir(path.endsWith("/") ? target : dirname(target), { recursive: true });
    if (!path.endsWith("/")) await writeFile(target, content);
  }
}
