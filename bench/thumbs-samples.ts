/**
 * One sample of each kind: thumbnails that nobody has made yet, those that everybody has, the same one for a hundred at
 * once, and the wait of somebody who asks for something else.
 */
import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { askAll, expectSuccess } from "./ask-all.ts";
import { readPage } from "./crawl.ts";
import { get } from "./get.ts";
import type { TimedAnswer } from "./kept-connection.ts";
import { percentile } from "./latency.ts";
import { countMakings } from "./making-counter.ts";
import { cpuPerRequest } from "./measure.ts";
import type { OurServer } from "./our-server.ts";
import type { SharpLoop } from "./peers/bare-sharp-loop.ts";
import { type Megapixels, fillFolder } from "./photos.ts";
import { probeDuring } from "./probe.ts";
import { readTreeUsage } from "./process-tree.ts";
import type { Bench } from "./suite.ts";
import {
  type ColdSample,
  type Cost,
  STAMPEDE,
  type ThumbnailCase,
  type ThumbsRound,
} from "./thumbs-tables.ts";

export const CORES = availableParallelism();
/** Of visitors who wait for thumbnails: more than there can be made at once. */
export const CONNECTIONS = 4 * CORES;
const WARM_UP_PHOTOS = 4 * CORES;
const STAMPEDE_CLIENTS = 100;
/** The most work there is in one. */
const LARGEST: ThumbnailCase = { megapixels: 24, sizePx: 1600 };
export const PROBE_INTERVAL_MS = 5;
/** Asked for by those who want no thumbnail. */
export const SMALL_ORIGINAL = "small.jpg";

export type Scene = {
  readonly bench: Bench;
  readonly photoDirectory: string;
  readonly cacheDirectory: string;
  readonly photos: Record<Megapixels, Buffer>;
  readonly server: OurServer;
  readonly loop: SharpLoop;
  readonly failures: string[];
};

/** So that every worker, and the loop, has loaded the image library. */
export async function warmUp(scene: Scene): Promise<void> {
  const { bench, server, loop, photoDirectory, photos } = scene;
  const names = await fillFolder(join(photoDirectory, "warm-up"), photos[12], WARM_UP_PHOTOS);
  const paths = names.map((name) => `/warm-up/${name}?size=320`);
  await askAll(server.url, paths, CONNECTIONS, bench.signal, expectSuccess);
  const files = names.map((name) => join(photoDirectory, "warm-up", name));
  await loop.run({ files, sizePx: 320, atOnce: CORES });
}

async function photosOf(
  { photoDirectory, photos }: Scene,
  { megapixels, sizePx }: ThumbnailCase,
  name: string,
  count: number,
): Promise<{ files: string[]; paths: string[] }> {
  const folder = `${name}-${megapixels}-${sizePx}`;
  const names = await fillFolder(join(photoDirectory, folder), photos[megapixels], count);
  return {
    files: names.map((file) => join(photoDirectory, folder, file)),
    paths: names.map((file) => `/${folder}/${file}?size=${sizePx}`),
  };
}

/** The same thumbnails by the server and by the loop, octet for octet: otherwise they are no peers. */
export async function takeColdSample(
  scene: Scene,
  thumbnailCase: ThumbnailCase,
  name: string,
  count: number,
  order: readonly ("ours" | "loop")[],
): Promise<ColdSample> {
  const { server, loop, bench, failures } = scene;
  const { files, paths } = await photosOf(scene, thumbnailCase, name, count);
  const bodies: Buffer[] = [];
  let digests: readonly string[] = [];
  const runOurs = async (): Promise<void> => {
    await askAll(server.url, paths, CONNECTIONS, bench.signal, (answer, path) => {
      expectSuccess(answer, path);
      bodies.push(answer.body);
    });
  };
  const runLoop = async (): Promise<void> => {
    digests = await loop.run({ files, sizePx: thumbnailCase.sizePx, atOnce: CORES });
  };
  const costs = { ours: NO_COST, loop: NO_COST };
  for (const who of order) {
    costs[who] = await (who === "ours" ? cost(server.pid, count, runOurs) : cost(loop.pid, count, runLoop));
  }
  const { megapixels, sizePx } = thumbnailCase;
  const label = `${name}, ${megapixels} Mpx to ${sizePx} px`;
  failures.push(
    ...cpuPerRequest(costs.ours.cpuMs * count, count).doubts.map((doubt) => `${label}: ${doubt}`),
  );
  if (digests.length !== count || bodies.length !== count) failures.push(`${label}: not all were made`);
  for (const body of bodies) {
    const { info } = await sharp(body).raw().toBuffer({ resolveWithObject: true });
    if (Math.max(info.width, info.height) !== sizePx)
      failures.push(`${label}: ${info.width} x ${info.height} pixels came`);
    if (!digests.includes(createHash("sha256").update(body).digest("hex"))) {
      failures.push(`${label}: the bare loop made something else`);
    }
  }
  return { ...thumbnailCase, ...costs };
}

