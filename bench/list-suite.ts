/**
 * The first page of a folder of 10,000 and of 100,000 photos, and how long everybody else of the same worker waits
 * meanwhile.
 */
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import sharp from "sharp";
import { settings } from "../settings.ts";
import { readPage } from "./crawl.ts";
import { get } from "./get.ts";
import { openConnection, type TimedAnswer } from "./kept-connection.ts";
import { percentile } from "./latency.ts";
import { type ListSample, FILE_COUNTS, listResult } from "./list-tables.ts";
import { type OurServer, launchOurServer } from "./our-server.ts";
import { fillFolder } from "./photos.ts";
import { probeDuring } from "./probe.ts";
import { readTreeUsage } from "./process-tree.ts";
import { formatFigure } from "./statistics.ts";
import type { Bench, Suite, SuiteResult } from "./suite.ts";

export const LIST_SUITE: Suite = { name: "list", needs: [], run };

const PACES = {
  quick: { rounds: 1, idleMs: 500, warmPages: 40 },
  full: { rounds: 5, idleMs: 2_000, warmPages: 100 },
} as const;
/** So that the page is made anew several times meanwhile, as under the eyes of visitors. */
const WARM_INTERVAL_MS = 25;
const PROBE_INTERVAL_MS = 2;
/** After the page: photos it did not need are measured behind it. */
const BEHIND_MS = 700;
/** What stands at the root; without it the root would be an album that counts the photos of all below it. */
const ROOT_PAGE = "index.html";

async function run(bench: Bench): Promise<SuiteResult> {
  const rounds = bench.rounds ?? PACES[bench.pace].rounds;
  const directory = await mkdtemp(join(bench.scratchDirectory, "list-"));
  const photoDirectory = join(directory, "photos");
  await mkdir(photoDirectory);
  await writeFile(join(photoDirectory, ROOT_PAGE), "<!doctype html><title>Albums</title>\n");
  bench.say("list: making folders of 10,000 and 100,000 photos …");
  const photo = await makeSmallPhoto();
  for (const count of FILE_COUNTS) await fillFolder(join(photoDirectory, String(count)), photo, count);
  const samples: ListSample[] = [];
  const failures: string[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const count of round % 2 === 1 ? FILE_COUNTS : FILE_COUNTS.toReversed()) {
      const { sample, doubts } = await takeSample(count, photoDirectory, bench);
      samples.push(sample);
      failures.push(...doubts.map((doubt) => `${count} files, round ${round}: ${doubt}`));
      const figures = [sample.coldMs, sample.warmMs, sample.othersColdMs].map(formatFigure);
      bench.say(
        `list: round ${round} of ${rounds}: ${formatFigure(count)} files: ${figures.join(", ")} ms (cold, warm, others)`,
      );
    }
  }
  await rm(directory, { recursive: true, force: true });
  const commands = [
    "GET /10000/ and /100000/ of one worker that has just started, and again",
    `GET /${ROOT_PAGE} every ${PROBE_INTERVAL_MS} ms on other connections`,
  ];
  return { ...listResult(samples), rounds, commands, failures };
}

const SMALL_PHOTO = { width: 160, height: 120, channels: 3, background: "teal" } as const;

async function makeSmallPhoto(): Promise<Buffer> {
  return await sharp({ create: SMALL_PHOTO }).jpeg().toBuffer();
}

/** One worker, so that everybody is with the worker that makes the page; started anew, with an empty cache. */
async function takeSample(
  count: number,
  photoDirectory: string,
  bench: Bench,
): Promise<{ sample: ListSample; doubts: string[] }> {
  const { signal } = bench;
  const { idleMs, warmPages } = PACES[bench.pace];
  const directory = await mkdtemp(join(bench.scratchDirectory, "list-server-"));
  const server = await launchOurServer({
    workers: 1,
    photoDirectory,
    cacheDirectory: join(directory, "cache"),
    scratchDirectory: directory,
    signal,
  });
  const doubts: string[] = [];
  const path = `/${count}/`;
  const probe = async (work: () => Promise<void>): Promise<number> => {
    const report = await probeDuring(server.url, `/${ROOT_PAGE}`, PROBE_INTERVAL_MS, signal, work);
    doubts.push(...report.failures);
    return percentile(report.answersMs, 1);
  };
  const answers: TimedAnswer[] = [];
  try {
    const connection = await openConnection(server.url, signal);
    const othersIdleMs = await probe(async () => await wait(idleMs));
    let coldCpuMs: number | undefined;
    const othersColdMs = await probe(async () => {
      const before = readTreeUsage(server.pid)?.cpuMs;
      answers.push(await connection.get(path));
      const after = readTreeUsage(server.pid)?.cpuMs;
      coldCpuMs = before === undefined || after === undefined ? undefined : after - before;
      await wait(BEHIND_MS);
    });
    const othersWarmMs = await probe(async () => {
      for (let i = 0; i < warmPages; i += 1) {
        answers.push(await connection.get(path));
        await wait(WARM_INTERVAL_MS);
      }
    });
    const [cold, ...warm] = answers;
    connection.close();
    const warmMs = warm.map(({ ms }) => ms);
    const readdirMs = await takeReaddir(join(photoDirectory, String(count)));
    doubts.push(...(await doubtsAboutPages(server, path, answers, signal)), ...(await server.readErrors()));
    return {
      sample: {
        count,
        readdirMs,
        coldMs: cold?.ms ?? Number.NaN,
        coldCpuMs,
        warmMs: percentile(warmMs, 0.5),
        longestWarmMs: percentile(warmMs, 1),
        othersIdleMs,
        othersColdMs,
        othersWarmMs,
      },
      doubts,
    };
  } finally {
    if (!(await server.stop())) doubts.push("the server did not stop when it was asked to");
  }
}

/** The least it can take to know what is there. */
async function takeReaddir(directory: string): Promise<number> {
  const startMs = performance.now();
  await readdir(directory, { withFileTypes: true });
  return performance.now() - startMs;
}

async function doubtsAboutPages(
  { url }: OurServer,
  path: string,
  answers: readonly TimedAnswer[],
  signal: AbortSignal,
): Promise<string[]> {
  const doubts: string[] = [];
  const { itemsPerPage } = settings.albums;
  for (const { status, body } of answers) {
    const photos = new Set(
      readPage(path, body.toString("utf8")).thumbnails.map((thumbnail) => thumbnail.path.replace(/\?.*/, "")),
    );
    if (status !== 200) doubts.push(`the page was answered with ${status}`);
    if (photos.size !== itemsPerPage)
      doubts.push(`the page shows ${photos.size} photos, not ${itemsPerPage}`);
  }
  const [first] = readPage(path, answers.at(-1)?.body.toString("utf8") ?? "").thumbnails;
  const thumbnail = await get(`${url}${first?.path ?? path}`, signal);
  const { info } = await sharp(thumbnail.body).raw().toBuffer({ resolveWithObject: true });
  if (info.width !== SMALL_PHOTO.width || info.height !== SMALL_PHOTO.height) {
    doubts.push(`a thumbnail is ${info.width} x ${info.height} pixels`); // it is never enlarged
  }
  return [...new Set(doubts)];
}
