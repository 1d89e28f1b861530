/**
 * One response → one line, in the Common Log Format, with the milliseconds it took at its end.
 *
 *     127.0.0.1 - - [21/Nov/2026:10:14:36 +0000] "GET /a.jpg HTTP/1.1" 200 348052 12
 */
import type { Request } from "../http/message.ts";
import type { Status } from "../http/status.ts";
import { escapeForLog } from "./log.ts";

export type Access = {
  /** Undefined if the client was gone before anybody asked. */
  readonly remoteAddress: string | undefined;
  /** Undefined if none could be read. */
  readonly request: Request | undefined;
  readonly status: Status;
  /** Of the content, as promised in Content-Length; 0 without. */
  readonly contentBytes: number;
  readonly finishedMs: number;
  readonly tookMs: number;
};

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export function formatAccess(access: Access): string {
  const { remoteAddress = "-", request, status, contentBytes, finishedMs, tookMs } = access;
  const line =
    request === undefined
      ? "-"
      : `${request.method} ${escapeForLog(request.target.raw)} HTTP/${request.version.major}.${request.version.minor}`;
  const bytes = contentBytes === 0 ? "-" : contentBytes;
  return `${remoteAddress} - - [${logDate(finishedMs)}] "${line}" ${status} ${bytes} ${Math.round(tookMs)}`;
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