const NO_COST: Cost = { cpuMs: Number.NaN, perSecond: Number.NaN, coreShare: Number.NaN };

/** Of a process and all below it. CPU time is NaN where the system does not tell. */
async function cost(pid: number, count: number, work: () => Promise<void>): Promise<Cost> {
  const before = readTreeUsage(pid)?.cpuMs ?? Number.NaN;
  const startMs = performance.now();
  await work();
  const wallMs = performance.now() - startMs;
  const cpuMs = (readTreeUsage(pid)?.cpuMs ?? Number.NaN) - before;
  return { cpuMs: cpuMs / count, perSecond: (1_000 * count) / wallMs, coreShare: cpuMs / (wallMs * CORES) };
}

/** A photo that nobody has asked for yet, and everybody at the same moment. */
export async function takeStampede(scene: Scene, round: number): Promise<ThumbsRound["stampede"]> {
  const { server, bench, cacheDirectory, failures } = scene;
  const { paths } = await photosOf(scene, STAMPEDE, `stampede-${round}`, 1);
  const everybody = paths.flatMap((path) => Array.from({ length: STAMPEDE_CLIENTS }, () => path));
  const answers: TimedAnswer[] = [];
  const counter = await countMakings(cacheDirectory);
  const { cpuMs } = await cost(server.pid, 1, async () => {
    await askAll(server.url, everybody, STAMPEDE_CLIENTS, bench.signal, (answer, path) => {
      expectSuccess(answer, path);
      answers.push(answer);
    });
  });
  const makings = await counter.stop();
  if (makings === 0) failures.push(`stampede, round ${round}: nobody saw the thumbnail being made`);
  const [first] = answers;
  if (first === undefined || !answers.every(({ body }) => body.equals(first.body))) {
    failures.push(`stampede, round ${round}: not everybody has the same thumbnail`);
  }
  return { cpuMs, makings, longestMs: Math.max(...answers.map(({ ms }) => ms)) };
}

/** @returns p99 of somebody who asks for a small original while something is done */
export async function takeP99(
  { server, bench, failures }: Scene,
  work: () => Promise<void>,
): Promise<number> {
  const path = `/${SMALL_ORIGINAL}`;
  const report = await probeDuring(server.url, path, PROBE_INTERVAL_MS, bench.signal, work);
  failures.push(...report.failures);
  return percentile(report.answersMs, 0.99);
}

/** Keeps all cores busy with photos that are new. */
export async function makeMany(scene: Scene, name: string, count: number): Promise<void> {
  const { paths } = await photosOf(scene, LARGEST, name, count);
  await askAll(scene.server.url, paths, CONNECTIONS, scene.bench.signal, expectSuccess);
}

/** As a browser asks for them: by the links of an album page, which name the version. */
export async function takeWarm(
  { server, bench, failures }: Scene,
  requests: number,
): Promise<ThumbsRound["warm"]> {
  const page = await get(`${server.url}/warm-up/`, bench.signal);
  const links = readPage("/warm-up/", page.body.toString("utf8")).thumbnails;
  const paths = links.filter(({ sizePx }) => sizePx === 320).map(({ path }) => path);
  if (paths.length !== WARM_UP_PHOTOS) failures.push(`the album shows ${paths.length} thumbnails`);
  const everyone = Array.from({ length: requests }, (_, i) => paths[i % paths.length] ?? "");
  await askAll(server.url, everyone, CONNECTIONS, bench.signal, expectSuccess);
  const { cpuMs, perSecond } = await cost(server.pid, requests, async () => {
    await askAll(server.url, everyone, CONNECTIONS, bench.signal, expectSuccess);
  });
  return { cpuUs: cpuMs * 1_000, perSecond };
}
