/**
 * What the master and a worker hold in memory: after the start, and at rest after each kind of load.
 */
import { mkdtemp } from "node:fs/promises";
import { extname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { askAll, expectSuccess } from "./ask-all.ts";
import { checkRootPage, checkThumbnails } from "./checks.ts";
import { crawl } from "./crawl.ts";
import { cpuPerRequest } from "./measure.ts";
import { PEER_STATE, type MemorySample, memoryResult } from "./memory-tables.ts";
import { type OurServer, launchOurServer } from "./our-server.ts";
import { childrenOf, isDarkroom, readProcessMemory } from "./process-memory.ts";
import { readTreeUsage } from "./process-tree.ts";
import { launch } from "./running-server.ts";
import { formatFigure } from "./statistics.ts";
import type { Bench, Suite, SuiteResult } from "./suite.ts";

export const MEMORY_SUITE: Suite = { name: "memory", needs: [], run };

const WORKERS = 8;
const CONNECTIONS = 64;
const PACES = {
  quick: { rounds: 1, restMs: 300, frontPages: [1_000, 5_000], albumPages: 200 },
  full: { rounds: 3, restMs: 1_000, frontPages: [1_000, 10_000, 100_000], albumPages: 5_000 },
} as const;

const KINDS = ["front page", "album pages", "thumbnails"] as const;
type Kind = (typeof KINDS)[number];

/** What is asked of a server that has just started, and what that is called afterwards. */
type Load = {
  readonly state: string;
  readonly paths: readonly string[];
  /** How many of them; they are asked for again and again. */
  readonly requests: number;
};

async function run(bench: Bench): Promise<SuiteResult> {
  const rounds = bench.rounds ?? PACES[bench.pace].rounds;
  const samples: MemorySample[] = [];
  const failures: string[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const before = samples.length;
    samples.push(...(await takePeer(bench, round)));
    for (const kind of KINDS) {
      const { taken, doubts } = await takeServer(kind, bench, round);
      samples.push(...taken);
      failures.push(...doubts.map((doubt) => `${kind}, round ${round}: ${doubt}`));
    }
    const sizes = samples.slice(before).map(({ worker }) => formatFigure(Math.round(worker.rssBytes / 1e6)));
    bench.say(`memory: round ${round} of ${rounds}: a worker has ${sizes.join(", ")} MB`);
  }
  if (samples.length === 0) failures.push("this system does not tell what a process has in memory");
  const commands = [
    `GET / and what is linked from there, over ${CONNECTIONS} connections; then ${PACES[bench.pace].restMs} ms of rest`,
  ];
  return { ...memoryResult(samples), rounds, commands, failures };
}

async function takeServer(
  kind: Kind,
  bench: Bench,
  round: number,
): Promise<{ taken: MemorySample[]; doubts: string[] }> {
  const directory = await mkdtemp(join(bench.scratchDirectory, "memory-"));
  const server = await launchOurServer({
    workers: WORKERS,
    photoDirectory: bench.library.directory,
    cacheDirectory: join(directory, "cache"),
    scratchDirectory: directory,
    signal: bench.signal,
  });
  const doubts: string[] = [];
  const taken: MemorySample[] = [];
  const takeSample = async (state: string, requests: number): Promise<void> => {
    await wait(PACES[bench.pace].restMs);
    const sample = readSample(server.pid, { round, state, requests });
    if (sample !== undefined) taken.push(sample);
  };
  try {
    await takeSample("after the start", 0);
    await checkRootPage(server.url, bench.library, bench.signal);
    let sent = 0;
    for (const { state, paths, requests } of await loadsOf(kind, server, bench)) {
      doubts.push(...(await load(server, paths, requests - sent, bench)));
      sent = requests;
      await takeSample(state, requests);
    }
    doubts.push(...(await server.readErrors()));
  } finally {
    if (!(await server.stop())) doubts.push("the server did not stop when it was asked to");
  }
  return { taken, doubts };
}

async function loadsOf(kind: Kind, server: OurServer, bench: Bench): Promise<Load[]> {
  const { frontPages, albumPages } = PACES[bench.pace];
  if (kind === "front page") {
    return frontPages.map((requests) => ({
      state: `after ${formatFigure(requests)} front pages`,
      paths: ["/"],
      requests,
    }));
  }
  const pages = await crawl(server.url, bench.signal);
  if (kind === "album pages") {
    const state = `after ${formatFigure(albumPages)} album pages`;
    return [{ state, paths: pages.map(({ path }) => path), requests: albumPages }];
  }
  await checkThumbnails(server.url, pages, bench.signal);
  const all = [...new Set(pages.flatMap(({ thumbnails }) => thumbnails.map(({ path }) => path)))];
  const paths = bench.pace === "quick" ? all.slice(0, QUICK_THUMBNAILS) : all;
  const state = `after ${paths.length} thumbnails were made, and served ${TIMES_SERVED} times`;
  return [{ state, paths, requests: paths.length * TIMES_SERVED }];
}

const QUICK_THUMBNAILS = 20;
const TIMES_SERVED = 10;

/** @returns what is to be doubted about it */
async function load(
  { url, pid }: OurServer,
  paths: readonly string[],
  requests: number,
  { signal }: Bench,
): Promise<string[]> {
  const before = readTreeUsage(pid)?.cpuMs;
  const queue = Array.from({ length: requests }, (_, i) => paths[i % paths.length] ?? "/");
  await askAll(url, queue, CONNECTIONS, signal, expectSuccess);
  const after = readTreeUsage(pid)?.cpuMs;
  const cpuMs = before === undefined || after === undefined ? undefined : after - before;
  return cpuPerRequest(cpuMs, requests).doubts;
}

/** What Node needs for itself, eight times over. */
async function takePeer({ pace, signal }: Bench, round: number): Promise<MemorySample[]> {
  const script = `./peers/plain-cluster${extname(import.meta.filename)}`;
  const server = await launch({
    name: PEER_STATE,
    command: process.execPath,
    args: [fileURLToPath(new URL(script, import.meta.url)), String(WORKERS)],
    signal,
  });
  try {
    await wait(PACES[pace].restMs);
    const sample = readSample(server.pid, { round, state: PEER_STATE, requests: 0 });
    return sample === undefined ? [] : [sample];
  } finally {
    await server.stop();
  }
}

/** @returns undefined where the system does not tell */
function readSample(
  masterPid: number,
  when: Pick<MemorySample, "round" | "state" | "requests">,
): MemorySample | undefined {
  const master = readProcessMemory(masterPid);
  const children = childrenOf(masterPid);
  const workers = children.filter((pid) => !isDarkroom(pid)).flatMap((pid) => readProcessMemory(pid) ?? []);
  const darkrooms = children.filter(isDarkroom).flatMap((pid) => readProcessMemory(pid) ?? []);
  const worker = workers.toSorted((a, b) => a.rssBytes - b.rssBytes)[Math.floor(workers.length / 2)];
  if (master === undefined || worker === undefined) return undefined;
  const togetherBytes = [master, ...workers, ...darkrooms].reduce(
    (total, { pssBytes }) => total + pssBytes,
    0,
  );
  return { ...when, master, worker, togetherBytes };
}
