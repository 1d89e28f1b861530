/**
 * An opened file → Response, with validators and ranges (RFC 9110 §8.8, §13, §14).
 */
import { randomBytes } from "node:crypto";
import { type ByteRange, parseByteRanges } from "../http/byte-range.ts";
import { HttpError } from "../http/errors.ts";
import { formatHttpDate } from "../http/http-date.ts";
import type { Content, FieldLine, Request, Response } from "../http/message.ts";
import { formatContentRange, formatMultipart } from "../http/multipart-byteranges.ts";
import { type Validators, ifRangeHolds } from "../http/preconditions.ts";
import { makeReady } from "../http/response-head.ts";
import { mayHoldScript, mediaTypeOf } from "./media-type.ts";
import { MemoryCache } from "./memory-cache.ts";
import type { Answer } from "./recent-answers.ts";
import { NOSNIFF, preconditionResponse } from "./responses.ts";
import { type FileStat, type StoredFile, contentOfPieces, readStart } from "./storage.ts";

/** A page of somebody else's may look as it likes, but neither script nor pretend to be ours. */
const SANDBOXED_PAGE = ["Content-Security-Policy", "sandbox"] as const;

export type FileResponderSettings = {
  /** Up to this size content is read now, kept, and sent in one piece with the head. */
  readonly smallFileBytes: number;
  /** For the contents of small files. */
  readonly maxMemoryBytes: number;
  /** Of a Range field; more are answered with the whole. */
  readonly maxRanges: number;
};

export type FileOptions = {
  readonly name: string;
  readonly nowMs: number;
  /** Whether the browser shall save it instead of showing it. */
  readonly isDownload: boolean;
};

export interface FileResponder {
  /**
   * Takes the file over: it is closed here, or with the content of the response.
   *
   * @throws HttpError 412 and 416
   */
  respond(request: Request, file: StoredFile, options: FileOptions): Promise<Response>;

  /**
   * How to answer for as long as the file is trusted to be this version, from what is in memory; undefined if it was
   * modified so lately that even what is said of it may change.
   */
  fromMemory(stat: FileStat, options: FileOptions): Promise<Answer | undefined>;
}

