/**
 * Album pages, small and large: asked for again and again, for the first time, and after a photo was added.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { brotliDecompressSync } from "node:zlib";
import { type SizedAlbum, countPhotos, makeAlbums } from "./albums.ts";
import { type Contender, type ContestResult, type Sought, compete, roundsOf } from "./contest.ts";
import { costsOf, countFailed, formatContest, speedsOf, whoIsThere } from "./contest-tables.ts";
import { type Crew, WORKERS, withCrew } from "./crew.ts";
import { get } from "./get.ts";
import { atLeast, atMost, noneOf } from "./goals.ts";
import { formatGrowth } from "./growth.ts";
import { type Life, addPhoto, askFirst, createLife, formatLives } from "./page-life.ts";
import { CODED_FOLDER, NGINX } from "./peers/nginx.ts";
import type { LinePlot } from "./plot.ts";
import { PUBLISHED_PAGES } from "./published.ts";
import { ratios } from "./statistics.ts";
import type { Bench, Goal, Suite, SuiteResult } from "./suite.ts";
import type { Target } from "./target.ts";

export const PAGE_SUITE: Suite = {
  name: "page",
  needs: ["wrk"],
  run: (bench) => withCrew(bench, (crew) => run(crew, bench)),
};

const PHOTO_COUNTS = [30, 300, 10_000];
const GOAL_PHOTOS = 300;
const CONNECTIONS = 32;
const SECONDS = { full: 2, quick: 1 };
/** What browsers send. */
const FIELDS = { "accept-encoding": "gzip, deflate, br" };

type Warm = { readonly album: SizedAlbum; readonly result: ContestResult };

async function run(crew: Crew, bench: Bench): Promise<SuiteResult> {
  const rounds = roundsOf(bench);
  const scratch = join(bench.scratchDirectory, "page");
  const [root, peerRoot] = [join(scratch, "albums"), join(scratch, "www")];
  bench.say("page: the albums …");
  const albums = await makeAlbums(root, PHOTO_COUNTS);
  const server = await crew.ours({ workers: WORKERS, root, cacheDirectory: join(scratch, "cache") });
  await mkdir(join(peerRoot, CODED_FOLDER), { recursive: true });
  const nginx = await crew.peer(NGINX, { workers: WORKERS, root: peerRoot });

  const warm: Warm[] = [];
  for (const album of albums) {
    const target = await openPage(server.url, album, bench.signal);
    const path = `/${CODED_FOLDER}/${album.photoCount}`;
    await writeFile(join(peerRoot, path), target.body);
    const contenders: Contender[] = [{ server, isOurs: true, target }];
    if (nginx !== undefined) contenders.push({ server: nginx, isOurs: false, target: { ...target, path } });
    const load = { tool: "wrk", connections: CONNECTIONS, seconds: SECONDS[bench.pace] } as const;
    const title = `Album of ${album.label}: its first page, ${target.body.length.toLocaleString("en")} bytes coded`;
    warm.push({ album, result: await compete({ title, load, contenders, rounds }, bench) });
  }
  const lives = albums.map(createLife);
  for (let round = 1; round <= rounds; round += 1) {
    const cacheDirectory = join(scratch, `cache-${round}`);
    const young = await crew.ours({ workers: WORKERS, root, cacheDirectory });
    for (const life of lives) await askFirst(life, young, bench.signal);
    await crew.dismiss(young);
    for (const life of lives) await addPhoto(life, server, `A new one ${round}.jpg`, bench.signal);
    bench.say(`page: cold and after a change, round ${round} of ${rounds}`);
  }

  const peer = nginx === undefined ? undefined : { server: nginx };
  return { ...conclude(warm, lives, { server }, peer), rounds };
}

function conclude(
  warm: readonly Warm[],
  lives: readonly Life[],
  ours: Sought,
  nginx: Sought,
): Omit<SuiteResult, "rounds"> {
  const results = warm.map(({ result }) => result);
  return {
    tables: [...results.flatMap((result) => formatContest(result)), formatLives(lives)],
    plots: [plotWarm(warm, { "share-my-photos": ours, nginx })],
    growth: [
      ...formatGrowth(
        "CPU µs a request, warm",
        "photos",
        warm.map(({ album, result }) => ({ ...sizeOf(album), values: costsOf(result, ours) })),
      ),
      ...formatGrowth(
        "Milliseconds until the first page",
        "photos",
        lives.map(({ album, firstMs }) => ({ ...sizeOf(album), values: firstMs })),
      ),
    ],
    goals: [
      ...warm
        .filter(({ album }) => album.photoCount === GOAL_PHOTOS)
        .flatMap(({ result }) => goalsOf(result, ours, nginx)),
      noneOf("Requests of ours that failed", countFailed(results)),
    ],
    commands: results.map(({ command }) => command),
    failures: results.flatMap(({ failures }) => failures),
  };
}

function sizeOf({ label, photoCount }: SizedAlbum): { label: string; size: number } {
  return { label, size: photoCount };
}

function goalsOf(result: ContestResult, ours: Sought, nginx: Sought): Goal[] {
  const what = `Album of ${GOAL_PHOTOS}, warm, coded`;
  return [
    atMost(
      `${what}: CPU a request / that of nginx with the page as a file`,
      1.3,
      ratios(costsOf(result, ours), costsOf(result, nginx)),
    ),
    ...PUBLISHED_PAGES.map(({ name, requestsPerSecond }) =>
      atLeast(
        `${what}: requests/s / the ${requestsPerSecond} of ${name} as published`,
        50,
        speedsOf(result, ours).map((speed) => speed / requestsPerSecond),
      ),
    ),
  ];
}

/** It shows at first what is known at once, and is the same from then on when every worker has measured all of it. */
const SETTLED_ANSWERS = 12;
const SETTLE_POLL_MS = 100;
const MAX_SETTLE_MS = 60_000;
const MAX_PHOTOS_ON_A_PAGE = 200;

/**
 * @returns the page as it is sent to a browser
 * @throws Error if it is not what it must be, or never the same twice
 */
async function openPage(
  baseUrl: string,
  { path, photoCount }: SizedAlbum,
  signal: AbortSignal,
): Promise<Target> {
  const deadline = Date.now() + MAX_SETTLE_MS;
  let body: Buffer = Buffer.alloc(0);
  for (let same = 0; same < SETTLED_ANSWERS;) {
    const answer = await get(`${baseUrl}${path}`, signal, FIELDS);
    if (answer.status !== 200 || answer.contentCoding !== "br") {
      throw new Error(`${path} was answered with ${answer.status}, coded ${answer.contentCoding}`);
    }
    same = answer.body.equals(body) ? same + 1 : 0;
    body = answer.body;
    if (Date.now() > deadline) throw new Error(`${path} is never the same`);
    await wait(SETTLE_POLL_MS, undefined, { signal });
  }
  const shown = countPhotos(brotliDecompressSync(body).toString("utf8"));
  if (shown !== Math.min(photoCount, MAX_PHOTOS_ON_A_PAGE)) throw new Error(`${path} shows ${shown} photos`);
  return { path, fields: FIELDS, status: 200, body };
}

function plotWarm(warm: readonly Warm[], rivals: Readonly<Record<string, Sought>>): LinePlot {
  return {
    kind: "lines",
    name: "page",
    title: "Album pages, warm",
    unit: "CPU µs a request",
    better: "less",
    sizeUnit: "photos",
    hasLogarithmicSizes: true,
    series: whoIsThere(rivals).map(([name, rival]) => ({
      name,
      points: warm.map(({ album, result }) => ({ at: album.photoCount, values: costsOf(result, rival) })),
    })),
  };
}
