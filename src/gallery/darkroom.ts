/**
 * Where pictures are measured and developed: the one place in which octets are decoded that anybody may have made.
 *
 * Workers have theirs in another process (distant-darkroom.ts): who falls over a crafted picture there takes no client
 * along.
 */
import {
  type PictureDecoder,
  type PictureHeader,
  type RenditionFormat,
  UnreadablePicture,
} from "./picture-decoder.ts";
import { type StorageKey, type StoredFile, readStart } from "./storage.ts";

/** Stays open: whoever opened it closes it. */
export type OpenedPhoto = { readonly key: StorageKey; readonly file: StoredFile };

/** A larger rendition of a photo, as it lies in the cache. */
export type KeptRendition = { readonly name: string; readonly bytes: Buffer };

export interface Darkroom {
  /** @throws UnreadablePicture */
  measure(photo: OpenedPhoto): Promise<PictureHeader>;

  /**
   * A rendition that fits in a square of `sizePx`; see `PictureDecoder`.
   *
   * @throws UnreadablePicture
   */
  develop(source: OpenedPhoto | KeptRendition, sizePx: number, format: RenditionFormat): Promise<Buffer>;
}

export type DarkroomLimits = {
  /** Of a file's start are read at first to measure it, and at most in a second try. */
  readonly headerBytes: number;
  readonly maxHeaderBytes: number;
  readonly maxSourceBytes: number;
};

export function createDarkroom(decoder: PictureDecoder, limits: DarkroomLimits): Darkroom {
  async function measure({ file }: OpenedPhoto): Promise<PictureHeader> {
    const start = await readStart(file, limits.headerBytes);
    try {
      return await decoder.readHeader(start);
    } catch (error) {
      if (start.length === file.stat.sizeBytes) throw error;
      return await decoder.readHeader(await readStart(file, limits.maxHeaderBytes));
    }
  }

  async function develop(
    source: OpenedPhoto | KeptRendition,
    sizePx: number,
    format: RenditionFormat,
  ): Promise<Buffer> {
    const bytes = "bytes" in source ? source.bytes : await readWhole(source.file);
    return await decoder.render(bytes, sizePx, format);
  }

  async function readWhole(file: StoredFile): Promise<Buffer> {
    if (file.stat.sizeBytes > limits.maxSourceBytes) throw new UnreadablePicture("The file is too large.");
    return await readStart(file, limits.maxSourceBytes);
  }

  return { measure, develop };
}
