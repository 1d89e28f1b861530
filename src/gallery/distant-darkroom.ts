/**
 * A darkroom in another process: what is asked for there, what comes back, and both ends of the conversation.
 *
 *     worker                                          process that decodes
 *     createDistantDarkroom ──job: where it lies──►   createPictureWork
 *                           ◄──outcome: octets────
 *
 * A job names a file instead of bringing its octets, which may be 200 million. So it is opened once more, by the same
 * rules, and must still be the version that is meant. Jobs and outcomes are plain JSON.
 */
import { HttpError, unreachable } from "../http/errors.ts";
import { createCacheDirectory } from "./cache-directory.ts";
import { type Darkroom, type DarkroomLimits, type OpenedPhoto, createDarkroom } from "./darkroom.ts";
import { storageBelow } from "./local-storage.ts";
import {
  type HeaderLimits,
  type PictureHeader,
  type PictureLimits,
  type RenditionFormat,
  UnreadablePicture,
  createPictureDecoder,
  readPlainHeader,
} from "./picture-decoder.ts";
import { type StorageKey, readStart } from "./storage.ts";

/** What both processes know by the same names. */
export type PicturePlace = {
  /** Without links on the way to it. */
  readonly root: string;
  readonly cacheDirectory: string;
};

type Original = { readonly key: string; readonly version: string };

export type PictureJob = PicturePlace &
  (
    | { readonly kind: "measure"; readonly original: Original }
    | {
        readonly kind: "develop";
        /** The photo itself, or the name of a larger rendition in the cache. */
        readonly from: Original | string;
        readonly sizePx: number;
        readonly format: RenditionFormat;
      }
  );

export type PictureOutcome =
  | {
      readonly kind: "measured";
      readonly widthPx: number;
      readonly heightPx: number;
      readonly takenMs?: number | undefined;
    }
  /** The octets of a rendition in Base64. */
  | { readonly kind: "developed"; readonly rendition: string }
  /** Of what is now known of the picture, or of what may pass. */
  | { readonly kind: "unreadable"; readonly mayPass: boolean }
  /** No fault of the picture's. */
  | { readonly kind: "failed"; readonly reason: string };

/**
 * The end in a worker. What is certain to do no harm is done here: the headers of ordinary JPEG files.
 *
 * @param ask has a job done by somebody else
 */
export function createDistantDarkroom(
  ask: (job: PictureJob) => Promise<PictureOutcome>,
  { root, cacheDirectory }: PicturePlace,
  limits: HeaderLimits & Pick<DarkroomLimits, "headerBytes">,
): Darkroom {
  async function measure(photo: OpenedPhoto): Promise<PictureHeader> {
    const start = await readStart(photo.file, limits.headerBytes);
    const header = readPlainHeader(start, limits);
    if (header !== undefined) return header;
    const outcome = await ask({ root, cacheDirectory, kind: "measure", original: originalOf(photo) });
    if (outcome.kind !== "measured") throw problemOf(outcome);
    const { widthPx, heightPx, takenMs } = outcome;
    return { widthPx, heightPx, takenMs };
  }

  const develop: Darkroom["develop"] = async (source, sizePx, format) => {
    const from = "bytes" in source ? source.name : originalOf(source);
    const outcome = await ask({ root, cacheDirectory, kind: "develop", from, sizePx, format });
    if (outcome.kind !== "developed") throw problemOf(outcome);
    return Buffer.from(outcome.rendition, "base64");
  };

  return { measure, develop };
}

function originalOf({ key, file }: OpenedPhoto): Original {
  return { key, version: file.stat.version };
}

function problemOf(outcome: PictureOutcome): Error {
  if (outcome.kind === "unreadable") {
    return new UnreadablePicture("The picture cannot be decoded.", { mayPass: outcome.mayPass });
  }
  return new Error(
    outcome.kind === "failed" ? outcome.reason : `An outcome of another kind: ${outcome.kind}.`,
  );
}

/** The end that decodes: does one job, whatever comes of it. */
export function createPictureWork(
  limits: PictureLimits & DarkroomLimits,
): (job: PictureJob) => Promise<PictureOutcome> {
  const darkroom = createDarkroom(createPictureDecoder(limits), limits);

  async function perform(job: PictureJob): Promise<PictureOutcome> {
    switch (job.kind) {
      case "measure": {
        const header = await withOriginal(job.root, job.original, (photo) => darkroom.measure(photo));
        return { ...header, kind: "measured" };
      }
      case "develop": {
        const { root, from, sizePx, format } = job;
        const bytes =
          typeof from === "string"
            ? await darkroom.develop(await keptRendition(job.cacheDirectory, from), sizePx, format)
            : await withOriginal(root, from, (photo) => darkroom.develop(photo, sizePx, format));
        return { kind: "developed", rendition: bytes.toString("base64") };
      }
      default:
        return unreachable(job);
    }
  }

  return async (job) => {
    try {
      return await perform(job);
    } catch (error) {
      if (error instanceof UnreadablePicture) return { kind: "unreadable", mayPass: error.mayPass };
      if (error instanceof HttpError) return { kind: "unreadable", mayPass: true }; // it has gone meanwhile
      return { kind: "failed", reason: error instanceof Error ? error.message : String(error) };
    }
  };
}

/** @throws UnreadablePicture if the file is another one by now: who asks again gets that one */
async function withOriginal<T>(
  root: string,
  { key, version }: Original,
  use: (photo: OpenedPhoto) => Promise<T>,
): Promise<T> {
  const file = await storageBelow(root).open(key as StorageKey); // a key made by a worker, which has opened it
  if (file.kind === "folder") throw changed();
  try {
    if (file.stat.version !== version) throw changed();
    return await use({ key: key as StorageKey, file });
  } finally {
    await file.close();
  }
}

async function keptRendition(cacheDirectory: string, name: string): Promise<{ name: string; bytes: Buffer }> {
  const bytes = await createCacheDirectory(cacheDirectory, () => undefined).read(name);
  if (bytes === undefined) throw changed();
  return { name, bytes };
}

function changed(): UnreadablePicture {
  return new UnreadablePicture("It has changed meanwhile.", { mayPass: true });
}
