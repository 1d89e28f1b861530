/**
 * What siege found → tables, plots and goals.
 */
import { PUBLISHED_SIEGE, PUBLISHED_SIEGE_LONGEST_SECONDS } from "./published.ts";
import type { SiegeResult } from "./siege.ts";
import { UNKNOWN, formatFigure, formatMegabytes, formatSpread, sum } from "./statistics.ts";
import type { SuiteResult } from "./suite.ts";
import type { Table } from "./table.ts";
import { within } from "./upper-limit.ts";

/** Whether the thumbnails are there when the siege begins. */
export type Thumbnails = (typeof THUMBNAILS)[number];

export type SiegeSample = {
  readonly siege: SiegeResult;
  readonly cpuUs: number | undefined;
  readonly memoryBytes: number | undefined;
};

type Samples = Readonly<Record<Thumbnails, readonly SiegeSample[]>>;

const THUMBNAILS = ["none made", "all made"] as const;
const MAX_SECONDS = 3;

export function siegeResult(samples: Samples): Required<Pick<SuiteResult, "tables" | "plots" | "goals">> {
  const results = (thumbnails: Thumbnails): SiegeResult[] => samples[thumbnails].map(({ siege }) => siege);
  const longest = THUMBNAILS.map((thumbnails) => ({
    at: `share-my-photos, thumbnails ${thumbnails}`,
    values: results(thumbnails).map(({ longestSeconds }) => longestSeconds),
  }));
  const failed = sum(THUMBNAILS.flatMap((thumbnails) => results(thumbnails).map((result) => result.failed)));
  return {
    tables: [formatResults(samples)],
    plots: [
      {
        kind: "bars",
        name: "siege",
        title: "350 visitors at once: albums and thumbnails",
        unit: "transactions/s",
        better: "more",
        series: [
          {
            name: "transactions/s",
            points: [
              ...THUMBNAILS.map((thumbnails) => ({
                at: `share-my-photos, thumbnails ${thumbnails}`,
                values: results(thumbnails).map(({ transactionsPerSecond }) => transactionsPerSecond),
              })),
              ...PUBLISHED_SIEGE.map(({ name, transactionsPerSecond }) => ({
                at: name,
                values: [transactionsPerSecond],
              })),
            ],
          },
        ],
      },
      {
        kind: "bars",
        name: "siege-longest",
        title: "350 visitors at once: who waited longest",
        unit: "seconds",
        better: "less",
        series: [
          {
            name: "seconds",
            points: [
              ...longest,
              { at: "Share My Photos, as published", values: [PUBLISHED_SIEGE_LONGEST_SECONDS] },
            ],
          },
        ],
      },
    ],
    goals: [
      // The longest of all rounds, not their median: whoever waited so long was there.
      within(
        "the longest transaction, no thumbnail made beforehand,",
        MAX_SECONDS,
        "s",
        longest.slice(0, 1).map(({ values }) => Math.max(...values)),
      ),
      { text: "no failed transaction", measured: formatFigure(failed), isMet: failed === 0 },
    ],
  };
}

function formatResults(samples: Samples): Table {
  const columns = [
    "server, thumbnails beforehand",
    "transactions/s",
    "CPU µs a transaction",
    "mean s",
    "longest s",
    "failed",
    "available %",
    "memory MB",
  ];
  const measured = THUMBNAILS.map((thumbnails) => {
    const all = <T>(read: (sample: SiegeSample) => T): T[] => samples[thumbnails].map(read);
    return [
      `share-my-photos, 8 workers, ${thumbnails}`,
      formatSpread(all(({ siege }) => siege.transactionsPerSecond)),
      formatSpread(all(({ cpuUs }) => cpuUs)),
      formatSpread(all(({ siege }) => siege.meanSeconds)),
      formatFigure(Math.max(...all(({ siege }) => siege.longestSeconds))),
      formatFigure(sum(all(({ siege }) => siege.failed))),
      formatFigure(Math.min(...all(({ siege }) => siege.availabilityPercent))),
      formatMegabytes(all(({ memoryBytes }) => memoryBytes)),
    ];
  });
  const claimed = PUBLISHED_SIEGE.map(({ name, transactionsPerSecond }) => [
    name,
    formatFigure(transactionsPerSecond),
    UNKNOWN,
    UNKNOWN,
    `≤ ${formatFigure(PUBLISHED_SIEGE_LONGEST_SECONDS)}`,
    UNKNOWN,
    UNKNOWN,
    UNKNOWN,
  ]);
  return { columns, rows: [...measured, ...claimed] };
}
