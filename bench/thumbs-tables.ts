/**
 * What was measured of thumbnails → tables, plots, sentences and goals.
 */
import { formatGrowth } from "./growth.ts";
import type { Megapixels } from "./photos.ts";
import { formatSpread, ratios, sum } from "./statistics.ts";
import type { SuiteResult } from "./suite.ts";
import { within } from "./upper-limit.ts";

export type ThumbnailCase = { readonly megapixels: Megapixels; readonly sizePx: 320 | 640 | 1600 };

const MEGAPIXELS = [12, 24] as const;
const SIZES_PX = [320, 640, 1600] as const;

export const CASES: readonly ThumbnailCase[] = MEGAPIXELS.flatMap((megapixels) =>
  SIZES_PX.map((sizePx) => ({ megapixels, sizePx })),
);

/** Much to decode and little to send: the making is most of what it costs a hundred who ask for the same. */
export const STAMPEDE: ThumbnailCase = { megapixels: 24, sizePx: 320 };

/** Of one thumbnail; CPU time is that of the whole process tree. */
export type Cost = {
  readonly cpuMs: number;
  readonly perSecond: number;
  /** Of all cores, from 0 to 1. */
  readonly coreShare: number;
};

export type ColdSample = ThumbnailCase & { readonly ours: Cost; readonly loop: Cost };

export type ThumbsRound = {
  /** As CASES has them. */
  readonly cold: readonly ColdSample[];
  readonly warm: { readonly cpuUs: number; readonly perSecond: number };
  /** A hundred ask for the same thumbnail that nobody has made yet. */
  readonly stampede: {
    readonly cpuMs: number;
    /** Should be 1. */
    readonly makings: number;
    readonly longestMs: number;
  };
  /** Of somebody who asks for a small file: while nothing else is done, and while thumbnails are made on all cores. */
  readonly idleP99Ms: number;
  readonly busyP99Ms: number;
};

const MAX_COLD_RATIO = 1.05;
const MAX_P99_RATIO = 3;
const MAX_MAKINGS = 1;
const LOOP = "bare sharp loop";

export function thumbsResult(
  rounds: readonly ThumbsRound[],
  cores: number,
): Required<Pick<SuiteResult, "tables" | "plots" | "growth" | "goals">> {
  const cold = CASES.map((thumbnailCase) => {
    const samples = rounds.flatMap((round) => round.cold.filter((sample) => isOf(sample, thumbnailCase)));
    const all = (read: (sample: ColdSample) => number): number[] => samples.map(read);
    return {
      ...thumbnailCase,
      ours: all(({ ours }) => ours.cpuMs),
      loop: all(({ loop }) => loop.cpuMs),
      all,
    };
  });
  const total = (read: (sample: ColdSample) => number): number[] =>
    rounds.map((round) => sum(round.cold.map(read)));
  const makings = rounds.map(({ stampede }) => stampede.makings);
  const stampedeCosts = rounds.map(({ cold: samples, stampede }) => {
    const one = samples.find((sample) => isOf(sample, STAMPEDE));
    return one === undefined ? undefined : stampede.cpuMs / one.ours.cpuMs;
  });
  const waiting = ratios(
    rounds.map(({ busyP99Ms }) => busyP99Ms),
    rounds.map(({ idleP99Ms }) => idleP99Ms),
  );
  const all = (read: (round: ThumbsRound) => number): string => formatSpread(rounds.map(read));
  const costOf = (megapixels: Megapixels, sizePx: number) =>
    cold.find((entry) => entry.megapixels === megapixels && entry.sizePx === sizePx)?.ours ?? [];
  return {
    tables: [
      {
        columns: [
          "made for the first time",
          "CPU ms, ours",
          `CPU ms, ${LOOP}`,
          "ours / loop",
          "a second, ours",
          "a second, loop",
          "ours / loop",
          `${cores} cores used by ours %`,
        ],
        rows: cold.map(({ megapixels, sizePx, ours, loop, all: read }) => [
          nameOf({ megapixels, sizePx }),
          formatSpread(ours),
          formatSpread(loop),
          formatSpread(ratios(ours, loop)),
          formatSpread(read((sample) => sample.ours.perSecond)),
          formatSpread(read((sample) => sample.loop.perSecond)),
          formatSpread(read((sample) => sample.ours.perSecond / sample.loop.perSecond)),
          formatSpread(read((sample) => Math.round(100 * sample.ours.coreShare))),
        ]),
      },
      {
        columns: ["share-my-photos", "measured"],
        rows: [
          ["asked for again (320 px), a second", all(({ warm }) => warm.perSecond)],
          ["asked for again (320 px), CPU µs", all(({ warm }) => warm.cpuUs)],
          [`100 ask for the same new one (${nameOf(STAMPEDE)}), made so many times`, formatSpread(makings)],
          ["… which costs the CPU of so many", formatSpread(stampedeCosts)],
          ["… and the last has it after ms", all(({ stampede }) => stampede.longestMs)],
          ["a small original while nothing is made, p99 ms", all(({ idleP99Ms }) => idleP99Ms)],
          ["a small original while all cores make thumbnails, p99 ms", all(({ busyP99Ms }) => busyP99Ms)],
          ["a small original, making / idle", formatSpread(waiting)],
        ],
      },
    ],
    plots: [
      {
        kind: "bars",
        name: "thumbs",
        title: "A thumbnail, made for the first time",
        unit: "CPU ms",
        better: "less",
        series: [
          {
            name: "share-my-photos",
            points: cold.map((entry) => ({ at: nameOf(entry), values: entry.ours })),
          },
          { name: LOOP, points: cold.map((entry) => ({ at: nameOf(entry), values: entry.loop })) },
        ],
      },
    ],
    growth: [
      ...formatGrowth(
        "CPU ms of a 320 px thumbnail",
        "megapixels of the photo",
        MEGAPIXELS.map((size) => ({ label: `${size} Mpx`, size, values: costOf(size, 320) })),
      ),
      ...formatGrowth(
        "CPU ms of a thumbnail of a 12 Mpx photo",
        "longest side",
        SIZES_PX.map((size) => ({ label: `${size} px`, size, values: costOf(12, size) })),
      ),
    ],
    goals: [
      within(
        "CPU of new thumbnails, all sizes together,",
        MAX_COLD_RATIO,
        `times a ${LOOP}`,
        ratios(
          total(({ ours }) => ours.cpuMs),
          total(({ loop }) => loop.cpuMs),
        ),
      ),
      within("p99 of a small original while thumbnails are made", MAX_P99_RATIO, "times idle", waiting),
      // The most of all rounds: twice is too often, however seldom.
      within("100 ask for the same new thumbnail: made", MAX_MAKINGS, "times", [Math.max(...makings)]),
    ],
  };
}

function isOf({ megapixels, sizePx }: ThumbnailCase, other: ThumbnailCase): boolean {
  return megapixels === other.megapixels && sizePx === other.sizePx;
}

function nameOf({ megapixels, sizePx }: ThumbnailCase): string {
  return `${megapixels} Mpx → ${sizePx} px`;
}
