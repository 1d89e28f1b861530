/**
 * Connections that stay: what a request costs by itself.
 */
import type { AbLoad } from "./ab.ts";
import { type Contender, type ContestResult, compete, isThere, roundsOf } from "./contest.ts";
import { costsOf, countFailed, formatContest, plotContests } from "./contest-tables.ts";
import { type Crew, WORKERS, withCrew } from "./crew.ts";
import { atMost, noneOf } from "./goals.ts";
import { formatGrowth } from "./growth.ts";
import { CLUSTER } from "./peers/cluster.ts";
import { NGINX } from "./peers/nginx.ts";
import { ratios } from "./statistics.ts";
import type { Bench, Goal, Suite, SuiteResult } from "./suite.ts";
import { revalidationOf } from "./target.ts";
import type { WrkLoad } from "./wrk.ts";

export const KEEP_SUITE: Suite = {
  name: "keep",
  needs: ["ab", "wrk"],
  run: (bench) => withCrew(bench, (crew) => run(crew, bench)),
};

/** As the seeds were run, and with so many workers. */
const SEED_WORKERS = 8;
const SEED_REQUESTS = 100_000;
const QUICK_SHARE = 0.1;
const SECONDS = { full: 3, quick: 1 };

async function run(crew: Crew, bench: Bench): Promise<SuiteResult> {
  const { directory: root, cacheDirectory, frontPage, small } = await bench.openSite();
  const rounds = roundsOf(bench);
  const launch = async (workers: number): Promise<Contender> => ({
    server: await crew.ours({ workers, root, cacheDirectory }),
    isOurs: true,
    target: small,
  });
  const [ours, eight] = [await launch(WORKERS), await launch(SEED_WORKERS)];
  const peers = await crew.peers("keep", root, small);
  const [nginx, cluster] = [peers.get(NGINX), peers.get(CLUSTER)];
  const busyCluster = await crew.peer(CLUSTER, { workers: SEED_WORKERS, root });
  const wrk = (connections: number): WrkLoad => ({ tool: "wrk", connections, seconds: SECONDS[bench.pace] });
  const rivals = [ours, nginx, cluster].filter(isThere);

  const smallFile = await compete(
    {
      title: "Small file, 64 connections",
      load: wrk(64),
      contenders: [ours, ...peers.values()],
      rounds,
    },
    bench,
  );
  const known = await compete(
    {
      title: "Not modified (304), 64 connections",
      load: wrk(64),
      contenders: await withRevalidation(rivals, bench),
      rounds,
    },
    bench,
  );
  const many = await compete(
    { title: "Small file, 1,000 connections", load: wrk(1_000), contenders: rivals, rounds },
    bench,
  );
  const seedLoad: AbLoad = {
    tool: "ab",
    requests: SEED_REQUESTS * (bench.pace === "quick" ? QUICK_SHARE : 1),
    concurrency: 100,
    keepAlive: true,
  };
  const seeds = await compete(
    {
      title: "Front page as the seeds were run, 100 connections",
      load: seedLoad,
      contenders: [
        { ...eight, target: frontPage },
        ...(busyCluster === undefined ? [] : [{ server: busyCluster, isOurs: false, target: frontPage }]),
        ...(nginx === undefined ? [] : [{ ...nginx, target: frontPage }]),
      ],
      rounds,
    },
    bench,
  );

  const results = [smallFile, known, many, seeds];
  const goalsOf = (what: string, result: ContestResult): Goal[] => {
    const share = (peer: Contender | undefined): (number | undefined)[] =>
      ratios(costsOf(result, ours), costsOf(result, peer));
    return [
      atMost(`${what}: CPU a request / that of nginx`, 1.3, share(nginx)),
      atMost(`${what}: CPU a request / that of node:cluster + node:http`, 0.55, share(cluster)),
    ];
  };
  return {
    tables: results.flatMap((result) => formatContest(result)),
    plots: [
      plotContests("keep", "Connections that stay", [smallFile, known, many], {
        "share-my-photos": ours,
        nginx,
        "node:cluster + node:http": cluster,
      }),
    ],
    growth: formatGrowth("CPU µs a request", "connections", [
      { label: "64", size: 64, values: costsOf(smallFile, ours) },
      { label: "1,000", size: 1_000, values: costsOf(many, ours) },
    ]),
    goals: [
      ...goalsOf("Small file", smallFile),
      ...goalsOf("304", known),
      noneOf("Requests of ours that failed", countFailed(results)),
    ],
    rounds,
    commands: results.map(({ command }) => command),
    failures: results.flatMap(({ failures }) => failures),
  };
}

/** Each with the entity tag it gives the file itself. */
async function withRevalidation(contenders: readonly Contender[], { signal }: Bench): Promise<Contender[]> {
  const asking: Contender[] = [];
  for (const contender of contenders) {
    const { url } = contender.server;
    asking.push({ ...contender, target: await revalidationOf(url, contender.target.path, signal) });
  }
  return asking;
}
