/**
 * Files as they are, from a small one to a video's size, and a thumbnail: asked for again and again, and for the first
 * time.
 */
import { type Contender, type ContestResult, type Sought, compete, isThere, roundsOf } from "./contest.ts";
import { costsOf, countFailed, formatContest, whoIsThere } from "./contest-tables.ts";
import { type Crew, WORKERS, withCrew } from "./crew.ts";
import { atMost, noneOf } from "./goals.ts";
import { formatGrowth } from "./growth.ts";
import type { Peer } from "./peers/peer.ts";
import { STREAMS } from "./peers/cluster.ts";
import { NGINX } from "./peers/nginx.ts";
import type { LinePlot } from "./plot.ts";
import type { Site, SizedFile } from "./site.ts";
import { type Cold, OURS, formatCold, measureCold } from "./static-cold.ts";
import { ratios } from "./statistics.ts";
import type { Bench, Goal, Suite, SuiteResult } from "./suite.ts";
import type { WrkLoad } from "./wrk.ts";

export const STATIC_SUITE: Suite = {
  name: "static",
  needs: ["wrk"],
  run: (bench) => withCrew(bench, (crew) => run(crew, bench)),
};

const SECONDS = { full: 2, quick: 1 };
/** Of this one everybody is measured; of the others those whom a goal names. */
const EVERYBODYS_FILE = "200 KB";

type Warm = { readonly file: SizedFile; readonly result: ContestResult };

async function run(crew: Crew, bench: Bench): Promise<SuiteResult> {
  const site = await bench.openSite();
  const { directory: root, cacheDirectory, thumbnail } = site;
  const rounds = roundsOf(bench);
  const server = await crew.ours({ workers: WORKERS, root, cacheDirectory });
  const ours: Contender = { server, isOurs: true, target: thumbnail.ours };
  const peers = await crew.peers("static", root, thumbnail.asFile);
  const rivals = [peers.get(NGINX), peers.get(STREAMS)].filter(isThere);

  const thumbnails = await compete(
    {
      title: "Thumbnail of about 10 KB, 32 connections",
      load: loadOf(thumbnail.ours.body.length, bench),
      contenders: [ours, ...rivals],
      rounds,
    },
    bench,
  );
  const warm: Warm[] = [];
  for (const file of filesFor(site, bench)) {
    const { label, bytes, target } = file;
    const load = loadOf(bytes, bench);
    const others = label === EVERYBODYS_FILE ? [...peers.values()] : rivals;
    const contenders = [ours, ...others].map((contender) => ({ ...contender, target }));
    const title = `${label}, ${load.connections} connections`;
    warm.push({ file, result: await compete({ title, load, contenders, rounds }, bench) });
  }
  const cold = await measureCold(crew, site, rounds, bench);

  return { ...conclude({ ours, peers, thumbnails, warm, cold, site }), rounds };
}

type Measured = {
  readonly ours: Contender;
  readonly peers: ReadonlyMap<Peer, Contender>;
  readonly thumbnails: ContestResult;
  readonly warm: readonly Warm[];
  readonly cold: Cold;
  readonly site: Site;
};

function conclude({ ours, peers, thumbnails, warm, cold, site }: Measured): Omit<SuiteResult, "rounds"> {
  const results = [thumbnails, ...warm.map(({ result }) => result)];
  const goal = (what: string, peer: Peer, limit: number, result: ContestResult): Goal =>
    atMost(
      `${what}: CPU a request / that of ${peer.name}`,
      limit,
      ratios(costsOf(result, ours), costsOf(result, peers.get(peer))),
    );
  return {
    tables: [...results.flatMap((result) => formatContest(result)), ...formatCold(cold, site)],
    plots: [
      plotSizes(warm, { "share-my-photos": ours, nginx: peers.get(NGINX), streams: peers.get(STREAMS) }),
    ],
    growth: [
      ...formatGrowth(
        "CPU µs a request, warm",
        "file size",
        warm.map(({ file, result }) => ({ ...sizeOf(file), values: costsOf(result, ours) })),
      ),
      ...formatGrowth(
        "CPU µs a request, cold",
        "file size",
        site.sizedFiles.map((file) => ({ ...sizeOf(file), values: cold.get(OURS)?.get(file.label) ?? [] })),
      ),
    ],
    goals: [
      goal("Thumbnail of 10 KB", NGINX, 1.2, thumbnails),
      ...warm.flatMap(({ file, result }) =>
        LIMITS.filter(({ label }) => label === file.label).map(({ label, peer, limit }) =>
          goal(`File of ${label}`, peer, limit, result),
        ),
      ),
      noneOf("Requests of ours that failed", countFailed(results)),
    ],
    commands: results.map(({ command }) => command),
    failures: results.flatMap(({ failures }) => failures),
  };
}

function sizeOf({ label, bytes }: SizedFile): { label: string; size: number } {
  return { label, size: bytes };
}

const LIMITS: readonly { readonly label: string; readonly peer: Peer; readonly limit: number }[] = [
  { label: "200 KB", peer: NGINX, limit: 1.5 },
  { label: "5 MB", peer: NGINX, limit: 3.5 },
  { label: "5 MB", peer: STREAMS, limit: 0.6 },
];

/** A look is a look at what there is a goal for. */
function filesFor({ sizedFiles }: Site, { pace }: Bench): readonly SizedFile[] {
  const named = new Set(LIMITS.map(({ label }) => label));
  return pace === "full" ? sizedFiles : sizedFiles.filter(({ label }) => named.has(label));
}

/** The larger the file, the fewer at once: what is on its way when time is up is not counted. */
function loadOf(bytes: number, { pace }: Bench): WrkLoad {
  const connections = bytes < 1_000_000 ? 32 : bytes < 10_000_000 ? 16 : 4;
  return { tool: "wrk", connections, seconds: SECONDS[pace] };
}

function plotSizes(warm: readonly Warm[], rivals: Readonly<Record<string, Sought>>): LinePlot {
  return {
    kind: "lines",
    name: "static",
    title: "Files by size",
    unit: "CPU µs a request",
    better: "less",
    isLogarithmic: true,
    sizeUnit: "KB",
    hasLogarithmicSizes: true,
    series: whoIsThere(rivals).map(([name, rival]) => ({
      name,
      points: warm.map(({ file, result }) => ({
        at: file.bytes / 1_000,
        values: costsOf(result, rival),
      })),
    })),
  };
}
