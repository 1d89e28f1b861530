/**
 * ApacheBench: its arguments, and what its report says.
 */

export type AbLoad = {
  readonly tool: "ab";
  readonly requests: number;
  readonly concurrency: number;
  readonly keepAlive: boolean;
};

export type AbResult = {
  readonly completed: number;
  readonly failed: number;
  readonly non2xx: number;
  /** Answers after which the connection stayed open; undefined without `-k`. */
  readonly keptAlive: number | undefined;
  readonly documentBytes: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly longestMs: number;
};

/** `ab -q -k -n 100000 -c 100 http://127.0.0.1:8080/`, without the name of the program. */
export function abArguments({ requests, concurrency, keepAlive }: AbLoad, url: string): string[] {
  return ["-q", ...(keepAlive ? ["-k"] : []), "-n", String(requests), "-c", String(concurrency), url];
}

/** @returns undefined if this is no whole report: `ab` gives up at the first connection that is reset */
export function parseAb(report: string): AbResult | undefined {
  const figure = (label: RegExp): number | undefined => {
    const digits = new RegExp(`^${label.source}\\s+([\\d.]+)`, "m").exec(report)?.[1];
    return digits === undefined ? undefined : Number(digits);
  };
  const completed = figure(/Complete requests:/);
  const failed = figure(/Failed requests:/);
  const requestsPerSecond = figure(/Requests per second:/);
  const documentBytes = figure(/Document Length:/);
  const [p50Ms, p99Ms, longestMs] = [figure(/ +50%/), figure(/ +99%/), figure(/ *100%/)];
  if (completed === undefined || failed === undefined || requestsPerSecond === undefined) return undefined;
  if (documentBytes === undefined || p50Ms === undefined || p99Ms === undefined) return undefined;
  if (longestMs === undefined) return undefined;
  const keptAlive = figure(/Keep-Alive requests:/);
  const non2xx = figure(/Non-2xx responses:/) ?? 0; // the line is there only if there were any
  return {
    completed,
    failed,
    non2xx,
    keptAlive,
    documentBytes,
    requestsPerSecond,
    p50Ms,
    p99Ms,
    longestMs,
  };
}

/** A server may close a kept connection now and then, but not every other one. */
const MIN_KEPT_SHARE = 0.9;

/** @returns why this result is not to be believed; nothing if it is */
export function doubtsAboutAb(result: AbResult, load: AbLoad, documentBytes: number): string[] {
  const doubts: string[] = [];
  if (result.completed !== load.requests) {
    doubts.push(`${result.completed} of ${load.requests} requests completed`);
  }
  if (result.failed > 0) doubts.push(`${result.failed} failed requests`);
  if (result.non2xx > 0) doubts.push(`${result.non2xx} answers were not 2xx`);
  if (result.documentBytes !== documentBytes) {
    doubts.push(`ab saw a document of ${result.documentBytes} bytes, not ${documentBytes}`);
  }
  if (load.keepAlive && (result.keptAlive ?? 0) < load.requests * MIN_KEPT_SHARE) {
    doubts.push(`only ${result.keptAlive ?? 0} of ${load.requests} requests left their connection open`);
  }
  return doubts;
}
