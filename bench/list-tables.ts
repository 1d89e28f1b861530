/**
 * What was measured of large folders → tables, plots, sentences and goals.
 */
import { formatGrowth } from "./growth.ts";
import { formatFigure, formatSpread, ratios } from "./statistics.ts";
import type { SuiteResult } from "./suite.ts";
import { within } from "./upper-limit.ts";

export const FILE_COUNTS = [10_000, 100_000] as const;

export type ListSample = {
  readonly count: number;
  /** Of the harness: names and types of all files, and nothing done with them. */
  readonly readdirMs: number;
  /** The first page of a server that has just started. */
  readonly coldMs: number;
  readonly coldCpuMs: number | undefined;
  /** The median of the same page afterwards, and the longest. */
  readonly warmMs: number;
  readonly longestWarmMs: number;
  /** The longest answer for somebody else of the same worker, while … */
  readonly othersIdleMs: number;
  readonly othersColdMs: number;
  readonly othersWarmMs: number;
};

const MAX_COLD_MS = 300;
const MAX_WARM_MS = 5;
const MAX_OTHERS_MS = 20;

type Read = (sample: ListSample) => number | undefined;

const cold: Read = ({ coldMs }) => coldMs;
const warm: Read = ({ warmMs }) => warmMs;
const others: Read = ({ othersColdMs }) => othersColdMs;

export function listResult(
  samples: readonly ListSample[],
): Required<Pick<SuiteResult, "tables" | "plots" | "growth" | "goals">> {
  const all = (count: number, read: Read): (number | undefined)[] =>
    samples.filter((sample) => sample.count === count).map(read);
  const points = (read: Read) => FILE_COUNTS.map((at) => ({ at, values: all(at, read) }));
  const growthOf = (cost: string, read: Read): string[] =>
    formatGrowth(
      cost,
      "files in the folder",
      points(read).map(({ at, values }) => ({ label: formatFigure(at), size: at, values })),
    );
  const columns: readonly { readonly name: string; readonly read: Read }[] = [
    { name: "bare readdir ms", read: ({ readdirMs }) => readdirMs },
    { name: "cold ms", read: cold },
    { name: "cold, CPU ms", read: ({ coldCpuMs }) => coldCpuMs },
    { name: "warm ms", read: warm },
    { name: "longest warm ms", read: ({ longestWarmMs }) => longestWarmMs },
  ];
  const waits: readonly { readonly name: string; readonly read: Read }[] = [
    { name: "nobody asks ms", read: ({ othersIdleMs }) => othersIdleMs },
    { name: "cold ms", read: others },
    { name: "warm ms", read: ({ othersWarmMs }) => othersWarmMs },
  ];
  return {
    tables: [
      {
        columns: ["first page of a folder of", ...columns.map(({ name }) => name), "cold / readdir"],
        rows: FILE_COUNTS.map((count) => [
          `${formatFigure(count)} photos`,
          ...columns.map(({ read }) => formatSpread(all(count, read))),
          formatSpread(
            ratios(
              all(count, cold),
              all(count, ({ readdirMs }) => readdirMs),
            ),
          ),
        ]),
      },
      {
        columns: ["longest wait of somebody else, while", ...waits.map(({ name }) => name)],
        rows: FILE_COUNTS.map((count) => [
          `${formatFigure(count)} photos`,
          ...waits.map(({ read }) => formatSpread(all(count, read))),
        ]),
      },
    ],
    plots: [
      {
        kind: "lines",
        name: "list",
        title: "The first page of a large folder",
        unit: "ms",
        better: "less",
        sizeUnit: "photos in the folder",
        isLogarithmic: true,
        hasLogarithmicSizes: true,
        series: [
          { name: "cold", points: points(cold) },
          { name: "warm", points: points(warm) },
          { name: "longest wait of others", points: points(others) },
        ],
      },
    ],
    growth: [
      ...growthOf("ms of the first page, cold,", cold),
      ...growthOf("ms of the first page, warm,", warm),
      ...growthOf("longest ms that others wait meanwhile,", others),
    ],
    goals: FILE_COUNTS.flatMap((count) => {
      const page = `first page of ${formatFigure(count)} photos`;
      return [
        within(`the ${page}, cold`, MAX_COLD_MS, "ms", all(count, cold)),
        within(`the ${page}, warm`, MAX_WARM_MS, "ms", all(count, warm)),
        within(`the longest wait of others for the ${page}`, MAX_OTHERS_MS, "ms", all(count, others)),
      ];
    }),
  };
}
