/**
 * From `httpd` to the line `listening on`: with one worker and with eight, beside the least that Node can do.
 */
import { mkdtemp } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { formatGrowth } from "./growth.ts";
import { type Start, takeStart } from "./start-time.ts";
import { formatFigure, formatSpread, ratios } from "./statistics.ts";
import type { Bench, Suite, SuiteResult } from "./suite.ts";
import { within } from "./upper-limit.ts";

export const START_SUITE: Suite = { name: "start", needs: [], run };

const WORKERS = [1, 8] as const;
const DEFAULT_ROUNDS = { quick: 1, full: 9 };
/** Until all workers can serve. */
const MAX_START_MS = 600;
const [OURS, PEER] = ["share-my-photos", "node:cluster + node:http"] as const;

type Contestant = {
  readonly server: typeof OURS | typeof PEER;
  readonly workers: (typeof WORKERS)[number];
  /** Of Node. */
  readonly args: readonly string[];
  readonly starts: Start[];
};

async function run(bench: Bench): Promise<SuiteResult> {
  const rounds = bench.rounds ?? DEFAULT_ROUNDS[bench.pace];
  const contestants = await createContestants(bench);
  for (const { workers, args } of contestants) {
    if (workers === 1) await takeStart(args, bench.signal); // the files of both are in memory then
  }
  for (let round = 1; round <= rounds; round += 1) {
    for (const { args, starts } of round % 2 === 1 ? contestants : contestants.toReversed()) {
      starts.push(await takeStart(args, bench.signal));
    }
    const latest = contestants.map(({ starts }) => formatFigure(Math.round(starts.at(-1)?.listeningMs ?? 0)));
    bench.say(`start: round ${round} of ${rounds}: ${latest.join(", ")} ms`);
  }
  return { ...startResult(contestants), rounds, commands: ["httpd -p 0 -w WORKERS"], failures: [] };
}

async function createContestants({ library, scratchDirectory }: Bench): Promise<Contestant[]> {
  const directory = await mkdtemp(join(scratchDirectory, "start-"));
  const ours = ["-p", "0", "-r", library.directory, "--cache", join(directory, "cache")];
  return WORKERS.flatMap((workers): Contestant[] => {
    const log = ["--log-file", join(directory, "access.log")];
    return [
      {
        server: OURS,
        workers,
        args: [scriptPath("../src/cli"), ...ours, ...log, "-w", String(workers)],
        starts: [],
      },
      { server: PEER, workers, args: [scriptPath("./peers/plain-cluster"), String(workers)], starts: [] },
    ];
  });
}

/** Beside the compiled harness the compiled script, beside the source the source. */
function scriptPath(path: string): string {
  return fileURLToPath(new URL(`${path}${extname(import.meta.filename)}`, import.meta.url));
}

export function startResult(
  contestants: readonly Omit<Contestant, "args">[],
): Required<Pick<SuiteResult, "tables" | "plots" | "growth" | "goals">> {
  const listening = (server: string, workers: number): number[] =>
    startsOf(server, workers).map(({ listeningMs }) => listeningMs);
  const cpu = (server: string, workers: number): (number | undefined)[] =>
    startsOf(server, workers).map(({ cpuMs }) => cpuMs);
  const startsOf = (server: string, workers: number): readonly Start[] =>
    contestants.find((one) => one.server === server && one.workers === workers)?.starts ?? [];
  return {
    tables: [
      {
        columns: ["server", "listening after ms", "CPU ms until then"],
        rows: contestants.map(({ server, workers }) => [
          nameOf(server, workers),
          formatSpread(listening(server, workers).map(Math.round)),
          formatSpread(cpu(server, workers)),
        ]),
      },
      {
        columns: [`${OURS} / ${PEER}`, "time", "CPU"],
        rows: WORKERS.map((workers) => [
          formatWorkers(workers),
          formatSpread(ratios(listening(OURS, workers), listening(PEER, workers))),
          formatSpread(ratios(cpu(OURS, workers), cpu(PEER, workers))),
        ]),
      },
    ],
    plots: [
      {
        kind: "bars",
        name: "start",
        title: "From the command to “listening on”",
        unit: "ms",
        better: "less",
        series: [OURS, PEER].map((server) => ({
          name: server,
          points: WORKERS.map((workers) => ({
            at: formatWorkers(workers),
            values: listening(server, workers).map(Math.round),
          })),
        })),
      },
    ],
    growth: formatGrowth(
      "CPU ms of a start",
      "number of workers",
      WORKERS.map((size) => ({ label: formatWorkers(size), size, values: cpu(OURS, size) })),
    ),
    goals: [
      within(
        "from the command until 8 workers serve",
        MAX_START_MS,
        "ms",
        listening(OURS, 8).map(Math.round),
      ),
    ],
  };
}

function nameOf(server: string, workers: number): string {
  return `${server}, ${formatWorkers(workers)}`;
}

function formatWorkers(workers: number): string {
  return `${workers} worker${workers === 1 ? "" : "s"}`;
}
