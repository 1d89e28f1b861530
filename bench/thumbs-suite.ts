/**
 * Thumbnails: made for the first time, asked for again, asked for by everybody at once; and what those feel meanwhile
 * who ask for something else. Beside them a bare loop around the image library, which is the least it can cost.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import sharp from "sharp";
import { launchOurServer } from "./our-server.ts";
import { startSharpLoop } from "./peers/bare-sharp-loop.ts";
import { makePhotos } from "./photos.ts";
import { formatFigure } from "./statistics.ts";
import type { Bench, Suite, SuiteResult } from "./suite.ts";
import {
  CONNECTIONS,
  CORES,
  PROBE_INTERVAL_MS,
  SMALL_ORIGINAL,
  type Scene,
  makeMany,
  takeColdSample,
  takeP99,
  takeStampede,
  takeWarm,
  warmUp,
} from "./thumbs-samples.ts";
import {
  CASES,
  type ColdSample,
  type ThumbnailCase,
  type ThumbsRound,
  thumbsResult,
} from "./thumbs-tables.ts";

export const THUMBS_SUITE: Suite = { name: "thumbs", needs: [], run };

const PACES = {
  quick: { rounds: 1, photosACase: 3, warmRequests: 3_000, busyPhotos: 6, idleMs: 1_000 },
  full: { rounds: 7, photosACase: 8, warmRequests: 5_000, busyPhotos: 20, idleMs: 2_000 },
} as const;

async function run(bench: Bench): Promise<SuiteResult> {
  const pace = PACES[bench.pace];
  const rounds = bench.rounds ?? pace.rounds;
  const { signal } = bench;
  const directory = await mkdtemp(join(bench.scratchDirectory, "thumbs-"));
  const photoDirectory = join(directory, "photos");
  const cacheDirectory = join(directory, "cache");
  await mkdir(photoDirectory);
  bench.say("thumbs: making photos of 12 and 24 megapixels …");
  const photos = await makePhotos();
  await writeFile(
    join(photoDirectory, SMALL_ORIGINAL),
    await sharp(photos[12]).resize(320).jpeg().toBuffer(),
  );
  const server = await launchOurServer({
    workers: CORES,
    photoDirectory,
    cacheDirectory,
    scratchDirectory: directory,
    signal,
  });
  const loop = startSharpLoop(signal);
  const failures: string[] = [];
  const scene: Scene = { bench, photoDirectory, cacheDirectory, photos, server, loop, failures };
  const measured: ThumbsRound[] = [];
  try {
    await warmUp(scene);
    for (let round = 1; round <= rounds; round += 1) {
      measured.push(await takeRound(scene, round));
      const ratio = measured.at(-1)?.cold.map(({ ours, loop: bare }) => ours.cpuMs / bare.cpuMs) ?? [];
      bench.say(
        `thumbs: round ${round} of ${rounds}: CPU ${ratio.map(formatFigure).join(", ")} times a bare loop`,
      );
    }
    failures.push(...(await server.readErrors()));
  } finally {
    loop.stop();
    if (!(await server.stop())) failures.push("the server did not stop when it was asked to");
    await rm(directory, { recursive: true, force: true });
  }
  const commands = [
    `GET /PHOTO.jpg?size=320, 640 and 1600 of new photos, over ${CONNECTIONS} connections`,
    `GET /PHOTO.jpg?size=320&v=VERSION of ${pace.warmRequests} that were asked for before, likewise`,
    `GET /${SMALL_ORIGINAL} every ${PROBE_INTERVAL_MS} ms`,
  ];
  return { ...thumbsResult(measured, CORES), rounds, commands, failures };
}

/** Small and large in turn, ours and the loop in turn, and the other way round in the next round. */
async function takeRound(scene: Scene, round: number): Promise<ThumbsRound> {
  const { photosACase, warmRequests, idleMs, busyPhotos } = PACES[scene.bench.pace];
  const isOdd = round % 2 === 1;
  const order = isOdd ? (["ours", "loop"] as const) : (["loop", "ours"] as const);
  const cold = new Map<ThumbnailCase, ColdSample>();
  for (const thumbnailCase of isOdd ? CASES : CASES.toReversed()) {
    cold.set(thumbnailCase, await takeColdSample(scene, thumbnailCase, `cold-${round}`, photosACase, order));
  }
  return {
    cold: CASES.flatMap((thumbnailCase) => cold.get(thumbnailCase) ?? []),
    stampede: await takeStampede(scene, round),
    idleP99Ms: await takeP99(scene, async () => await wait(idleMs)),
    busyP99Ms: await takeP99(scene, async () => await makeMany(scene, `busy-${round}`, busyPhotos)),
    warm: await takeWarm(scene, warmRequests),
  };
}
