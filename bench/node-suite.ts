/**
 * The same server on newer versions of Node: what a connection costs, and what a request.
 */
import { type Contender, compete, roundsOf } from "./contest.ts";
import { countFailed, formatContest, plotServers } from "./contest-tables.ts";
import { type Crew, WORKERS, withCrew } from "./crew.ts";
import { noneOf } from "./goals.ts";
import { type NodeVersion, findNode } from "./node-versions.ts";
import { type Accept, isReusePortPossible } from "./our-server.ts";
import { CLUSTER } from "./peers/cluster.ts";
import type { Bench, Suite, SuiteResult } from "./suite.ts";

export const NODE_SUITE: Suite = {
  name: "node",
  needs: ["ab", "wrk"],
  run: (bench) => withCrew(bench, (crew) => run(crew, bench)),
};

/** Those with long-term support, and the one that will have it. */
const MAJORS = { full: [20, 24, 26], quick: [20, 26] };
const REQUESTS = { full: 10_000, quick: 1_000 };
const SECONDS = { full: 2, quick: 1 };

/** What one version of Node runs. */
type Team = {
  readonly ours: Contender;
  /** Ours again, with other ways to a worker. */
  readonly shared: readonly Contender[];
  readonly cluster: readonly Contender[];
};

async function run(crew: Crew, bench: Bench): Promise<SuiteResult> {
  const rounds = roundsOf(bench);
  const { small } = await bench.openSite();
  const teams: Team[] = [];
  for (const major of MAJORS[bench.pace]) {
    const node = await findNode(major, bench.signal);
    if (node === undefined) crew.note(`Node ${major} could not be had by \`npx -p node@${major} node\`.`);
    else teams.push(await launchTeam(node, crew, bench));
  }
  const accept = await compete(
    {
      title: "A connection for every request, 100 at once",
      load: { tool: "ab", requests: REQUESTS[bench.pace], concurrency: 100, keepAlive: false },
      contenders: teams.flatMap(({ ours, shared, cluster }) => [ours, ...shared, ...cluster]),
      rounds,
    },
    bench,
  );
  const keep = await compete(
    {
      title: "Connections that stay, 64 of them, a small file",
      load: { tool: "wrk", connections: 64, seconds: SECONDS[bench.pace] },
      contenders: teams
        .flatMap(({ ours, cluster }) => [ours, ...cluster])
        .map((contender) => ({ ...contender, target: small })),
      rounds,
    },
    bench,
  );
  const results = [accept, keep];
  return {
    tables: results.flatMap((result) => formatContest(result)),
    plots: [
      plotServers("node", "Versions of Node", { "a connection each": accept, "connections that stay": keep }),
    ],
    goals: [noneOf("Requests of ours that failed", countFailed(results))],
    rounds,
    commands: results.map(({ command }) => command),
    failures: results.flatMap(({ failures }) => failures),
  };
}

async function launchTeam(node: NodeVersion, crew: Crew, bench: Bench): Promise<Team> {
  const { directory: root, cacheDirectory, frontPage: target } = await bench.openSite();
  const launch = async (accept: Accept | undefined): Promise<Contender> => {
    const server = await crew.ours({ workers: WORKERS, accept, node, root, cacheDirectory });
    return { server, isOurs: true, target };
  };
  const ours = await launch(bench.knowsAccept ? "handover" : undefined);
  const shared: Contender[] = [];
  if (bench.knowsAccept) shared.push(await launch("shared"));
  if (bench.knowsAccept && isReusePortPossible(node.version)) shared.push(await launch("reuseport"));
  const cluster = await crew.peer(CLUSTER, { workers: WORKERS, root, node });
  return { ours, shared, cluster: cluster === undefined ? [] : [{ server: cluster, isOurs: false, target }] };
}
