/**
 * Storage key → URL reference: always path-absolute, every name percent-encoded on its own, no Host involved.
 */
import { encodeSegment } from "../http/percent-encoding.ts";
import { ROOT_KEY, type StorageKey, namesOf } from "./storage.ts";

/** `/2021/Iceland/` */
export function albumPath(folder: StorageKey): string {
  return folder === ROOT_KEY ? "/" : `${filePath(folder)}/`;
}

/** `/2021/Iceland/a.jpg` */
export function filePath(file: StorageKey): string {
  return `/${namesOf(file).map(encodeSegment).join("/")}`;
}

/** `/2021/Iceland/a.jpg?size=320&v=…`, which may be cached for ever */
export function thumbnailPath(file: StorageKey, sizePx: number, version: string): string {
  return `${filePath(file)}?size=${sizePx}&v=${version}`;
}

/** `/2021/Iceland/a.jpg?view` */
export function photoPath(file: StorageKey): string {
  return `${filePath(file)}?view`;
}

/** `/2021/Iceland/?page=2` */
export function albumPagePath(folder: StorageKey, page: number): string {
  return page === 1 ? albumPath(folder) : `${albumPath(folder)}?page=${page}`;
}
