// Farmed land.

import { brighten, hex, mix, smoothStep } from "../colour.ts";
import { hours } from "../hours.ts";
import { createNoise, fractal, ridged } from "../noise.ts";
import type { Random } from "../random.ts";
import { paintSky } from "../sky.ts";
import { createTerrain, paintTerrain, type Ground } from "../terrain.ts";
import { paintLeafTree } from "../things.ts";
import { fieldOfView, mapSize, placeSun, standAbove, sunSide, type Scene } from "./scene.ts";

/** Rolling green land with lone trees. */
export const hills: Scene = (picture, random, hourName) => {
  const hour = hours[hourName];
  const horizon = random.between(0.42, 0.5);
  const side = sunSide(random);
  const isDay = hourName === "day";
  const sun = placeSun(picture, random, side, horizon - random.between(0.1, 0.2), 0.026);
  paintSky(picture, random, { hour, horizon, ...(!isDay && { sun }), clouds: random.between(0.4, 0.7) });
  const terrain = createTerrain(mapSize(picture), farmland(random), hour, { side, slope: isDay ? 0.6 : 0.3 });
  paintTerrain(
    picture,
    random,
    terrain,
    {
      ...standAbove(terrain, 0.028),
      fieldOfView: fieldOfView(picture, 0.5),
      horizon,
      near: 0.1,
      clearTo: 1.15,
      mistBelow: isDay ? 0.004 : 0.02,
    },
    hour.haze,
  );
  const shade = mix(hex("#26401f"), brighten(hour.skylight, 0.5), 0.4);
  const lit = mix(hex("#8ab04a"), hour.sunlight, 0.35);
  const x = picture.aspect * random.between(0.58, 0.8);
  const knoll = (at: number): number => 0.9 - 0.07 * Math.exp(-(((at - x) / 0.5) ** 2));
  picture.silhouette(knoll, mix(shade, lit, 0.42), brighten(shade, 0.7), 0.2);
  paintLeafTree(picture, random, x, knoll(x) + 0.01, random.between(0.34, 0.46), {
    leaves: brighten(shade, 0.75),
    lit,
    trunk: hex("#2e241d"),
  });
};

function farmland(random: Random): Ground {
  const leaves = hex("#2c4a26");
  const noise = createNoise(random);
  const offset = random.between(0, 60);
  const crops = [
    hex("#7fa843"),
    hex("#5d8f3a"),
    hex("#c9b458"),
    hex("#9dbb55"),
    hex("#8f7fc0"),
    hex("#4d7d3b"),
  ];
  return {
    heightAt: (x, z) =>
      0.06 * (1 + fractal(noise, x * 4.2 + offset, z * 4.2, 3)) +
      0.12 * smoothStep(0.6, 1, z) * ridged(noise, x * 3, z * 3 + offset, 5),
    colourAt(x, z) {
      // Fields: cells of a bent grid, each with a crop and rows of its own; hedges between them.
      const fieldX = (x + 0.05 * noise(x * 5, z * 5)) * 13;
      const fieldZ = (z + 0.05 * noise(x * 5 + 9, z * 5)) * 9;
      const which = Math.abs(Math.floor(fieldX) * 7 + Math.floor(fieldZ) * 13 + Math.floor(offset));
      const crop = crops[which % crops.length] ?? leaves;
      const rows = 0.94 + 0.08 * Math.sin((which % 2 === 0 ? fieldX : fieldZ) * 60);
      const edge = Math.min(fieldX - Math.floor(fieldX), fieldZ - Math.floor(fieldZ));
      const wood = smoothStep(0.16, 0.24, fractal(noise, x * 7 + offset, z * 7, 4));
      const hedge = Math.max(smoothStep(0.09, 0.04, edge), wood);
      return mix(brighten(crop, rows), leaves, hedge);
    },
  };
}
