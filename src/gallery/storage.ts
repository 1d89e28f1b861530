/**
 * Where photos lie: list, stat, open. A folder on a disk is one answer (local-storage.ts), a bucket will be the next.
 *
 * A key is the path below the root, names joined by "/", without one at either end; "" is the root. It is made by
 * safe-path.ts from a request, or by `childKey` from what `list` returned; so whoever holds one may ask for it.
 */
import { HttpError } from "../http/errors.ts";
import type { ContentSource } from "../http/message.ts";

declare const checked: unique symbol;
export type StorageKey = string & { readonly [checked]: never };

export const ROOT_KEY = "" as StorageKey;

/** Names in no particular order. */
export type FolderContent = {
  readonly fileNames: readonly string[];
  readonly folderNames: readonly string[];
  /** Another one as soon as something came or went; undefined if that cannot be told, or not cheaper than listing. */
  readonly version: string | undefined;
};

export type FileStat = {
  readonly sizeBytes: number;
  /** Milliseconds since the epoch, fraction and all. */
  readonly modifiedMs: number;
  /** Another one as soon as the content is another: safe in a URL and in an entity tag. */
  readonly version: string;
};

/** An opened regular file: what is read from it is what was checked, whatever happens to its name meanwhile. */
export interface StoredFile {
  readonly kind: "file";
  readonly stat: FileStat;
  /** Whether `stat` still holds, as far as can be told at once: its content may be overwritten while it is open. */
  isUnchanged(): boolean;
  /** Octets from `position` on, as many as there are up to the length of `into`; 0 at the end. */
  readAt(position: number, into: Uint8Array): Promise<number>;
  close(): Promise<void>;
}

export interface Storage {
  /**
   * What a folder holds and may be shown: no hidden names, no special files, nothing that lies elsewhere.
   *
   * @param known what it held before: the very same is returned if it still has that version
   * @throws HttpError 404 if there is no such folder, 403 if it may not be read
   */
  list(folder: StorageKey, known?: FolderContent): Promise<FolderContent>;

  /** Size and date without opening; undefined for what is no readable file. */
  stat(file: StorageKey): Promise<FileStat | undefined>;

  /** @throws HttpError 404 for what does not exist or must not be seen, 403 for what may not be read */
  open(key: StorageKey): Promise<StoredFile | { readonly kind: "folder" }>;
}

/** What does not exist here, or must look as if it did not. */
export function notFound(): HttpError {
  return new HttpError(404, "There is nothing here.");
}

/** A piece of content: octets at hand, or so many of a file. */
export type Piece = Uint8Array | { readonly position: number; readonly lengthBytes: number };

/** Pieces one after the other as content to be sent; closing it closes the file. */
export function contentOfPieces(file: StoredFile, pieces: readonly Piece[]): ContentSource {
  let index = 0;
  let done = 0; // octets of the current piece
  return {
    async read(into) {
      for (let piece = pieces[index]; piece !== undefined; piece = pieces[++index], done = 0) {
        const left = (piece instanceof Uint8Array ? piece.length : piece.lengthBytes) - done;
        if (left === 0) continue;
        const wanted = into.subarray(0, left);
        const count = await readPiece(file, piece, done, wanted);
        done += count;
        return count;
      }
      return 0;
    },
    close: () => file.close(),
  };
}

async function readPiece(file: StoredFile, piece: Piece, from: number, into: Uint8Array): Promise<number> {
  if (!(piece instanceof Uint8Array)) return await file.readAt(piece.position + from, into);
  const bytes = piece.subarray(from, from + into.length);
  into.set(bytes);
  return bytes.length;
}

/** At most `maxBytes` octets from the start; a file that is shorter by now is an error of nobody. */
export async function readStart(file: StoredFile, maxBytes: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(Math.min(file.stat.sizeBytes, maxBytes));
  let filled = 0;
  while (filled < bytes.length) {
    const count = await file.readAt(filled, bytes.subarray(filled));
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}

export function childKey(folder: StorageKey, name: string): StorageKey {
  return (folder === ROOT_KEY ? name : `${folder}/${name}`) as StorageKey;
}

/** The folder something lies in; undefined for the root, which lies in none. */
export function parentKey(key: StorageKey): StorageKey | undefined {
  if (key === ROOT_KEY) return undefined;
  return key.slice(0, Math.max(0, key.lastIndexOf("/"))) as StorageKey;
}

/** The last name of a key; "" for the root. */
export function nameOf(key: StorageKey): string {
  return key.slice(key.lastIndexOf("/") + 1);
}

/** All names of a key, from the root down. */
export function namesOf(key: StorageKey): string[] {
  return key === ROOT_KEY ? [] : key.split("/");
}
