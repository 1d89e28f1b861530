// What high mountains are made of: rock, snow above a line, meadows and forest below it.

import { clamp, hex, mix, smoothStep } from "../colour.ts";
import { createNoise, fractal, ridged } from "../noise.ts";
import type { Random } from "../random.ts";
import type { Ground } from "../terrain.ts";

/** @param start how far away the land begins to rise: before it there is a valley, or a lake */
export function alpineGround(
  random: Random,
  { start, snowLine, relief }: { start: number; snowLine: number; relief: number },
): Ground {
  const noise = createNoise(random);
  const offset = random.between(0, 60);
  const rock = hex("#7d7873");
  const scree = hex("#9a9084");
  const meadow = hex("#5d7040");
  const forest = hex("#2a3f2c");
  const snow = hex("#f6f9ff");
  return {
    heightAt(x, z) {
      // Lower in the middle: a valley that leads the eye into the distance.
      const valley = smoothStep(start, 0.95, z) * (0.5 + 0.5 * smoothStep(0, 0.3, Math.abs(x - 0.5)));
      const peaks = ridged(noise, x * 3.1 + offset, z * 3.1, 7) ** 1.4;
      const foothills =
        0.035 * (fractal(noise, x * 6, z * 6 + offset, 4) + 0.5) * smoothStep(start, start + 0.3, z);
      return clamp(peaks * relief * valley + foothills * (1 - 0.6 * valley), 0);
    },
    colourAt(x, z, height, slope) {
      const patch = fractal(noise, x * 30, z * 30, 2);
      const green = mix(meadow, forest, smoothStep(-0.15, 0.15, patch + (height - 0.035) * 3));
      const bare = mix(rock, scree, clamp(0.5 + patch));
      const soil = mix(green, bare, smoothStep(0.06, 0.11, height + 0.04 * patch + slope * 0.015));
      const cover = smoothStep(snowLine, snowLine + 0.035, height + 0.05 * patch) * smoothStep(3, 1.5, slope);
      return mix(soil, snow, cover);
    },
  };
}
