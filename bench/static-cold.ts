/**
 * Files asked for the first time after the start: nothing is open yet and nothing in the server's memory. The system's
 * own cache stays warm, since all names of a file lead to the same octets.
 */
import { Agent } from "node:http";
import { type Crew, WORKERS } from "./crew.ts";
import { get } from "./get.ts";
import { NGINX } from "./peers/nginx.ts";
import { STREAMS } from "./peers/cluster.ts";
import { readTreeUsage } from "./process-tree.ts";
import type { RunningServer } from "./running-server.ts";
import type { Site, SizedFile } from "./site.ts";
import { formatSpread, ratios } from "./statistics.ts";
import type { Bench } from "./suite.ts";
import type { Table } from "./table.ts";

/** By the label of the file: CPU µs a request, round by round. */
type Costs = Map<string, (number | undefined)[]>;

/** By the name of the server. */
export type Cold = ReadonlyMap<string, Costs>;

export const OURS = "share-my-photos";
const REQUESTS_AT_ONCE = 8;
const QUICK_SHARE = 0.25;

/** In each round everybody is started anew. */
export async function measureCold(crew: Crew, site: Site, rounds: number, bench: Bench): Promise<Cold> {
  const { directory: root, cacheDirectory } = site;
  const launches = new Map<string, () => Promise<RunningServer | undefined>>([
    [OURS, () => crew.ours({ workers: WORKERS, root, cacheDirectory })],
    ...[NGINX, STREAMS].map(
      (peer) => [peer.name, () => crew.peer(peer, { workers: WORKERS, root })] as const,
    ),
  ]);
  const cold = new Map<string, Costs>();
  for (let round = 1; round <= rounds; round += 1) {
    const all = [...launches];
    for (const [name, launch] of round % 2 === 1 ? all : all.toReversed()) {
      const server = await launch();
      if (server === undefined) continue;
      const costs: Costs = cold.get(name) ?? new Map();
      cold.set(name, costs);
      for (const file of site.sizedFiles) {
        const cost = await measureFile(server, file, bench);
        costs.set(file.label, [...(costs.get(file.label) ?? []), cost]);
      }
      await crew.dismiss(server);
    }
    bench.say(`static: cold, round ${round} of ${rounds}`);
  }
  return cold;
}

/**
 * @returns CPU µs a request; undefined where the system does not tell
 * @throws Error if an answer is not what was asked for
 */
async function measureFile(
  server: RunningServer,
  { coldPaths, target }: SizedFile,
  { pace, signal }: Bench,
): Promise<number | undefined> {
  const paths = pace === "quick" ? coldPaths.slice(0, Math.ceil(coldPaths.length * QUICK_SHARE)) : coldPaths;
  const agent = new Agent({ keepAlive: true, maxSockets: REQUESTS_AT_ONCE });
  const queue = paths.values();
  const ask = async (): Promise<void> => {
    for (const path of queue) {
      const { status, body } = await get(`${server.url}${path}`, signal, {}, agent);
      if (status === 200 && body.equals(target.body)) continue;
      throw new Error(`${server.name}: ${path} was answered with ${status} and ${body.length} bytes`);
    }
  };
  const before = readTreeUsage(server.pid);
  try {
    await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, ask));
  } finally {
    agent.destroy();
  }
  const after = readTreeUsage(server.pid);
  if (before === undefined || after === undefined) return undefined;
  return ((after.cpuMs - before.cpuMs) * 1_000) / paths.length;
}

/** What they cost, and ours against each of the others. */
export function formatCold(cold: Cold, { sizedFiles }: Site): Table[] {
  const labels = sizedFiles.map(({ label }) => label);
  const ours = cold.get(OURS);
  return [
    {
      title: "Each file for the first time: CPU µs a request",
      columns: ["server", ...labels],
      rows: [...cold].map(([name, costs]) => [
        name,
        ...labels.map((label) => formatSpread(costs.get(label) ?? [])),
      ]),
    },
    {
      columns: [`${OURS} / other`, ...labels],
      rows: [...cold]
        .filter(([name]) => name !== OURS)
        .map(([name, costs]) => [
          name,
          ...labels.map((label) => formatSpread(ratios(ours?.get(label) ?? [], costs.get(label) ?? []))),
        ]),
    },
  ];
}
