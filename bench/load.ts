/**
 * One load, by whichever tool, on one server → the same figures.
 */
import { type AbLoad, abArguments, doubtsAboutAb, parseAb } from "./ab.ts";
import type { Fields } from "./get.ts";
import { cpuPerRequest, measure } from "./measure.ts";
import type { RunningServer } from "./running-server.ts";
import type { Bench } from "./suite.ts";
import type { Target } from "./target.ts";
import { type WrkLoad, doubtsAboutWrk, parseWrk, wrkArguments } from "./wrk.ts";

export type Load = AbLoad | WrkLoad;

export type Sample = {
  readonly requestsPerSecond: number;
  /** Of the whole process tree; undefined where the system does not tell. */
  readonly cpuUs: number | undefined;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly longestMs: number;
  readonly failed: number;
  /** Nor 3xx, where wrk counts. */
  readonly non2xx: number;
  readonly memoryBytes: number | undefined;
};

const LOAD_TIMEOUT_MS = 300_000;

/** As it is typed, PORT standing for the port of the server. */
export function formatCommand(load: Load, path: string, fields?: Fields): string {
  const quoted = argumentsOf(load, `http://127.0.0.1:PORT${path}`, fields).map((word) =>
    /^[\w./:=-]+$/.test(word) ? word : `'${word}'`,
  );
  return `${load.tool} ${quoted.join(" ")}`;
}

function argumentsOf(load: Load, url: string, fields?: Fields): string[] {
  return load.tool === "ab" ? abArguments(load, url) : wrkArguments(load, url, fields);
}

/** @returns what was measured, if anything was, and what is to be doubted about it */
export async function takeSample(
  server: RunningServer,
  target: Target,
  load: Load,
  { tools, signal }: Bench,
): Promise<{ sample: Sample | undefined; doubts: string[] }> {
  const { path, fields, body } = target;
  const command = tools.get(load.tool)?.command ?? load.tool;
  const args = argumentsOf(load, `${server.url}${path}`, fields);
  const measurement = await measure(server, command, args, { timeoutMs: LOAD_TIMEOUT_MS, signal });
  const { report, output, cpuMs, memoryBytes } = measurement;
  const result = readReport(load, body.length, report);
  if (result === undefined || output.exitCode !== 0) {
    const lastWords = report.trim().split("\n").at(-1) ?? "";
    const reason = `exit code ${output.exitCode}: ${lastWords}`;
    return { sample: undefined, doubts: [`${load.tool} did not come to its end (${reason})`] };
  }
  const { requests, doubts, ...figures } = result;
  const cpu = cpuPerRequest(cpuMs, requests);
  return {
    sample: { ...figures, cpuUs: cpu.cpuUs, memoryBytes },
    doubts: [...cpu.doubts, ...doubts],
  };
}

type Report = Omit<Sample, "cpuUs" | "memoryBytes"> & {
  readonly requests: number;
  readonly doubts: readonly string[];
};

function readReport(load: Load, answerBytes: number, report: string): Report | undefined {
  if (load.tool === "ab") {
    const ab = parseAb(report);
    if (ab === undefined) return undefined;
    const { completed, requestsPerSecond, p50Ms, p99Ms, longestMs, failed, non2xx } = ab;
    const doubts = doubtsAboutAb(ab, load, answerBytes);
    return { requests: completed, requestsPerSecond, p50Ms, p99Ms, longestMs, failed, non2xx, doubts };
  }
  const wrk = parseWrk(report);
  if (wrk === undefined) return undefined;
  const { requests, requestsPerSecond, p50Ms, p99Ms, longestMs, socketErrors, unsuccessful } = wrk;
  const counts = { failed: socketErrors, non2xx: unsuccessful };
  return {
    requests,
    requestsPerSecond,
    p50Ms,
    p99Ms,
    longestMs,
    ...counts,
    doubts: doubtsAboutWrk(wrk, answerBytes),
  };
}
