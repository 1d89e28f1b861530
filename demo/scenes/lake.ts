// A mountain lake.

import { brighten, clamp, hex, mix, smoothStep } from "../colour.ts";
import { hours, type Hour } from "../hours.ts";
import { createNoise } from "../noise.ts";
import type { Picture } from "../picture.ts";
import type { Random } from "../random.ts";
import { paintMist, paintSky } from "../sky.ts";
import { createTerrain, paintTerrain } from "../terrain.ts";
import { paintConifer } from "../things.ts";
import { paintWater } from "../water.ts";
import { alpineGround } from "./alpine-ground.ts";
import { fieldOfView, mapSize, placeSun, sunSide, type Scene } from "./scene.ts";

/** A lake at the foot of mountains that mirrors them. */
export const lake: Scene = (picture, random, hourName) => {
  const hour = hours[hourName];
  const waterline = random.between(0.56, 0.64);
  const side = sunSide(random);
  const isDay = hourName === "day";
  const sun = placeSun(picture, random, side, waterline - random.between(0.3, 0.4), 0.022);
  const sky = { hour, horizon: waterline, clouds: random.between(0.3, 0.6), ...(!isDay && { sun }) };
  paintSky(picture, random, sky);
  const ground = alpineGround(random, {
    start: 0.36,
    snowLine: random.between(0.07, 0.1),
    relief: random.between(0.3, 0.36),
  });
  const terrain = createTerrain(mapSize(picture), ground, hour, { side, slope: isDay ? 0.75 : 0.34 });
  paintTerrain(
    picture,
    random,
    terrain,
    {
      eyeHeight: 0.012,
      fieldOfView: fieldOfView(picture, 0.6),
      horizon: waterline,
      near: 0.32,
      clearTo: 1.7,
      mistBelow: 0.02,
    },
    hour.haze,
  );
  paintFarForest(picture, random, hour, waterline - 0.008);
  paintMist(picture, random, { y: waterline - 0.015, thickness: 0.022, colour: hour.haze, strength: 0.55 });
  const deep = mix(hex("#0c3b45"), hour.skylight, 0.35);
  paintWater(picture, random, {
    waterline,
    colour: brighten(deep, hour.stars === 1 ? 0.35 : 0.8),
    ripples: random.between(0.12, 0.35),
  });
  if (random.unit() < 0.6) {
    paintReeds(picture, random, hour);
  }
};

function paintFarForest(picture: Picture, random: Random, hour: Hour, y: number): void {
  const noise = createNoise(random);
  const colour = mix(brighten(hex("#27422e"), 0.4 + hour.skylight[1] / 190), hour.haze, 0.16);
  picture.silhouette((x) => y - 0.006 - 0.012 * noise(x * 2, 4), colour, brighten(colour, 0.7), 0.03);
  for (let x = 0; x < picture.aspect; x += random.between(0.003, 0.009)) {
    const size = (0.024 + 0.03 * clamp(0.4 + noise(x * 2.4, 7))) * random.between(0.7, 1.25);
    paintConifer(picture, random, x, y, size, brighten(colour, random.between(0.75, 1.2)));
  }
}

function paintReeds(picture: Picture, random: Random, hour: Hour): void {
  const colour = mix(brighten(hour.skylight, 0.3), hex("#14190f"), 0.5);
  const middle = picture.aspect * (random.unit() < 0.5 ? 0.12 : 0.88);
  for (let index = 0; index < 170; index++) {
    const x = middle + (random.unit() + random.unit() + random.unit() - 1.5) * 0.3;
    const size = random.between(0.05, 0.17) * smoothStep(0.5, 0.1, Math.abs(x - middle));
    const bend = random.between(-0.03, 0.04);
    const half = 0.0014;
    picture.polygon(
      [
        x - half,
        1.01,
        x + bend * 0.3 - half,
        1 - size * 0.6,
        x + bend,
        1 - size,
        x + bend * 0.3 + half,
        1 - size * 0.6,
        x + half,
        1.01,
      ],
      colour,
    );
  }
}
