/**
 * What was measured of memory → tables, plots, sentences and goals.
 */
import { formatGrowth } from "./growth.ts";
import type { ProcessMemory } from "./process-memory.ts";
import { formatFigure, formatSpread, median, ratios } from "./statistics.ts";
import type { SuiteResult } from "./suite.ts";
import { within } from "./upper-limit.ts";

export type MemorySample = {
  readonly round: number;
  readonly state: string;
  /** So many of the front page before; 0 for all other states. */
  readonly requests: number;
  readonly master: ProcessMemory;
  /** The one in the middle, by RSS: after the start only one of them has answered anything. */
  readonly worker: ProcessMemory;
  /** PSS of master and workers. */
  readonly togetherBytes: number;
};

export const PEER_STATE = "node:cluster + node:http, after the start";
const START_STATE = "after the start";
const FRONT_PAGES = / front pages$/;
const MAX_WORKER_MB = 45;

type Read = (sample: MemorySample) => number;

const WORKER_RSS: Read = ({ worker }) => worker.rssBytes;
const WORKER_PSS: Read = ({ worker }) => worker.pssBytes;
const COLUMNS: readonly { readonly name: string; readonly read: Read }[] = [
  { name: "worker RSS MB", read: WORKER_RSS },
  { name: "worker PSS MB", read: WORKER_PSS },
  { name: "worker private MB", read: ({ worker }) => worker.privateBytes },
  { name: "master RSS MB", read: ({ master }) => master.rssBytes },
  { name: "master PSS MB", read: ({ master }) => master.pssBytes },
  { name: "together PSS MB", read: ({ togetherBytes }) => togetherBytes },
];

export function memoryResult(
  samples: readonly MemorySample[],
): Required<Pick<SuiteResult, "tables" | "plots" | "growth" | "goals">> {
  const states = [...new Set(samples.map(({ state }) => state))];
  const rounds = [...new Set(samples.map(({ round }) => round))];
  // Several servers of a round were in the state "after the start".
  const megabytes = (state: string, read: Read): (number | undefined)[] =>
    rounds.map((round) => {
      const found = samples.filter((sample) => sample.round === round && sample.state === state);
      return found.length === 0 ? undefined : Math.round(median(found.map(read)) / 1e5) / 10;
    });
  const ours = states.filter((state) => state !== PEER_STATE);
  const ordered = [...ours, ...states.filter((state) => state === PEER_STATE)];
  return {
    tables: [
      {
        columns: ["8 workers, at rest", ...COLUMNS.map(({ name }) => name)],
        rows: ordered.map((state) => [
          state,
          ...COLUMNS.map(({ read }) => formatSpread(megabytes(state, read))),
        ]),
      },
      {
        columns: [START_STATE, ...COLUMNS.map(({ name }) => name.replace(" MB", ""))],
        rows: [
          [
            "share-my-photos / node:cluster + node:http",
            ...COLUMNS.map(({ read }) =>
              formatSpread(ratios(megabytes(START_STATE, read), megabytes(PEER_STATE, read))),
            ),
          ],
        ],
      },
    ],
    plots: [
      {
        kind: "bars",
        name: "memory",
        title: "Memory of a worker, at rest",
        unit: "MB",
        better: "less",
        series: [
          {
            name: "RSS",
            points: ordered.map((state) => ({ at: state, values: megabytes(state, WORKER_RSS) })),
          },
          {
            name: "PSS",
            points: ordered.map((state) => ({ at: state, values: megabytes(state, WORKER_PSS) })),
          },
        ],
      },
    ],
    growth: formatGrowth(
      "MB of a worker (PSS)",
      "front pages before",
      ours
        .filter((state) => FRONT_PAGES.test(state))
        .map((state) => {
          const size = samples.find((sample) => sample.state === state)?.requests ?? 0;
          return { label: formatFigure(size), size, values: megabytes(state, WORKER_PSS) };
        }),
    ),
    goals: [
      within("RSS of a worker after the start", MAX_WORKER_MB, "MB", megabytes(START_STATE, WORKER_RSS)),
    ],
  };
}
