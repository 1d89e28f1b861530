/**
 * One load on several servers in turn, in rounds whose order alternates: what disturbs the machine disturbs all of
 * them, and nobody is always first.
 */
import { type Load, type Sample, formatCommand, takeSample } from "./load.ts";
import type { RunningServer } from "./running-server.ts";
import { formatFigure } from "./statistics.ts";
import type { Bench } from "./suite.ts";
import { type Target, checkTarget } from "./target.ts";

export type Contender = { readonly server: RunningServer; readonly isOurs: boolean; readonly target: Target };

export type Contest = {
  readonly title: string;
  readonly load: Load;
  /** Ours first: all others are compared with it. */
  readonly contenders: readonly Contender[];
  readonly rounds: number;
};

/** What one contender did, round by round. */
export type Entry = Contender & { readonly samples: readonly Sample[] };

export type ContestResult = {
  readonly title: string;
  readonly entries: readonly Entry[];
  readonly command: string;
  readonly failures: readonly string[];
};

/** A peer may not be here. */
export function isThere(contender: Contender | undefined): contender is Contender {
  return contender !== undefined;
}

/** What one of them did; nothing if it took no part. */
export function entryOf(result: ContestResult, sought: Sought): Entry | undefined {
  return result.entries.find(({ server }) => server === sought?.server);
}

/** By its server: what it is asked differs from contest to contest. */
export type Sought = { readonly server: RunningServer } | undefined;

/** Figures to rely on, and a look. */
const DEFAULT_ROUNDS = { full: 5, quick: 1 };

export function roundsOf({ rounds, pace }: Bench): number {
  return rounds ?? DEFAULT_ROUNDS[pace];
}

/** @throws Error if one of them does not answer as it must: nothing is measured then */
export async function compete(contest: Contest, bench: Bench): Promise<ContestResult> {
  const { title, load, rounds } = contest;
  const entries = contest.contenders.map((contender) => ({ ...contender, samples: [] as Sample[] }));
  const failures: string[] = [];
  for (const { server, target } of entries) {
    await checkTarget(server.url, target, bench.signal).catch((error: unknown) => {
      throw new Error(`${server.name}: ${error instanceof Error ? error.message : String(error)}`);
    });
    // A look takes no time for it, and says so.
    if (bench.pace === "full") await takeSample(server, target, warmUpOf(load), bench);
  }
  for (let round = 1; round <= rounds; round += 1) {
    for (const { server, target, samples } of round % 2 === 1 ? entries : entries.toReversed()) {
      const { sample, doubts } = await takeSample(server, target, load, bench);
      if (sample !== undefined) samples.push(sample);
      failures.push(...doubts.map((doubt) => `${title}: ${server.name}, round ${round}: ${doubt}`));
      const [speed, cost] = [sample?.requestsPerSecond ?? Number.NaN, sample?.cpuUs ?? Number.NaN];
      const figures = `${formatFigure(speed)} requests/s, CPU ${formatFigure(cost)} µs each`;
      bench.say(`${title}: round ${round} of ${rounds}: ${server.name}: ${figures}`);
    }
  }
  const target = contest.contenders[0]?.target;
  const command = formatCommand(load, target?.path ?? "/", target?.fields);
  return { title, entries, command, failures };
}

/** So that everybody's code is compiled and everything asked for is in memory. */
function warmUpOf(load: Load): Load {
  return load.tool === "ab"
    ? { ...load, requests: Math.max(load.concurrency, Math.round(load.requests * WARM_UP_SHARE)) }
    : { ...load, seconds: Math.min(load.seconds, MAX_WARM_UP_SECONDS) };
}

const WARM_UP_SHARE = 0.2;
const MAX_WARM_UP_SECONDS = 2;
