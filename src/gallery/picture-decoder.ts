/**
 * Octets of a picture → its dimensions, or a smaller rendition. The only file that knows sharp.
 *
 * Crafted pictures are small and expensive (14 KB of WebP took 1.2 GB), and libvips picks its loader by what the
 * octets say, not by the file's extension. So all loaders are off but those of photographs, and pixels, sides and
 * seconds are bounded. What is native code may still fall over, so it runs in a process of its own (darkroom.ts).
 */
import type { Sharp, SharpOptions, default as SharpModule } from "sharp";
import { readDateTaken } from "./exif.ts";
import { readJpegHeader } from "./jpeg-header.ts";

export type PictureLimits = {
  readonly maxSourcePixels: number;
  readonly maxSourceSidePx: number;
  readonly decodeTimeoutSeconds: number;
  readonly jpegQuality: number;
  readonly webpQuality: number;
  readonly webpEffort: number;
};

export type RenditionFormat = "jpeg" | "webp";

/** As it is seen: after the EXIF orientation. */
export type PictureHeader = {
  readonly widthPx: number;
  readonly heightPx: number;
  /** What the camera's clock showed, as if it were UTC; undefined without EXIF. */
  readonly takenMs: number | undefined;
};

/** A picture that cannot be shown: broken, too large, or of a kind we do not decode. `cause` is for the log. */
export class UnreadablePicture extends Error {
  override readonly name = "UnreadablePicture";
  /** It took too long, or memory was short: another time it may go well. */
  readonly mayPass: boolean;

  constructor(message: string, options: { readonly cause?: unknown; readonly mayPass?: boolean } = {}) {
    super(message, { cause: options.cause });
    this.mayPass = options.mayPass ?? isPassing(options.cause);
  }
}

function isPassing(cause: unknown): boolean {
  return cause instanceof Error && /timeout|memory/i.test(cause.message);
}

export interface PictureDecoder {
  /**
   * Reads the header only, in 0.2 ms or so; that of a JPEG file in a hundredth of it.
   *
   * @param bytes the picture, or as much of its start as holds the header
   * @throws UnreadablePicture
   */
  readHeader(bytes: Buffer): Promise<PictureHeader>;

  /**
   * A rendition that fits in a square of `sizePx`, upright, never enlarged, in sRGB, without metadata.
   *
   * @throws UnreadablePicture
   */
  render(bytes: Buffer, sizePx: number, format: RenditionFormat): Promise<Buffer>;
}

const ALLOWED_LOADERS = ["Jpeg", "Png", "Webp", "Heif", "Nsgif", "Tiff"].map(
  (kind) => `VipsForeignLoad${kind}`,
);

export function createPictureDecoder(limits: PictureLimits): PictureDecoder {
  let loading: Promise<typeof SharpModule> | undefined;

  /** That sharp cannot be loaded is no fault of any picture: it is thrown as it is, and tried again. */
  async function openerOf(options: SharpOptions): Promise<(bytes: Buffer) => Sharp> {
    loading ??= loadSharp().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    const sharp = await loading;
    return (bytes) => sharp(bytes, { ...options, limitInputPixels: limits.maxSourcePixels, pages: 1 });
  }

  async function readHeader(bytes: Buffer): Promise<PictureHeader> {
    return readPlainHeader(bytes, limits) ?? withinLimits(await readAnyHeader(bytes), limits);
  }

  async function readAnyHeader(bytes: Buffer): Promise<PictureHeader> {
    const open = await openerOf({ failOn: "none" });
    try {
      const { autoOrient, exif } = await open(bytes).metadata();
      return { widthPx: autoOrient.width, heightPx: autoOrient.height, takenMs: exif && readDateTaken(exif) };
    } catch (error) {
      throw new UnreadablePicture("The header cannot be read.", { cause: error });
    }
  }

  async function render(bytes: Buffer, sizePx: number, format: RenditionFormat): Promise<Buffer> {
    await readHeader(bytes); // refuses what is too long on one side, before a pixel is decoded
    const open = await openerOf({ failOn: "error", sequentialRead: true });
    try {
      const rendition = open(bytes)
        .autoOrient()
        .resize(sizePx, sizePx, { fit: "inside", withoutEnlargement: true })
        .timeout({ seconds: limits.decodeTimeoutSeconds });
      return await encode(rendition, format).toBuffer();
    } catch (error) {
      throw new UnreadablePicture("The picture cannot be decoded.", { cause: error });
    }
  }

  function encode(rendition: Sharp, format: RenditionFormat): Sharp {
    if (format === "webp") return rendition.webp({ quality: limits.webpQuality, effort: limits.webpEffort });
    return rendition.flatten({ background: "white" }).jpeg({ quality: limits.jpegQuality });
  }

  return { readHeader, render };
}

/**
 * The header of an ordinary JPEG file, which is read by hand and can harm nobody.
 *
 * @returns undefined for what takes libvips to read
 * @throws UnreadablePicture for one that is too large to be decoded
 */
export function readPlainHeader(bytes: Buffer, limits: HeaderLimits): PictureHeader | undefined {
  const header = readJpegHeader(bytes);
  return header === undefined ? undefined : withinLimits(header, limits);
}

export type HeaderLimits = Pick<PictureLimits, "maxSourcePixels" | "maxSourceSidePx">;

function withinLimits(header: PictureHeader, limits: HeaderLimits): PictureHeader {
  const { widthPx, heightPx } = header;
  if (Math.max(widthPx, heightPx) > limits.maxSourceSidePx || widthPx * heightPx > limits.maxSourcePixels) {
    throw new UnreadablePicture("The picture is too large.");
  }
  return header;
}

async function loadSharp(): Promise<typeof SharpModule> {
  const { default: sharp } = await import("sharp");
  sharp.block({ operation: ["VipsForeignLoad"] });
  sharp.unblock({ operation: ALLOWED_LOADERS });
  sharp.concurrency(1); // one thread a picture: there are as many pictures as cores
  sharp.cache(false); // never the same operation twice, so it would only cost memory
  return sharp;
}
