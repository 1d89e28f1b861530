/**
 * One response → one line.
 *
 *     common    127.0.0.1 - - [21/Nov/2026:10:14:36 +0000] "GET /a.jpg HTTP/1.1" 200 348052 12
 *     combined  127.0.0.1 - - [21/Nov/2026:10:14:36 +0000] "GET /a.jpg HTTP/1.1" 200 348052 "-" "curl/8.5.0" 12 4711
 *     json      {"time":"2026-11-21T10:14:36.789Z","client":"127.0.0.1","method":"GET","target":"/a.jpg", …}
 *
 * The first two are those that Apache and nginx write, with the milliseconds it took behind them, and in the second the
 * process id of the worker.
 */
import type { Request } from "../http/message.ts";
import type { Status } from "../http/status.ts";
import { escapeForLog } from "./log.ts";
import type { AccessLogFormat } from "./options.ts";

export type Access = {
  /** Undefined if the client was gone before anybody asked. */
  readonly clientAddress: string | undefined;
  /** Undefined if none could be read. */
  readonly request: Request | undefined;
  readonly status: Status;
  /** Of the content, that were sent; 0 without. */
  readonly contentBytes: number;
  readonly finishedMs: number;
  readonly tookMs: number;
};

export const ACCESS_FORMATS: Record<AccessLogFormat, (access: Access) => string> = {
  common: (access) => `${formatCommon(access)} ${Math.round(access.tookMs)}`,
  combined: formatCombined,
  json: formatJson,
};

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function formatCommon({ clientAddress = "-", request, status, contentBytes, finishedMs }: Access): string {
  const line =
    request === undefined
      ? "-"
      : `${request.method} ${escapeForLog(request.target.raw)} HTTP/${request.version.major}.${request.version.minor}`;
  const bytes = contentBytes === 0 ? "-" : contentBytes;
  return `${clientAddress} - - [${logDate(finishedMs)}] "${line}" ${status} ${bytes}`;
}

function formatCombined(access: Access): string {
  const { fields } = access.request ?? {};
  const quoted = (name: string): string => `"${escapeForLog(fields?.get(name) ?? "-")}"`;
  const took = Math.round(access.tookMs);
  return `${formatCommon(access)} ${quoted("referer")} ${quoted("user-agent")} ${took} ${process.pid}`;
}

/** What there was not is left out. JSON escapes what must not stand in a line; DEL and the like it would let through. */
function formatJson({ clientAddress, request, status, contentBytes, finishedMs, tookMs }: Access): string {
  const text = JSON.stringify({
    time: new Date(finishedMs).toISOString(),
    client: clientAddress,
    method: request?.method,
    target: request?.target.raw,
    version: request && `${request.version.major}.${request.version.minor}`,
    status,
    bytes: contentBytes,
    ms: Math.round(tookMs),
    worker: process.pid,
    referer: request?.fields.get("referer"),
    agent: request?.fields.get("user-agent"),
  });
  return text.replace(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

let dateSecond = -1;
let dateText = "";

/** Worked out once a second. */
function logDate(timeMs: number): string {
  const second = Math.floor(timeMs / 1_000);
  if (second !== dateSecond) {
    const date = new Date(second * 1_000);
    const [year = "", month = "", day = ""] = date.toISOString().slice(0, 10).split("-");
    dateText = `${day}/${MONTHS[Number(month) - 1]}/${year}:${date.toISOString().slice(11, 19)} +0000`;
    dateSecond = second;
  }
  return dateText;
}
