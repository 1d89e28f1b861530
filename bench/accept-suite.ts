/**
 * A connection for every request: what it costs to accept one and to bring it to a worker.
 */
import type { AbLoad } from "./ab.ts";
import { type Contender, type ContestResult, compete, isThere, roundsOf } from "./contest.ts";
import { costsOf, countFailed, formatContest, plotServers, speedsOf } from "./contest-tables.ts";
import { type Crew, WORKERS, withCrew } from "./crew.ts";
import { atLeast, atMost, noneOf } from "./goals.ts";
import { formatGrowth } from "./growth.ts";
import { type Accept, isReusePortPossible } from "./our-server.ts";
import { CLUSTER } from "./peers/cluster.ts";
import { NGINX } from "./peers/nginx.ts";
import type { Peer } from "./peers/peer.ts";
import { PUBLISHED_AB } from "./published.ts";
import { formatFigure, ratios } from "./statistics.ts";
import type { Bench, Suite, SuiteResult } from "./suite.ts";

export const ACCEPT_SUITE: Suite = {
  name: "accept",
  needs: ["ab"],
  run: (bench) => withCrew(bench, (crew) => run(crew, bench)),
};

/** As the seeds were run, and with so many workers. */
const SEED_WORKERS = 8;
const SEED_REQUESTS = { at100: 50_000, at25: 100_000 };
/** With all the others, who take no part in what the seeds did: enough for a second or two. */
const REQUESTS = 10_000;
/** Of every contest. */
const QUICK_REQUESTS = 500;
/** Of the 100,000, which take as long as everything else. */
const MAX_LONG_ROUNDS = 2;

/** Everybody who takes part; undefined who is not here. */
type Field = {
  /** The hand-over, with so many workers. */
  readonly one: Contender;
  readonly two: Contender;
  readonly four: Contender;
  readonly eight: Contender;
  readonly shared: Contender | undefined;
  readonly reusePort: Contender | undefined;
  readonly peers: ReadonlyMap<Peer, Contender>;
  /** As many workers as the seeds had. */
  readonly busyCluster: Contender | undefined;
};

async function run(crew: Crew, bench: Bench): Promise<SuiteResult> {
  const rounds = roundsOf(bench);
  const field = await launchAll(crew, bench);
  const { one, two, four, eight, shared, reusePort, peers, busyCluster } = field;
  const load = (requests: number, concurrency: number): AbLoad => ({
    tool: "ab",
    requests: bench.pace === "quick" ? QUICK_REQUESTS : requests,
    concurrency,
    keepAlive: false,
  });
  const ways = await compete(
    {
      title: "Ways to a worker, 100 connections at once",
      load: load(REQUESTS, 100),
      contenders: [two, shared, reusePort, one, four, eight, ...peers.values()].filter(isThere),
      rounds,
    },
    bench,
  );
  const seedContenders = [eight, busyCluster, peers.get(NGINX)].filter(isThere);
  const seeds = await compete(
    {
      title: "As the seeds were run, 100 connections at once",
      load: load(SEED_REQUESTS.at100, 100),
      contenders: seedContenders,
      rounds,
    },
    bench,
  );
  const longRounds = Math.min(rounds, MAX_LONG_ROUNDS);
  const few = await compete(
    {
      title: `As the seeds were run, 25 connections at once${longRounds < rounds ? `, ${longRounds} rounds` : ""}`,
      load: load(SEED_REQUESTS.at25, 25),
      contenders: seedContenders,
      rounds: longRounds,
    },
    bench,
  );
  return { ...conclude(field, ways, seeds, few), rounds };
}

async function launchAll(crew: Crew, bench: Bench): Promise<Field> {
  const { knowsAccept } = bench;
  const { directory: root, cacheDirectory, frontPage: target } = await bench.openSite();
  const launch = async (workers: number, accept: Accept): Promise<Contender> => {
    const flag = knowsAccept ? accept : undefined;
    const server = await crew.ours({ workers, accept: flag, root, cacheDirectory });
    return { server, isOurs: true, target };
  };
  if (!knowsAccept) crew.note("This server has no `--accept`: only the hand-over was measured.");
  const isReusePort = knowsAccept && isReusePortPossible(process.versions.node);
  const busyCluster = await crew.peer(CLUSTER, { workers: SEED_WORKERS, root });
  return {
    one: await launch(1, "handover"),
    two: await launch(WORKERS, "handover"),
    four: await launch(4, "handover"),
    eight: await launch(SEED_WORKERS, "handover"),
    shared: knowsAccept ? await launch(WORKERS, "shared") : undefined,
    reusePort: isReusePort ? await launch(WORKERS, "reuseport") : undefined,
    peers: await crew.peers("accept", root, target),
    busyCluster: busyCluster === undefined ? undefined : { server: busyCluster, isOurs: false, target },
  };
}

function conclude(
  { one, two, four, eight, shared, peers }: Field,
  ways: ContestResult,
  seeds: ContestResult,
  few: ContestResult,
): Omit<SuiteResult, "rounds"> {
  const results = [ways, seeds, few];
  const byWorkers = Object.entries({ 1: one, 2: two, 4: four, 8: eight });
  return {
    tables: [...formatContest(ways), ...formatContest(seeds, PUBLISHED_AB), ...formatContest(few)],
    plots: [plotServers("accept", "A connection for every request", { ways })],
    growth: [
      ...formatGrowth(
        "CPU µs a request",
        "workers",
        byWorkers.map(([label, ours]) => ({ label, size: Number(label), values: costsOf(ways, ours) })),
      ),
      ...formatGrowth("CPU µs a request, 8 workers", "connections at once", [
        { label: "25", size: 25, values: costsOf(few, eight) },
        { label: "100", size: 100, values: costsOf(seeds, eight) },
      ]),
    ],
    goals: [
      atMost(
        "Hand-over: CPU a request / that of node:cluster + node:http",
        1,
        ratios(costsOf(ways, two), costsOf(ways, peers.get(CLUSTER))),
      ),
      ...PUBLISHED_AB.filter(({ isRival }) => isRival).map(({ name, requestsPerSecond }) =>
        atLeast(
          `Hand-over, 8 workers: requests/s / the ${formatFigure(requestsPerSecond)} of ${name}`,
          1.5,
          speedsOf(seeds, eight).map((speed) => speed / requestsPerSecond),
        ),
      ),
      noneOf("Requests of ours that failed", countFailed(results)),
      atMost(
        "`--accept shared`: CPU a request / that of the hand-over",
        0.45,
        ratios(costsOf(ways, shared), costsOf(ways, two)),
      ),
      atLeast(
        "`--accept shared`: requests/s / those of nginx",
        0.75,
        ratios(speedsOf(ways, shared), speedsOf(ways, peers.get(NGINX))),
      ),
    ],
    commands: results.map(({ command }) => command),
    failures: results.flatMap(({ failures }) => failures),
  };
}
