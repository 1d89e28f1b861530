// Hot-air balloons over rocks.

import { clamp, hex, mix, smoothStep } from "../colour.ts";
import { hours } from "../hours.ts";
import { createNoise, fractal, ridged } from "../noise.ts";
import { paintSky } from "../sky.ts";
import { createTerrain, paintTerrain, type Ground } from "../terrain.ts";
import { paintBalloon } from "../things.ts";
import { fieldOfView, mapSize, placeSun, standAbove, sunSide, tinted, type Scene } from "./scene.ts";

/** Hot-air balloons over a rocky land with mist in its valleys. */
export const balloons: Scene = (picture, random, hourName) => {
  const hour = hours[hourName];
  const horizon = random.between(0.52, 0.6);
  const side = sunSide(random);
  const sun = placeSun(picture, random, side, horizon - random.between(0.03, 0.1), 0.03);
  paintSky(picture, random, { hour, horizon, sun, clouds: random.between(0.25, 0.5) });
  const noise = createNoise(random);
  const offset = random.between(0, 60);
  const clay = hex("#c98e6a");
  const chalk = hex("#ecd0ac");
  const shrubs = hex("#7f8a55");
  const ground: Ground = {
    heightAt(x, z) {
      const mesa = smoothStep(-0.1, 0.22, fractal(noise, x * 5 + offset, z * 5, 4));
      const spires = ridged(noise, x * 21, z * 21 + offset, 4) ** 2;
      return 0.045 * mesa + 0.03 * spires * (0.25 + mesa) + 0.07 * smoothStep(0.65, 1, z) * mesa;
    },
    colourAt(x, z, height) {
      const band = 0.5 + 0.5 * Math.sin(height * 420 + 3 * noise(x * 8, z * 8));
      return mix(mix(clay, chalk, band), shrubs, smoothStep(0.02, 0.006, height));
    },
  };
  const terrain = createTerrain(mapSize(picture), ground, hour, { side, slope: 0.3 });
  paintTerrain(
    picture,
    random,
    terrain,
    {
      ...standAbove(terrain, 0.06),
      fieldOfView: fieldOfView(picture, 0.55),
      horizon,
      near: 0.1,
      clearTo: 0.95,
      mistBelow: 0.026,
    },
    hour.haze,
  );
  const count = random.integer(6, 10);
  for (let index = 0; index < count; index++) {
    // The far ones first, small, pale and near the horizon; the last is near.
    const nearness = ((index + 1) / count) ** 2.2;
    const size = 0.035 + 0.3 * nearness;
    const x = picture.aspect * ((index * 0.618 + random.between(0.08, 0.16)) % 0.84) + 0.08 * picture.aspect;
    const y = clamp(horizon + 0.03 - random.between(0.1, 0.42) * (0.4 + nearness * 0.35), size + 0.03, 0.9);
    const colours =
      BALLOON_STRIPES[(index + random.integer(0, 2)) % BALLOON_STRIPES.length] ?? BALLOON_STRIPES[0];
    const pale = 0.5 * (1 - nearness);
    const stripes = [
      mix(tinted(colours[0], hour), hour.haze, pale),
      mix(tinted(colours[1], hour), hour.haze, pale),
    ] as const;
    paintBalloon(picture, x, y, size, { stripes, side });
  }
};

const BALLOON_STRIPES = [
  [hex("#d8413a"), hex("#f3e3c3")],
  [hex("#e98b2a"), hex("#f6cf5b")],
  [hex("#2f6fae"), hex("#e9eef2")],
  [hex("#7b3f8c"), hex("#e3a33b")],
  [hex("#2f9a86"), hex("#f0d36a")],
] as const;
