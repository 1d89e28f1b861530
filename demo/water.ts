// Water: what stands above the waterline, mirrored and shaken by ripples.

import { clamp, mix, smoothStep, type Colour } from "./colour.ts";
import { createNoise } from "./noise.ts";
import type { Picture } from "./picture.ts";
import type { Random } from "./random.ts";

export type WaterPlan = {
  /** In picture heights from the top; everything below becomes water. */
  waterline: number;
  /** What shines through where we look down into it. */
  colour: Colour;
  /** From 0 (a mirror) to 1 (a fresh breeze). */
  ripples: number;
};

export function paintWater(
  picture: Picture,
  random: Random,
  { waterline, colour, ripples }: WaterPlan,
): void {
  const { pixels, width, height } = picture;
  const noise = createNoise(random);
  const shore = Math.round(waterline * height);
  for (let row = shore; row < height; row++) {
    const depth = (row - shore + 0.5) / height;
    // Perspective: a wave of one size is seen smaller and flatter the nearer it is to the horizon.
    const nearness = 1 / (depth + 0.035);
    const shake = ripples * depth * smoothStep(0, 0.02, depth);
    const through = clamp(0.12 + 0.75 * depth, 0, 0.6);
    for (let column = 0; column < width; column++) {
      const x = (column + 0.5) / height - picture.aspect / 2;
      const swell = noise(x * nearness * 0.9, nearness * 5);
      const chop = noise(x * nearness * 2.6 + 40, nearness * 14);
      const wave = swell * 0.6 + chop * 0.4;
      const mirrored = clamp(shore - 1 - (depth + wave * shake * 1.3) * height, 0, shore - 1);
      const sideways = clamp(column + wave * shake * 0.12 * height, 0, width - 1);
      const from = 3 * (Math.floor(mirrored) * width + Math.floor(sideways));
      const at = 3 * (row * width + column);
      // The side of a wave that leans towards us shows the water, the other one the sky.
      const share = clamp(through + wave * ripples * 0.35, 0, 0.85);
      for (const channel of [0, 1, 2] as const) {
        const reflected = (pixels[from + channel] ?? 0) * 0.94;
        pixels[at + channel] = reflected + (colour[channel] - reflected) * share;
      }
    }
  }
}

/** The path of light that a low sun or a moon lays on the water: sparks that grow and spread towards us. */
export function paintGlitter(
  picture: Picture,
  random: Random,
  { x: centre, waterline, colour, width }: { x: number; waterline: number; colour: Colour; width: number },
): void {
  const noise = createNoise(random);
  picture.wash(0.0015, waterline, 1, (x, y, out) => {
    const depth = y - waterline;
    const nearness = 1 / (depth + 0.035);
    const spread = width * (0.6 + 2.2 * depth);
    const path = Math.exp(-(((x - centre) / spread) ** 2));
    if (path < 0.02) return;
    const spark = noise((x - centre) * nearness * 2.4, nearness * 13 + 70);
    const light = path * (0.12 + smoothStep(0.12, 0.5, spark)) * smoothStep(0.75, 0, depth);
    out.red = colour[0] * light;
    out.green = colour[1] * light;
    out.blue = colour[2] * light;
    out.alpha = light * 0.7;
  });
}

/** A line of light on the horizon where sea and sky meet. */
export function paintHorizonLine(picture: Picture, waterline: number, colour: Colour, sea: Colour): void {
  const soft = mix(colour, sea, 0.4);
  picture.rectangle(0, waterline - 0.001, picture.aspect, waterline + 0.0015, soft, 0.5);
}
