/**
 * Folders of pictures that are made for a test and gone after it.
 */
import { mkdir, mkdtemp, open, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { type Lifetime, releaseAfter } from "./lifetime.ts";

export type TemporaryAlbum = {
  readonly path: string;
  /** Writes a file below, and the folders it lies in. */
  readonly add: (name: string, content: Uint8Array | string) => Promise<string>;
  /** A file of so many zeros that takes no room. */
  readonly addSparse: (name: string, sizeBytes: number) => Promise<string>;
};

/** @param files content by name; a name may have folders in it */
export async function createTemporaryAlbum(
  files: Readonly<Record<string, Uint8Array | string>> = {},
  lifetime: Lifetime = "test",
): Promise<TemporaryAlbum> {
  const path = await createTemporaryFolder(lifetime);
  const pathOf = async (name: string): Promise<string> => {
    await mkdir(dirname(join(path, name)), { recursive: true });
    return join(path, name);
  };
  const album: TemporaryAlbum = {
    path,
    async add(name, content) {
      const file = await pathOf(name);
      await writeFile(file, content);
      return file;
    },
    async addSparse(name, sizeBytes) {
      const file = await pathOf(name);
      await (await open(file, "w")).close();
      await truncate(file, sizeBytes);
      return file;
    },
  };
  for (const [name, content] of Object.entries(files)) await album.add(name, content);
  return album;
}

export async function createTemporaryFolder(lifetime: Lifetime = "test"): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "share-my-photos-test-"));
  releaseAfter(lifetime, () => rm(path, { recursive: true, force: true }));
  return path;
}

export type PictureOptions = {
  readonly widthPx?: number;
  readonly heightPx?: number;
  /** As CSS has it. */
  readonly colour?: string;
  readonly format?: "jpeg" | "png" | "webp";
};

export async function makePicture(options: PictureOptions = {}): Promise<Buffer> {
  const { widthPx = 24, heightPx = 16, colour = "teal", format = "jpeg" } = options;
  const picture = { width: widthPx, height: heightPx, channels: 3, background: colour } as const;
  return await sharp({ create: picture }).toFormat(format).toBuffer();
}
