/**
 * `ab` on the root page: ours and its peers in turn, in an order that alternates from round to round.
 */
import { join } from "node:path";
import { type Entry, type Sample, formatRatios, formatResults } from "./ab-tables.ts";
import { type AbLoad, abArguments, doubtsAboutAb, parseAb } from "./ab.ts";
import { checkRootPage, checkSameBytes, checkThumbnails } from "./checks.ts";
import { crawl } from "./crawl.ts";
import { type Measurement, cpuPerRequest, measure } from "./measure.ts";
import { type OurServer, launchOurServer } from "./our-server.ts";
import { launchCluster } from "./peers/cluster.ts";
import { launchNginx } from "./peers/nginx.ts";
import { PUBLISHED_AB, type PublishedAb } from "./published.ts";
import type { RunningServer } from "./running-server.ts";
import { formatFigure } from "./statistics.ts";
import type { Bench, Suite, SuiteResult } from "./suite.ts";

type Plan = {
  readonly name: string;
  readonly load: AbLoad;
  /** Ours with so many, each; all peers are compared with the first. */
  readonly workers: readonly [number, ...number[]];
  readonly published: readonly PublishedAb[];
};

const QUICK_REQUESTS = 5_000;
const DEFAULT_ROUNDS = 3;
const NGINX_WORKERS = 2;
/** So that everybody's code is compiled and everybody's page is in memory. */
const WARM_UP_SHARE = 0.1;
const LOAD_TIMEOUT_MS = 300_000;

export const AB_SUITES: readonly Suite[] = [
  {
    name: "ab-otus",
    load: { requests: 50_000, concurrency: 100, keepAlive: false },
    workers: [8, 1] as const,
    published: PUBLISHED_AB,
  },
  {
    name: "ab-keepalive",
    load: { requests: 100_000, concurrency: 100, keepAlive: true },
    workers: [8] as const,
    published: [],
  },
  {
    name: "ab-100k",
    load: { requests: 100_000, concurrency: 25, keepAlive: false },
    workers: [8] as const,
    published: [],
  },
].map((plan) => ({ name: plan.name, needs: ["ab"], run: (bench) => runPlan(plan, bench) }));

async function runPlan(plan: Plan, bench: Bench): Promise<SuiteResult> {
  const requests = bench.pace === "quick" ? QUICK_REQUESTS : plan.load.requests;
  const load: AbLoad = { ...plan.load, requests };
  const rounds = bench.rounds ?? DEFAULT_ROUNDS;
  const failures: string[] = [];
  const running: RunningServer[] = [];
  const ours: OurServer[] = [];
  try {
    for (const workers of plan.workers) {
      const server = await launchOurServer({
        workers,
        photoDirectory: bench.library.directory,
        cacheDirectory: join(bench.scratchDirectory, "cache"),
        scratchDirectory: bench.scratchDirectory,
        signal: bench.signal,
      });
      running.push(server);
      ours.push(server);
    }
    const documentBytes = await checkOursAndStartPeers(plan, bench, ours, running);
    const entries = running.map((server): Entry => ({ server, samples: [] }));
    const warmUp = { ...load, requests: Math.round(requests * WARM_UP_SHARE) };
    for (const { server } of entries) await runAb(server, warmUp, bench);
    for (let round = 1; round <= rounds; round += 1) {
      for (const { server, samples } of round % 2 === 1 ? entries : entries.toReversed()) {
        const doubts = await takeSample(server, load, documentBytes, samples, bench);
        failures.push(...doubts.map((doubt) => `${server.name}, round ${round}: ${doubt}`));
        const latest = samples.at(-1)?.ab.requestsPerSecond ?? Number.NaN;
        bench.say(
          `${plan.name}: round ${round} of ${rounds}: ${server.name}: ${formatFigure(latest)} requests/s`,
        );
      }
    }
    for (const server of ours) {
      failures.push(...(await server.readErrors()).map((error) => `${server.name}: ${error}`));
    }
    return {
      tables: [formatResults(entries, plan.published), formatRatios(entries, ours.length)],
      rounds,
      commands: [`ab ${abArguments(load, "http://127.0.0.1:PORT/").join(" ")}`],
      failures,
    };
  } finally {
    for (const server of running) {
      if (!(await server.stop())) failures.push(`${server.name} did not stop when it was asked to`);
    }
  }
}

/** @returns the size of the page all of them serve */
async function checkOursAndStartPeers(
  plan: Plan,
  bench: Bench,
  ours: readonly OurServer[],
  running: RunningServer[],
): Promise<number> {
  const { library, scratchDirectory, signal, tools } = bench;
  const [first] = ours;
  if (first === undefined) throw new Error("nobody to measure");
  const page = await checkRootPage(first.url, library, signal);
  await checkThumbnails(first.url, await crawl(first.url, signal), signal);
  running.push(await launchCluster(plan.workers[0], page, scratchDirectory, signal));
  const nginx = tools.get("nginx");
  if (nginx !== undefined) {
    const { command } = nginx;
    running.push(await launchNginx({ command, workers: NGINX_WORKERS, page, scratchDirectory, signal }));
  }
  for (const server of running) {
    await checkSameBytes(server.url, page, signal).catch((error: unknown) => {
      throw new Error(`${server.name}: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
  return page.body.length;
}

async function runAb(server: RunningServer, load: AbLoad, bench: Bench): Promise<Measurement> {
  const command = bench.tools.get("ab")?.command ?? "ab";
  const { signal } = bench;
  return await measure(server, command, abArguments(load, `${server.url}/`), {
    timeoutMs: LOAD_TIMEOUT_MS,
    signal,
  });
}

/** @returns what is to be doubted about this sample */
async function takeSample(
  server: RunningServer,
  load: AbLoad,
  documentBytes: number,
  samples: Sample[],
  bench: Bench,
): Promise<string[]> {
  const { report, output, cpuMs, memoryBytes } = await runAb(server, load, bench);
  const ab = parseAb(report);
  if (ab === undefined || output.exitCode !== 0) {
    const lastWords = output.stderr.trim().split("\n").at(-1) ?? "";
    return [`ab did not come to its end (${lastWords || `exit code ${output.exitCode}`})`];
  }
  const { cpuUs, doubts } = cpuPerRequest(cpuMs, load.requests);
  samples.push({ ab, cpuUs, memoryBytes });
  return [...doubts, ...doubtsAboutAb(ab, load, documentBytes)];
}
