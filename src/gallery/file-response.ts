/**
 * An opened file → Response, with validators and ranges (RFC 9110 §8.8, §13, §14).
 */
import { type ByteRange, parseByteRange } from "../http/byte-range.ts";
import { formatHttpDate } from "../http/http-date.ts";
import type { Content, FieldLine, Request, Response } from "../http/message.ts";
import { type Validators, ifRangeHolds } from "../http/preconditions.ts";
import { mayHoldScript, mediaTypeOf } from "./media-type.ts";
import { NOSNIFF, preconditionResponse } from "./responses.ts";
import { type StoredFile, contentFrom, readStart } from "./storage.ts";

/** A page of somebody else's may look as it likes, but neither script nor pretend to be ours. */
const SANDBOXED_PAGE = ["Content-Security-Policy", "sandbox"] as const;

export type FileOptions = {
  readonly name: string;
  readonly nowMs: number;
  /** Up to this size content is read now and sent in one piece with the head. */
  readonly smallFileBytes: number;
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
  const range = requestedRange(request, validators, stat.sizeBytes, options.nowMs);
  if (range === "unsatisfiable") {
    await file.close();
    return rangeNotSatisfiable(stat.sizeBytes);
  }
  const mediaType = mediaTypeOf(options.name);
  const fields: FieldLine[] = [
    ["Content-Type", mediaType],
    ...validatorFields,
    ["Accept-Ranges", "bytes"],
    NOSNIFF,
  ];
  if (mayHoldScript(mediaType)) fields.push(SANDBOXED_PAGE);
  if (options.isDownload) fields.push(["Content-Disposition", "attachment"]);
  if (range === "whole") {
    const whole = { first: 0, last: stat.sizeBytes - 1 };
    return { status: 200, fields, content: await fileContent(file, whole, request, options) };
  }
  fields.push(["Content-Range", `bytes ${range.first}-${range.last}/${stat.sizeBytes}`]);
  return { status: 206, fields, content: await fileContent(file, range, request, options) };
}

/** Range means something for GET only (§14.2), and only while If-Range holds. */
function requestedRange(
  request: Request,
  validators: Validators,
  sizeBytes: number,
  nowMs: number,
): ByteRange | "whole" | "unsatisfiable" {
  const value = request.method === "GET" ? request.fields.get("range") : undefined;
  if (value === undefined || !ifRangeHolds(request.fields, validators, nowMs)) return "whole";
  return parseByteRange(value, sizeBytes);
}

async function fileContent(
  file: StoredFile,
  { first, last }: ByteRange,
  request: Request,
  options: FileOptions,
): Promise<Content> {
  const lengthBytes = last - first + 1;
  const isWhole = lengthBytes === file.stat.sizeBytes;
  if (!isWhole || lengthBytes > options.smallFileBytes || request.method === "HEAD") {
    return { kind: "source", lengthBytes, source: contentFrom(file, first) };
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
