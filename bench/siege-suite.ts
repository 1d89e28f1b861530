/**
 * `siege` on every album page and every thumbnail there is, with and without the thumbnails made beforehand.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { checkRootPage, checkThumbnails } from "./checks.ts";
import { type CrawledPage, crawl } from "./crawl.ts";
import { get } from "./get.ts";
import { cpuPerRequest, measure } from "./measure.ts";
import { launchOurServer } from "./our-server.ts";
import { type SiegeLoad, doubtsAboutSiege, formatSiegeRc, parseSiege, siegeArguments } from "./siege.ts";
import { type SiegeSample, type Thumbnails, siegeResult } from "./siege-tables.ts";
import { formatFigure } from "./statistics.ts";
import type { Bench, Suite, SuiteResult } from "./suite.ts";

const WORKERS = 8;
const LOAD: SiegeLoad = { seconds: 60, users: 350 };
const QUICK_SECONDS = 4;
const DEFAULT_ROUNDS = { quick: 1, full: 2 };
/** siege lets transactions that are under way come to their end. */
const GRACE_MS = 90_000;
/** While thumbnails are made beforehand. */
const REQUESTS_AT_ONCE = 8;

export const SIEGE_SUITE: Suite = { name: "siege", needs: ["siege"], run };

async function run(bench: Bench): Promise<SuiteResult> {
  const load = bench.pace === "quick" ? { ...LOAD, seconds: QUICK_SECONDS } : LOAD;
  const rounds = bench.rounds ?? DEFAULT_ROUNDS[bench.pace];
  const samples: Record<Thumbnails, SiegeSample[]> = { "none made": [], "all made": [] };
  const failures: string[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const kinds: Thumbnails[] = ["none made", "all made"];
    for (const thumbnails of round % 2 === 1 ? kinds : kinds.toReversed()) {
      const doubts = await takeSample(thumbnails, load, samples[thumbnails], bench);
      failures.push(...doubts.map((doubt) => `thumbnails ${thumbnails}, round ${round}: ${doubt}`));
      const latest = samples[thumbnails].at(-1)?.siege.transactionsPerSecond ?? Number.NaN;
      bench.say(
        `siege: round ${round} of ${rounds}: thumbnails ${thumbnails}: ${formatFigure(latest)} transactions/s`,
      );
    }
  }
  const commands = [`siege ${siegeArguments(load, "siegerc", "urls.txt").join(" ")}`];
  return { ...siegeResult(samples), rounds, commands, failures };
}

/** @returns what is to be doubted about this sample */
async function takeSample(
  thumbnails: Thumbnails,
  load: SiegeLoad,
  samples: SiegeSample[],
  bench: Bench,
): Promise<string[]> {
  const { library, signal } = bench;
  const directory = await mkdtemp(join(bench.scratchDirectory, "siege-"));
  const doubts: string[] = [];
  const server = await launchOurServer({
    workers: WORKERS,
    photoDirectory: library.directory,
    cacheDirectory: join(directory, "cache"),
    scratchDirectory: directory,
    signal,
  });
  try {
    await checkRootPage(server.url, library, signal);
    const pages = await crawl(server.url, signal);
    if (thumbnails === "all made") {
      await makeThumbnails(server.url, pages, signal);
      await checkThumbnails(server.url, pages, signal);
    }
    const [rcPath, urlsPath] = [join(directory, "siegerc"), join(directory, "urls.txt")];
    await writeFile(rcPath, formatSiegeRc(load));
    await writeFile(urlsPath, `${urlsOf(server.url, pages).join("\n")}\n`);
    const command = bench.tools.get("siege")?.command ?? "siege";
    const { report, cpuMs, memoryBytes } = await measure(
      server,
      command,
      siegeArguments(load, rcPath, urlsPath),
      { timeoutMs: load.seconds * 1_000 + GRACE_MS, signal, homeDirectory: bench.scratchDirectory },
    );
    const siege = parseSiege(report);
    if (siege === undefined) {
      doubts.push(`siege did not come to its end (${report.trim().split("\n").at(-1) ?? ""})`);
    } else {
      const cpu = cpuPerRequest(cpuMs, siege.transactions);
      samples.push({ siege, cpuUs: cpu.cpuUs, memoryBytes });
      doubts.push(...cpu.doubts, ...doubtsAboutSiege(siege));
    }
    if (thumbnails === "none made") await checkThumbnails(server.url, pages, signal);
    doubts.push(...(await server.readErrors()));
  } finally {
    if (!(await server.stop())) doubts.push("the server did not stop when it was asked to");
    await rm(directory, { recursive: true, force: true });
  }
  return doubts;
}

/** Each page and each thumbnail once, however many pages show it. */
function urlsOf(baseUrl: string, pages: readonly CrawledPage[]): string[] {
  const paths = [
    ...pages.map(({ path }) => path),
    ...pages.flatMap((page) => page.thumbnails.map(({ path }) => path)),
  ];
  return [...new Set(paths)].map((path) => `${baseUrl}${path}`);
}

async function makeThumbnails(
  baseUrl: string,
  pages: readonly CrawledPage[],
  signal: AbortSignal,
): Promise<void> {
  const queue = urlsOf(baseUrl, pages).values();
  const work = async (): Promise<void> => {
    for (const url of queue) {
      const { status } = await get(url, signal);
      if (status !== 200) throw new Error(`${url} was answered with ${status}`);
    }
  };
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, work));
}
