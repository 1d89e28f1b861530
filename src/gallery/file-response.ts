/**
 * An opened file → Response, with validators and ranges (RFC 9110 §8.8, §13, §14).
 */
import { randomBytes } from "node:crypto";
import { type ByteRange, parseByteRanges } from "../http/byte-range.ts";
import { formatHttpDate } from "../http/http-date.ts";
import type { Content, FieldLine, Request, Response } from "../http/message.ts";
import { formatContentRange, formatMultipart } from "../http/multipart-byteranges.ts";
import { type Validators, ifRangeHolds } from "../http/preconditions.ts";
import { mayHoldScript, mediaTypeOf } from "./media-type.ts";
import { NOSNIFF, preconditionResponse } from "./responses.ts";
import { type StoredFile, contentOfPieces, readStart } from "./storage.ts";

/** A page of somebody else's may look as it likes, but neither script nor pretend to be ours. */
const SANDBOXED_PAGE = ["Content-Security-Policy", "sandbox"] as const;

export type FileOptions = {
  readonly name: string;
  readonly nowMs: number;
  /** Up to this size content is read now and sent in one piece with the head. */
  readonly smallFileBytes: number;
  /** Of a Range field; more are answered with the whole. */
  readonly maxRanges: number;
  /** Whether the browser shall save it instead of showing it. */
  readonly isDownload: boolean;
};

/** Takes the file over: it is closed here, or with the content of the response. */
export async function fileResponse(
  request: Request,
  file: StoredFile,
  options: FileOptions,
): Promise<Response> {
  const { stat } = file;
  const validators: Validators = {
    entityTag: `"${stat.version}"`,
    lastModifiedMs: Math.min(stat.modifiedMs, options.nowMs), // never after Date (RFC 9110 §8.8.2.1)
  };
  const validatorFields: FieldLine[] = [
    ["ETag", validators.entityTag],
    ["Last-Modified", formatHttpDate(validators.lastModifiedMs ?? 0)],
    ["Cache-Control", "no-cache"], // keep it, and ask each time whether it is still this one
  ];
  const instead = preconditionResponse(request, validators, validatorFields, options.nowMs);
  if (instead !== undefined) {
    await file.close();
    return instead;
  }
  const ranges = requestedRanges(request, validators, stat.sizeBytes, options);
  if (ranges === "unsatisfiable") {
    await file.close();
    return rangeNotSatisfiable(stat.sizeBytes);
  }
  const mediaType = mediaTypeOf(options.name);
  const fields: FieldLine[] = [...validatorFields, ["Accept-Ranges", "bytes"], NOSNIFF];
  if (mayHoldScript(mediaType)) fields.push(SANDBOXED_PAGE);
  if (options.isDownload) fields.push(["Content-Disposition", "attachment"]);
  if (ranges === "whole") {
    const content = await wholeContent(file, request, options);
    return { status: 200, fields: [["Content-Type", mediaType], ...fields], content };
  }
  return partialResponse(file, mediaType, fields, ranges);
}

/** 206: one part as it is, several as multipart/byteranges, which one must never be (§15.3.7) */
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
  { nowMs, maxRanges }: FileOptions,
): readonly ByteRange[] | "whole" | "unsatisfiable" {
  const value = request.method === "GET" ? request.fields.get("range") : undefined;
  if (value === undefined || !ifRangeHolds(request.fields, validators, nowMs)) return "whole";
  return parseByteRanges(value, sizeBytes, maxRanges);
}

async function wholeContent(file: StoredFile, request: Request, options: FileOptions): Promise<Content> {
  const lengthBytes = file.stat.sizeBytes;
  if (lengthBytes > options.smallFileBytes || request.method === "HEAD") {
    return { kind: "source", lengthBytes, source: contentOfPieces(file, [{ position: 0, lengthBytes }]) };
  }
  try {
    const bytes = await readStart(file, lengthBytes);
    if (bytes.length === lengthBytes) return { kind: "bytes", bytes };
    throw new Error("A file became shorter while it was read.");
  } finally {
    await file.close();
  }
}

/** 416 with the length there is (§15.5.17) */
function rangeNotSatisfiable(sizeBytes: number): Response {
  return { status: 416, fields: [["Content-Range", `bytes */${sizeBytes}`]], content: { kind: "none" } };
}
