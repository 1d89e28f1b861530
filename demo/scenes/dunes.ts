// A desert.

import { clamp, hex, mix, smoothStep } from "../colour.ts";
import { hours } from "../hours.ts";
import { createNoise, fractal } from "../noise.ts";
import { paintSky } from "../sky.ts";
import { createTerrain, paintTerrain, type Ground } from "../terrain.ts";
import { fieldOfView, mapSize, placeSun, standAbove, sunSide, type Scene } from "./scene.ts";

/** The profile of a dune: a long rise before the wind, and behind the crest a short fall. */
function dune(phase: number): number {
  const share = phase - Math.floor(phase);
  return share < 0.68 ? smoothStep(-0.25, 0.68, share) : 1 - smoothStep(0.68, 1.06, share) * 0.985;
}

/** Dunes with sharp crests: one side in the sun, the other in shadow. */
export const dunes: Scene = (picture, random, hourName) => {
  const hour = hours[hourName];
  const horizon = random.between(0.34, 0.44);
  const side = sunSide(random);
  const isDay = hourName === "day";
  const sun = placeSun(picture, random, side, horizon - random.between(0.07, 0.22), isDay ? 0.03 : 0.036);
  paintSky(picture, random, { hour, horizon, ...(!isDay && { sun }), clouds: isDay ? 0.2 : 0.12 });
  const noise = createNoise(random);
  const offset = random.between(0, 90);
  const sand = hex("#e0a566");
  const pale = hex("#f0c58c");
  const ground: Ground = {
    heightAt(x, z) {
      const bend = 0.35 * noise(x * 2.2 + offset, z * 2.2);
      const along = (x * 2.6 + z * 3.4 + bend * 2.2 + offset) * 1.15;
      const size = 0.55 + 0.45 * noise(x * 1.7, z * 1.7 + offset);
      const small = dune(along * 2.7 + 2 * noise(x * 5, z * 5)) * 0.16;
      const ripples = 0.00016 * Math.sin((along * 46 + 4 * noise(x * 9, z * 9)) * 2 * Math.PI);
      return (
        0.08 * clamp(size, 0.12) * (dune(along) + small) + 0.03 * fractal(noise, x * 2, z * 2, 3) + ripples
      );
    },
    colourAt: (x, z) => mix(sand, pale, clamp(0.5 + 0.9 * fractal(noise, x * 8, z * 8, 4))),
  };
  const terrain = createTerrain(mapSize(picture), ground, hour, { side, slope: isDay ? 0.55 : 0.26 });
  paintTerrain(
    picture,
    random,
    terrain,
    {
      ...standAbove(terrain, 0.045),
      fieldOfView: fieldOfView(picture, 0.6),
      horizon,
      near: 0.06,
      clearTo: 1.6,
    },
    hour.haze,
  );
};
