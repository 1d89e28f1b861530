/**
 * Decoded path segments → storage key, or a refusal. The one guard for pages, originals and thumbnails alike.
 *
 * Every segment is judged on its own, after it was decoded and before anything is joined. Dot segments need no rule
 * of their own: "." and ".." begin with a dot, and names that do so do not exist here.
 */
import type { StorageKey } from "./storage.ts";

/** Whether a file of this name is shown at all: in a listing as well as when it is asked for. */
export function isServedName(name: string): boolean {
  return name !== "" && !name.startsWith(".") && !/[/\\\0]/.test(name);
}

/** `isFolder`: the path ended with a slash, so a folder is meant. */
export type SafePath = { readonly key: StorageKey; readonly isFolder: boolean };

/**
 * @param segments as in RequestTarget: `/a/b/` is `["a", "b", ""]`, `/` is `[""]`
 * @returns undefined for a path that no served file can have
 */
export function safePath(segments: readonly string[]): SafePath | undefined {
  const isFolder = segments.at(-1) === "";
  const names = isFolder ? segments.slice(0, -1) : segments;
  if (!names.every(isServedName)) return undefined;
  return { key: names.join("/") as StorageKey, isFolder };
}
