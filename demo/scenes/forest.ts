// A misty forest.

import { brighten, hex, mix, smoothStep, type Colour } from "../colour.ts";
import { hours } from "../hours.ts";
import { createNoise } from "../noise.ts";
import type { Picture } from "../picture.ts";
import type { Random } from "../random.ts";
import { paintMist, type Sun } from "../sky.ts";
import { paintConifer, paintLeafTree } from "../things.ts";
import { tinted, type Scene } from "./scene.ts";

/** A forest in the mist, layer behind layer; in autumn some trees are golden. */
export const forest: Scene = (picture, random, hourName) => {
  const hour = hours[hourName];
  const haze = mix(hour.haze, hex("#e6ebe6"), 0.25);
  const sun = { x: picture.aspect * random.between(0.3, 0.7), y: random.between(0.2, 0.34), radius: 0.03 };
  picture.gradient([
    [0, mix(hour.sky[1]?.[1] ?? haze, haze, 0.35)],
    [0.5, haze],
    [1, haze],
  ]);
  picture.glow(sun.x, sun.y, 0.3, hour.sun, 0.45);
  picture.glow(sun.x, sun.y, 0.05, hour.sun, 0.6);
  const golden = [hex("#d9932b"), hex("#c8582a"), hex("#e2b53c"), hex("#a83f2b")] as const;
  const dark = mix(hex("#0f2420"), brighten(hour.skylight, 0.4), 0.25);
  const layers = 6;
  for (let layer = 0; layer < layers; layer++) {
    const nearness = (layer + 1) / layers;
    const noise = createNoise(random);
    const base = 0.36 + 0.66 * nearness ** 1.15;
    const fog = (1 - nearness) ** 0.8 * 0.92;
    const slope = random.between(-0.14, 0.14) * (1 - 0.5 * nearness);
    const line = (x: number): number => base + slope * (x - picture.aspect / 2) + 0.07 * noise(x * 1.4, 1);
    const colour = mix(dark, haze, fog);
    const size = 0.11 + 0.44 * nearness ** 1.4;
    for (let x = -0.1; x < picture.aspect + 0.1; x += size * random.between(0.1, layer > 3 ? 0.75 : 0.26)) {
      const height = size * random.between(0.6, 1.15);
      const y = line(x) + 0.03;
      const kind = random.unit();
      if (kind < 0.2 && layer > 0 && hourName !== "dusk") {
        const leaf = golden[Math.floor(kind * 20)] ?? golden[0];
        const lit = mix(tinted(leaf, hour), haze, fog * 0.9);
        const leaves = mix(brighten(leaf, 0.45), haze, fog);
        paintLeafTree(picture, random, x, y, height * 0.75, { leaves, lit, trunk: colour });
      } else {
        paintConifer(picture, random, x, y, height, brighten(colour, random.between(0.94, 1.05)));
      }
    }
    picture.silhouette(line, colour, mix(colour, haze, 0.5 * (1 - nearness)), 0.2);
    if (layer < layers - 1) {
      paintMist(picture, random, {
        y: base + 0.1,
        thickness: 0.08,
        colour: haze,
        strength: 0.6 * (1 - nearness) + 0.12,
      });
    }
    if (layer === 3) paintSunbeams(picture, random, sun, hour.sun);
  }
};

/** Light that falls through a gap: rays from the sun, told apart by noise around it. */
function paintSunbeams(picture: Picture, random: Random, sun: Sun, colour: Colour): void {
  const noise = createNoise(random);
  picture.wash(0.005, sun.y, 1, (x, y, out) => {
    const angle = Math.atan2(x - sun.x, y - sun.y);
    const distance = Math.hypot(x - sun.x, y - sun.y);
    const ray = smoothStep(-0.05, 0.5, noise(angle * 5, 3.3) * 0.7 + noise(angle * 13, 8.8) * 0.4);
    const light = 0.3 * ray * smoothStep(0.75, 0.1, distance) * smoothStep(0, 0.12, distance);
    out.red = colour[0] * light;
    out.green = colour[1] * light;
    out.blue = colour[2] * light;
    out.alpha = light * 0.4;
  });
}
