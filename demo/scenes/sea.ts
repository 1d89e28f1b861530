// The sea.

import { brighten, hex, mix, smoothStep } from "../colour.ts";
import { hours } from "../hours.ts";
import { createNoise, fractal } from "../noise.ts";
import { paintSky } from "../sky.ts";
import { paintBirds, paintSailboat } from "../things.ts";
import { paintGlitter, paintHorizonLine, paintWater } from "../water.ts";
import type { Scene } from "./scene.ts";

/** The sea: sun or moon over it, islands far off, a boat. */
export const sea: Scene = (picture, random, hourName) => {
  const hour = hours[hourName];
  const waterline = random.between(0.5, 0.62);
  const isDay = hourName === "day";
  const y = isDay ? 0.13 : waterline - random.between(0.05, 0.22);
  const sun = { x: picture.aspect * random.between(0.28, 0.72), y, radius: isDay ? 0.028 : 0.038 };
  paintSky(picture, random, { hour, horizon: waterline, sun, clouds: random.between(0.45, 0.75) });
  const far = mix(brighten(hour.skylight, 0.75), hour.haze, 0.55);
  const side = random.unit() < 0.5 ? -1 : 1;
  for (const [layer, fog] of [0.55, 0.3, 0.08].entries()) {
    const noise = createNoise(random);
    const middle = picture.aspect * (0.5 + side * (0.3 + 0.14 * layer));
    const colour = mix(brighten(hour.skylight, 0.42), far, fog * 1.5);
    const line = (x: number): number => {
      const rise = smoothStep(0.52 - 0.06 * layer, 0, Math.abs(x - middle));
      const shape = 0.6 + 0.6 * fractal(noise, x * 3, layer * 9 + 0.5, 6);
      return waterline + 0.002 - Math.max(0, rise * shape - 0.06) * (0.1 + 0.055 * layer);
    };
    picture.silhouette(
      (x) => (line(x) > waterline ? 2 : line(x)),
      colour,
      mix(colour, hour.haze, 0.35),
      0.16,
    );
  }
  const boat = {
    x: picture.aspect * (0.5 - side * random.between(0.12, 0.3)),
    size: random.between(0.08, 0.15),
  };
  const sail = mix(hex("#fffaf0"), hour.haze, isDay ? 0.1 : 0.45);
  paintSailboat(picture, boat.x, waterline + 0.004, boat.size, hour.stars > 0 ? brighten(sail, 0.55) : sail);
  const blue = isDay ? hex("#0f5f86") : mix(hex("#123a5c"), hour.skylight, 0.5);
  paintHorizonLine(picture, waterline, hour.haze, blue);
  const seaColour = brighten(blue, hour.stars === 1 ? 0.35 : hour.stars > 0 ? 0.6 : 0.9);
  paintWater(picture, random, { waterline, colour: seaColour, ripples: random.between(0.45, 0.8) });
  paintGlitter(picture, random, { x: sun.x, waterline, colour: hour.sun, width: isDay ? 0.16 : 0.075 });
  if (hour.stars < 1) {
    const x = picture.aspect * random.between(0.25, 0.75);
    paintBirds(picture, random, x, waterline * 0.45, brighten(hour.skylight, 0.5));
  }
};