export function createFileResponder(settings: FileResponderSettings): FileResponder {
  const contents = new MemoryCache<{ readonly bytes: Buffer }>(settings.maxMemoryBytes);
  const descriptions = new Map<string, Description>();

  /** Worked out once for each version of a file: seven fields cost more to format than a request to parse. */
  async function describe(stat: FileStat, options: FileOptions): Promise<Description> {
    if (!isPast(stat.modifiedMs, options.nowMs)) return await describeFile(stat, options); // the date is that of now, or none
    const name = `${stat.version} ${options.isDownload} ${options.name}`;
    const known = descriptions.get(name);
    if (known !== undefined) return known;
    const description = await describeFile(stat, options);
    if (descriptions.size >= MAX_DESCRIPTIONS) descriptions.clear();
    descriptions.set(name, description);
    return description;
  }

  async function respond(request: Request, file: StoredFile, options: FileOptions): Promise<Response> {
    try {
      return await answer(request, file, options);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async function answer(request: Request, file: StoredFile, options: FileOptions): Promise<Response> {
    const description = await describe(file.stat, options);
    const { validators, cacheFields, fields } = description;
    const instead = preconditionResponse(request, validators, cacheFields, options.nowMs);
    if (instead !== undefined) {
      await file.close();
      return instead;
    }
    const partial = respondWithRanges(request, file, description, options);
    return partial ?? { status: 200, fields, content: await wholeContent(file, request, options.nowMs) };
  }

  async function fromMemory(stat: FileStat, options: FileOptions): Promise<Answer | undefined> {
    if (!isPast(stat.modifiedMs, options.nowMs)) return undefined;
    const description = await describe(stat, options);
    const { validators, cacheFields, fields } = description;
    return (request, nowMs) => {
      const instead = preconditionResponse(request, validators, cacheFields, nowMs);
      if (instead !== undefined) return instead;
      const kept = contents.get(stat.version);
      if (kept === undefined || request.fields.has("range")) return undefined;
      return { status: 200, fields, content: { kind: "bytes", bytes: kept.bytes } };
    };
  }

  /** Undefined if the whole file is wanted. */
  function respondWithRanges(
    request: Request,
    file: StoredFile,
    { mediaType, validators, fields }: Description,
    { nowMs }: FileOptions,
  ): Response | undefined {
    const { sizeBytes } = file.stat;
    const ranges = requestedRanges(request, validators, sizeBytes, nowMs, settings.maxRanges);
    if (ranges === "unsatisfiable") throw rangeNotSatisfiable(sizeBytes);
    return ranges === "whole" ? undefined : partialResponse(file, mediaType, fields.slice(1), ranges);
  }

  async function wholeContent(file: StoredFile, request: Request, nowMs: number): Promise<Content> {
    const { sizeBytes, version } = file.stat;
    if (sizeBytes > settings.smallFileBytes || request.method === "HEAD") {
      const pieces = [{ position: 0, lengthBytes: sizeBytes }];
      return { kind: "source", lengthBytes: sizeBytes, source: contentOfPieces(file, pieces) };
    }
    try {
      const kept = contents.get(version);
      if (kept !== undefined) return { kind: "bytes", bytes: kept.bytes };
      const bytes = await readStart(file, sizeBytes);
      if (bytes.length < sizeBytes) throw new Error("A file became shorter while it was read.");
      if (isQuiet(file, nowMs)) contents.set(version, { bytes });
      return { kind: "bytes", bytes };
    } finally {
      await file.close();
    }
  }

  return { respond, fromMemory };
}

/**
 * Whether what was read is sure to be the content of this version: the system writes the time down before it copies
 * what is written, and its clock has ticks of some milliseconds. What changed just now is read again next time.
 */
function isQuiet(file: StoredFile, nowMs: number): boolean {
  return file.isUnchanged() && nowMs - file.stat.modifiedMs > QUIET_MS;
}

const QUIET_MS = 2_000;

/** What is said of one version of a file, whoever asks. */
type Description = {
  readonly mediaType: string;
  readonly validators: Validators;
  /** Those that go with 304 as well. */
  readonly cacheFields: readonly FieldLine[];
  /** All of a 200, Content-Type first. */
  readonly fields: readonly FieldLine[];
};

const MAX_DESCRIPTIONS = 2_000;

/**
 * None as long as the second lasts in which the file was modified: it could be modified once more, and two versions
 * would have one date. So whoever has a date of ours has a strong validator (RFC 9110 §8.8.2.2). A date in the future
 * becomes that of now (§8.8.2.1).
 */
function lastModified(modifiedMs: number, nowMs: number): number | undefined {
  if (modifiedMs > nowMs) return nowMs;
  return isPast(modifiedMs, nowMs) ? modifiedMs : undefined;
}

/** Whether its second is over. */
function isPast(timeMs: number, nowMs: number): boolean {
  return Math.floor(timeMs / 1_000) < Math.floor(nowMs / 1_000);
}

async function describeFile(stat: FileStat, options: FileOptions): Promise<Description> {
  const validators: Validators = {
    entityTag: `"${stat.version}"`,
    lastModifiedMs: lastModified(stat.modifiedMs, options.nowMs),
  };
  const cacheFields: FieldLine[] = [
    ["ETag", validators.entityTag],
    ["Cache-Control", "no-cache"], // keep it, and ask each time whether it is still this one
  ];
  const { lastModifiedMs } = validators;
  const dateFields: FieldLine[] = // 304 has a better validator (§15.4.5)
    lastModifiedMs === undefined ? [] : [["Last-Modified", formatHttpDate(lastModifiedMs)]];
  const mediaType = await mediaTypeOf(options.name);
  const fields: FieldLine[] = [
    ["Content-Type", mediaType],
    ...cacheFields,
    ...dateFields,
    ["Accept-Ranges", "bytes"],
    NOSNIFF,
  ];
  if (mayHoldScript(mediaType)) fields.push(SANDBOXED_PAGE);
  if (options.isDownload) fields.push(["Content-Disposition", "attachment"]);
  return { mediaType, validators, cacheFields: makeReady(cacheFields), fields: makeReady(fields) };
}

/**
 * 206: one part as it is, several as multipart/byteranges, which one must never be (§15.3.7).
 *
 * With all fields of the 200. To a request with If-Range they should be left out but for the validators (§15.3.7), since
 * the client has them; we send them, as nginx and Apache do: a browser that shows a part wants to know its type.
 */
function partialResponse(
  file: StoredFile,
  mediaType: string,
  fields: readonly FieldLine[],
  ranges: readonly ByteRange[],
): Response {
  const { sizeBytes } = file.stat;
  const [range, second] = ranges;
  if (range !== undefined && second === undefined) {
    const contentRange: FieldLine = ["Content-Range", formatContentRange(range, sizeBytes)];
    const piece = pieceOf(range);
    const content: Content = {
      kind: "source",
      lengthBytes: piece.lengthBytes,
      source: contentOfPieces(file, [piece]),
    };
    return { status: 206, fields: [["Content-Type", mediaType], ...fields, contentRange], content };
  }
  const boundary = randomBytes(24).toString("base64url"); // 192 bits: nobody can have put it into a file
  const multipart = formatMultipart(ranges, mediaType, sizeBytes, boundary);
  const pieces = multipart.pieces.map((piece) =>
    piece.kind === "range" ? pieceOf(piece.range) : piece.bytes,
  );
  const content: Content = {
    kind: "source",
    lengthBytes: multipart.lengthBytes,
    source: contentOfPieces(file, pieces),
  };
  return { status: 206, fields: [["Content-Type", multipart.mediaType], ...fields], content };
}

function pieceOf({ first, last }: ByteRange): { position: number; lengthBytes: number } {
  return { position: first, lengthBytes: last - first + 1 };
}

/** Range means something for GET only (§14.2), and only while If-Range holds. */
function requestedRanges(
  request: Request,
  validators: Validators,
  sizeBytes: number,
  nowMs: number,
  maxRanges: number,
): readonly ByteRange[] | "whole" | "unsatisfiable" {
  const value = request.method === "GET" ? request.fields.get("range") : undefined;
  if (value === undefined || !ifRangeHolds(request.fields, validators, nowMs)) return "whole";
  return parseByteRanges(value, sizeBytes, maxRanges);
}

/** 416 with the length there is (§15.5.17) */
function rangeNotSatisfiable(sizeBytes: number): HttpError {
  return new HttpError(416, "It is not as long as that.", {
    fields: [["Content-Range", `bytes */${sizeBytes}`]],
  });
}
