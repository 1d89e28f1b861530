// Nature's irregularity: smooth noise in the plane, and sums of it at ever finer scales (octaves). Clouds,
// ridges, ripples and mist are all made of it.

import type { Random } from "./random.ts";

/** Smooth in x and y, one bump per unit, about -1 to 1, 0 on average. */
export type Noise = (x: number, y: number) => number;

const TABLE_SIZE = 256; // the noise repeats after so many units, farther than any picture is wide

/** Gradient noise as Ken Perlin improved it in 2002: a random slope at each whole point, eased in between. */
export function createNoise(random: Random): Noise {
  const shuffled = new Uint8Array(2 * TABLE_SIZE);
  const slopesX = new Float32Array(TABLE_SIZE);
  const slopesY = new Float32Array(TABLE_SIZE);
  for (let index = 0; index < TABLE_SIZE; index++) {
    shuffled[index] = index;
    const angle = random.between(0, 2 * Math.PI);
    slopesX[index] = Math.cos(angle) * Math.SQRT2;
    slopesY[index] = Math.sin(angle) * Math.SQRT2;
  }
  for (let index = TABLE_SIZE - 1; index > 0; index--) {
    const other = random.integer(0, index);
    const kept = shuffled[index] ?? 0;
    shuffled[index] = shuffled[other] ?? 0;
    shuffled[other] = kept;
  }
  shuffled.copyWithin(TABLE_SIZE, 0, TABLE_SIZE);

  const corner = (hash: number, dx: number, dy: number): number =>
    (slopesX[hash] ?? 0) * dx + (slopesY[hash] ?? 0) * dy;

  return (x, y) => {
    const left = Math.floor(x);
    const top = Math.floor(y);
    const dx = x - left;
    const dy = y - top;
    const hashLeft = (shuffled[left & 255] ?? 0) + (top & 255);
    const hashRight = (shuffled[(left + 1) & 255] ?? 0) + (top & 255);
    const easeX = dx * dx * dx * (dx * (dx * 6 - 15) + 10);
    const easeY = dy * dy * dy * (dy * (dy * 6 - 15) + 10);
    // A sum can reach 510, one past it 511: both are inside the doubled table.
    const a = corner(shuffled[hashLeft] ?? 0, dx, dy);
    const b = corner(shuffled[hashRight] ?? 0, dx - 1, dy);
    const c = corner(shuffled[hashLeft + 1] ?? 0, dx, dy - 1);
    const d = corner(shuffled[hashRight + 1] ?? 0, dx - 1, dy - 1);
    const above = a + (b - a) * easeX;
    return above + (c + (d - c) * easeX - above) * easeY;
  };
}

/** Octaves of noise added up, each twice as fine and half as strong: clouds, rolling hills. About -1 to 1. */
export function fractal(noise: Noise, x: number, y: number, octaves: number): number {
  let sum = 0;
  let strength = 0.5;
  let scale = 1;
  for (let octave = 0; octave < octaves; octave++) {
    sum += strength * noise(x * scale + 17 * octave, y * scale - 31 * octave);
    strength /= 2;
    scale *= 2.03; // not quite 2, or the zeros of all octaves would meet in the same points
  }
  return sum;
}

/**
 * Octaves of folded noise: sharp crests where the noise crosses zero, and fine detail only where the coarse
 * shape is high, as frost and water leave it in real mountains. From 0 to about 1.
 */
export function ridged(noise: Noise, x: number, y: number, octaves: number): number {
  let sum = 0;
  let strength = 0.55;
  let scale = 1;
  let weight = 1;
  for (let octave = 0; octave < octaves; octave++) {
    const crest = 1 - Math.abs(noise(x * scale + 13 * octave, y * scale + 29 * octave));
    const signal = crest * crest * weight;
    sum += strength * signal;
    weight = Math.min(1, signal * 1.6);
    strength *= 0.5;
    scale *= 2.07;
  }
  return sum;
}
