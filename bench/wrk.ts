/**
 * wrk: its arguments, and what its report says.
 */
import type { Fields } from "./get.ts";

export type WrkLoad = {
  readonly tool: "wrk";
  readonly connections: number;
  readonly seconds: number;
};

export type WrkResult = {
  readonly requests: number;
  readonly seconds: number;
  readonly requestsPerSecond: number;
  /** Heads and contents together, to three digits. */
  readonly readBytes: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly longestMs: number;
  /** Neither 2xx nor 3xx. */
  readonly unsuccessful: number;
  readonly socketErrors: number;
};

/** One thread: it shares the cores with the servers. `wrk --latency -t1 -c64 -d3s URL`, without its name. */
export function wrkArguments({ connections, seconds }: WrkLoad, url: string, fields: Fields = {}): string[] {
  const headers = Object.entries(fields).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  return ["--latency", "-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "30s", ...headers, url];
}

/** @returns undefined if this is no whole report */
export function parseWrk(report: string): WrkResult | undefined {
  const total = /^ *(\d+) requests in ([\d.]+)(\w+), ([\d.]+)([KMGT]?)B read$/m.exec(report);
  const rate = /^Requests\/sec: +([\d.]+)$/m.exec(report)?.[1];
  const p50Ms = readTime(/^ +50% +(\S+) *$/m.exec(report)?.[1]);
  const p99Ms = readTime(/^ +99% +(\S+) *$/m.exec(report)?.[1]);
  const longestMs = readTime(/^ +Latency +\S+ +\S+ +(\S+)/m.exec(report)?.[1]);
  if (total === null || rate === undefined) return undefined;
  if (p50Ms === undefined || p99Ms === undefined || longestMs === undefined) return undefined;
  const [, requests, time = "", timeUnit = "", size, sizeUnit = ""] = total;
  // These lines are there only if there were any.
  const unsuccessful = /^ *Non-2xx or 3xx responses: (\d+)$/m.exec(report)?.[1] ?? "0";
  const errors = /^ *Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)$/m.exec(report);
  return {
    requests: Number(requests),
    seconds: (readTime(time + timeUnit) ?? Number.NaN) / 1_000,
    requestsPerSecond: Number(rate),
    readBytes: Math.round(Number(size) * (SIZES[sizeUnit] ?? Number.NaN)),
    p50Ms,
    p99Ms,
    longestMs,
    unsuccessful: Number(unsuccessful),
    socketErrors: (errors ?? []).slice(1).reduce((sum, count) => sum + Number(count), 0),
  };
}

const SIZES: Record<string, number> = { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };
const TIMES_MS: Record<string, number> = { us: 0.001, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `612.00us`, `1.53ms`, `3.00s` */
function readTime(text: string | undefined): number | undefined {
  const [, digits, unit = ""] = /^([\d.]+)(us|ms|s|m|h)$/.exec(text ?? "") ?? [];
  const scale = TIMES_MS[unit];
  return digits === undefined || scale === undefined ? undefined : Number(digits) * scale;
}

/** What is read is rounded, and answers on their way at the end are counted in part. */
const READ_TOLERANCE = 0.02;

/**
 * @param answerBytes of one answer, its content only
 * @returns why this result is not to be believed; nothing if it is
 */
export function doubtsAboutWrk(result: WrkResult, answerBytes: number): string[] {
  const doubts: string[] = [];
  if (result.requests === 0) doubts.push("not one answer");
  if (result.socketErrors > 0) doubts.push(`${result.socketErrors} socket errors`);
  if (result.unsuccessful > 0) doubts.push(`${result.unsuccessful} answers were neither 2xx nor 3xx`);
  if (result.readBytes < result.requests * answerBytes * (1 - READ_TOLERANCE)) {
    doubts.push(
      `${result.requests} answers of ${answerBytes} bytes are more than the ${result.readBytes} it read`,
    );
  }
  return doubts;
}
