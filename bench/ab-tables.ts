/**
 * What `ab` said about several servers in several rounds → the tables of a suite.
 */
import type { AbResult } from "./ab.ts";
import type { PublishedAb } from "./published.ts";
import type { RunningServer } from "./running-server.ts";
import { UNKNOWN, formatFigure, formatMegabytes, formatSpread, median, ratios, sum } from "./statistics.ts";
import type { Table } from "./table.ts";

/** What one server did, round by round. */
export type Entry = { readonly server: RunningServer; readonly samples: Sample[] };

export type Sample = {
  readonly ab: AbResult;
  readonly cpuUs: number | undefined;
  readonly memoryBytes: number | undefined;
};

/** A row for each that was measured, and one for each that only says so. */
export function formatResults(entries: readonly Entry[], published: readonly PublishedAb[]): Table {
  const columns = [
    "server",
    "requests/s",
    "CPU µs a request",
    "p50 ms",
    "p99 ms",
    "longest ms",
    "failed",
    "not 2xx",
    "memory MB",
  ];
  const measured = entries.map(({ server, samples }) => {
    const all = <T>(read: (sample: Sample) => T): T[] => samples.map(read);
    return [
      server.name,
      formatSpread(all(({ ab }) => ab.requestsPerSecond)),
      formatSpread(all(({ cpuUs }) => cpuUs)),
      formatFigure(median(all(({ ab }) => ab.p50Ms))),
      formatFigure(median(all(({ ab }) => ab.p99Ms))),
      formatFigure(Math.max(...all(({ ab }) => ab.longestMs))),
      formatFigure(sum(all(({ ab }) => ab.failed))),
      formatFigure(sum(all(({ ab }) => ab.non2xx))),
      formatMegabytes(all(({ memoryBytes }) => memoryBytes)),
    ];
  });
  const claimed = published.map(({ name, requestsPerSecond, failed, non2xx }) => {
    const known = [failed, non2xx].map((value) => (value === undefined ? UNKNOWN : formatFigure(value)));
    const latencies = [UNKNOWN, UNKNOWN, UNKNOWN];
    return [name, formatFigure(requestsPerSecond), UNKNOWN, ...latencies, ...known, UNKNOWN];
  });
  return { columns, rows: [...measured, ...claimed] };
}

/**
 * Our first server against everybody that is not ours.
 *
 * @param oursCount how many of the first entries are ours
 */
export function formatRatios(entries: readonly Entry[], oursCount: number): Table {
  const [ours] = entries;
  const speed = (entry: Entry | undefined): number[] =>
    entry?.samples.map(({ ab }) => ab.requestsPerSecond) ?? [];
  const cost = (entry: Entry | undefined): (number | undefined)[] =>
    entry?.samples.map(({ cpuUs }) => cpuUs) ?? [];
  return {
    columns: [`${ours?.server.name ?? "ours"} / peer`, "requests/s", "CPU a request"],
    rows: entries
      .slice(oursCount)
      .map((peer) => [
        peer.server.name,
        formatSpread(ratios(speed(ours), speed(peer))),
        formatSpread(ratios(cost(ours), cost(peer))),
      ]),
  };
}
