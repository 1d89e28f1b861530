/**
 * What several servers did in several rounds → tables, bars and ratios.
 */
import { type ContestResult, type Entry, type Sought, entryOf } from "./contest.ts";
import type { Sample } from "./load.ts";
import type { BarPlot } from "./plot.ts";
import type { PublishedAb } from "./published.ts";
import { UNKNOWN, formatFigure, formatMegabytes, formatSpread, median, ratios, sum } from "./statistics.ts";
import type { Table } from "./table.ts";

type Figure = number | undefined;

/** CPU µs a request, round by round; none for who took no part. */
export function costsOf(result: ContestResult, sought: Sought): Figure[] {
  return readAll(entryOf(result, sought), ({ cpuUs }) => cpuUs);
}

/** Requests/s, round by round. */
export function speedsOf(result: ContestResult, sought: Sought): number[] {
  return readAll(entryOf(result, sought), ({ requestsPerSecond }) => requestsPerSecond);
}

/** Of our own servers: requests that were not answered, or not as they should. */
export function countFailed(results: readonly ContestResult[]): number {
  const ours = results.flatMap(({ entries }) => entries.filter(({ isOurs }) => isOurs));
  return sum(ours.flatMap(({ samples }) => samples.map(({ failed, non2xx }) => failed + non2xx)));
}

/** The servers, what they did, and ours against each of the others. */
export function formatContest(result: ContestResult, published: readonly PublishedAb[] = []): Table[] {
  return [formatResults(result, published), formatRatios(result)];
}

function formatResults({ title, entries }: ContestResult, published: readonly PublishedAb[]): Table {
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
  const measured = entries.map((entry) => {
    const all = <T>(read: (sample: Sample) => T): T[] => readAll(entry, read);
    return [
      entry.server.name,
      formatSpread(all(({ requestsPerSecond }) => requestsPerSecond)),
      formatSpread(all(({ cpuUs }) => cpuUs)),
      formatFigure(median(all(({ p50Ms }) => p50Ms))),
      formatFigure(median(all(({ p99Ms }) => p99Ms))),
      formatFigure(Math.max(...all(({ longestMs }) => longestMs))),
      formatFigure(sum(all(({ failed }) => failed))),
      formatFigure(sum(all(({ non2xx }) => non2xx))),
      formatMegabytes(all(({ memoryBytes }) => memoryBytes)),
    ];
  });
  const claimed = published.map(({ name, requestsPerSecond, failed, non2xx }) => {
    const known = [failed, non2xx].map((value) => (value === undefined ? UNKNOWN : formatFigure(value)));
    const latencies = [UNKNOWN, UNKNOWN, UNKNOWN];
    return [name, formatFigure(requestsPerSecond), UNKNOWN, ...latencies, ...known, UNKNOWN];
  });
  return { title, columns, rows: [...measured, ...claimed] };
}

function readAll<T>(entry: Entry | undefined, read: (sample: Sample) => T): T[] {
  return entry?.samples.map(read) ?? [];
}

/** Our first server against every other, of ours too. */
function formatRatios({ entries }: ContestResult): Table {
  const [ours, ...others] = entries;
  return {
    columns: [
      `${ours?.server.name ?? "ours"} / other`,
      "requests/s",
      "CPU a request",
      "p50",
      "p99",
      "memory",
    ],
    rows: others.map((other) => {
      const cell = (read: (sample: Sample) => Figure): string =>
        formatSpread(ratios(readAll(ours, read), readAll(other, read)));
      return [
        other.server.name,
        cell(({ requestsPerSecond }) => requestsPerSecond),
        cell(({ cpuUs }) => cpuUs),
        cell(({ p50Ms }) => p50Ms),
        cell(({ p99Ms }) => p99Ms),
        cell(({ memoryBytes }) => memoryBytes),
      ];
    }),
  };
}

/**
 * A group of bars for each server, in it one for each contest.
 *
 * @param results by short names: all of them have one line
 */
export function plotServers(
  name: string,
  title: string,
  results: Readonly<Record<string, ContestResult>>,
): BarPlot {
  return {
    ...headOf(name, title),
    series: Object.entries(results).map(([contest, { entries }]) => ({
      name: contest,
      points: entries.map((entry) => ({
        at: entry.server.name,
        values: readAll(entry, ({ cpuUs }) => cpuUs),
      })),
    })),
  };
}

/**
 * A group of bars for each contest, in it one for each of these servers.
 *
 * @param rivals by short names: all of them have one line
 */
export function plotContests(
  name: string,
  title: string,
  results: readonly ContestResult[],
  rivals: Readonly<Record<string, Sought>>,
): BarPlot {
  return {
    ...headOf(name, title),
    series: whoIsThere(rivals).map(([rival, sought]) => ({
      name: rival,
      points: results.map((result) => ({ at: result.title, values: costsOf(result, sought) })),
    })),
  };
}

/** A peer that is not here has no place in the legend. */
export function whoIsThere(rivals: Readonly<Record<string, Sought>>): (readonly [string, Sought])[] {
  return Object.entries(rivals).filter(([, sought]) => sought !== undefined);
}

function headOf(name: string, title: string): Omit<BarPlot, "series"> {
  return { kind: "bars", name, title, unit: "CPU µs a request", better: "less" };
}
