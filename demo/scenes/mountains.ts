// High mountains across a valley.

import { brighten, hex, mix, smoothStep } from "../colour.ts";
import { hours, type Hour } from "../hours.ts";
import { createNoise } from "../noise.ts";
import type { Picture } from "../picture.ts";
import type { Random } from "../random.ts";
import { paintSky } from "../sky.ts";
import { createTerrain, paintTerrain } from "../terrain.ts";
import { paintConifer } from "../things.ts";
import { alpineGround } from "./alpine-ground.ts";
import { fieldOfView, mapSize, placeSun, standAbove, sunSide, type Scene } from "./scene.ts";

/** High mountains seen across a valley. */
export const mountains: Scene = (picture, random, hourName) => {
  const hour = hours[hourName];
  const horizon = random.between(0.5, 0.58);
  const side = sunSide(random);
  const isLow = hourName !== "day";
  const sun = placeSun(picture, random, side, isLow ? horizon - random.between(0.2, 0.28) : 0.12, 0.024);
  const sky = { hour, horizon, clouds: random.between(0.35, 0.65), ...(isLow && { sun }) };
  paintSky(picture, random, sky);
  const ground = alpineGround(random, {
    start: 0.05,
    snowLine: random.between(0.075, 0.11),
    relief: random.between(0.26, 0.32),
  });
  const terrain = createTerrain(mapSize(picture), ground, hour, { side, slope: isLow ? 0.34 : 0.8 });
  const view = { ...standAbove(terrain, 0.05), fieldOfView: fieldOfView(picture, 0.56), horizon, near: 0.12 };
  paintTerrain(
    picture,
    random,
    terrain,
    { ...view, clearTo: 1.5, mistBelow: isLow ? 0.05 : 0.012 },
    hour.haze,
  );
  paintForestEdge(picture, random, hour, 0.96);
};

/** Dark conifers at the lower edge: something near makes the rest far. */
function paintForestEdge(picture: Picture, random: Random, hour: Hour, y: number): void {
  const noise = createNoise(random);
  const dark = mix(brighten(hour.skylight, 0.25), hex("#0c1714"), 0.6);
  const edge = (x: number): number => y + 0.05 * noise(x * 1.1, 0.5);
  picture.silhouette(edge, dark, brighten(dark, 0.6), 0.1);
  for (let x = -0.02; x < picture.aspect + 0.02; x += random.between(0.008, 0.03)) {
    const clearing = smoothStep(-0.35, 0.3, noise(x * 1.6, 8.5));
    if (random.unit() > clearing + 0.15) continue;
    const size = random.between(0.05, 0.13) * (0.5 + clearing);
    paintConifer(picture, random, x, edge(x) + 0.02, size, brighten(dark, random.between(0.8, 1.15)));
  }
}
