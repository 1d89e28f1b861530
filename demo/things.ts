// What stands in a landscape: conifers, round trees, boats, balloons, birds, a cabin. Drawn as polygons; `x` and
// `y` are where the thing meets the ground (or the water), sizes are in picture heights.

import { brighten, hex, mix, type Colour } from "./colour.ts";
import type { Picture } from "./picture.ts";
import type { Random } from "./random.ts";

/** A spruce: tiers of hanging branches, each a little irregular. */
export function paintConifer(
  picture: Picture,
  random: Random,
  x: number,
  y: number,
  size: number,
  colour: Colour,
): void {
  const tiers = Math.round(random.between(9, 14));
  const halfWidth = size * random.between(0.15, 0.21);
  const left: number[] = [];
  const right: number[] = [];
  for (let tier = 1; tier <= tiers; tier++) {
    const share = tier / tiers;
    const tipY = y - size * (1 - share * 0.93);
    const notchY = tipY - size * 0.022;
    const reach = halfWidth * share ** 0.85;
    const leftReach = reach * random.between(0.72, 1.1);
    const rightReach = reach * random.between(0.72, 1.1);
    const droop = size * 0.025 * share;
    left.push(x - leftReach, tipY + droop, x - leftReach * 0.5, notchY + droop * 0.6);
    right.push(x + rightReach, tipY + droop, x + rightReach * 0.5, notchY + droop * 0.6);
  }
  const outline = [x, y - size];
  for (let index = 0; index < left.length; index += 2) outline.push(left[index] ?? x, left[index + 1] ?? y);
  outline.push(x - size * 0.012, y - size * 0.05, x - size * 0.012, y, x + size * 0.012, y);
  outline.push(x + size * 0.012, y - size * 0.05);
  for (let index = right.length - 2; index >= 0; index -= 2) {
    outline.push(right[index] ?? x, right[index + 1] ?? y);
  }
  picture.polygon(outline, colour);
}

/** A leafy tree: a trunk, boughs, and many tufts of leaves around them, dark ones first, those in the light last. */
export function paintLeafTree(
  picture: Picture,
  random: Random,
  x: number,
  y: number,
  size: number,
  { leaves, lit, trunk }: { leaves: Colour; lit: Colour; trunk: Colour },
): void {
  const lean = random.between(-0.04, 0.04) * size;
  picture.polygon(
    [
      x - size * 0.025,
      y,
      x + lean - size * 0.01,
      y - size * 0.6,
      x + lean + size * 0.012,
      y - size * 0.6,
      x + size * 0.028,
      y,
    ],
    trunk,
  );
  const boughs = Array.from({ length: 9 }, (_, index) => ({
    x: x + lean + random.between(-0.26, 0.26) * size * (index === 0 ? 0 : 1),
    y: y - size * (index === 0 ? 0.72 : random.between(0.42, 0.84)),
    reach: size * random.between(0.1, 0.19),
  }));
  const tufts = 620;
  for (let index = 0; index < tufts; index++) {
    const share = index / tufts;
    const bough = boughs[random.integer(0, boughs.length - 1)];
    if (bough === undefined) continue;
    const angle = random.between(0, 2 * Math.PI);
    const away = Math.sqrt(random.unit()) * bough.reach;
    // The later, the more to the upper left, where the light is.
    const tuftX = bough.x + Math.cos(angle) * away - share * size * 0.025;
    const tuftY = bough.y + Math.sin(angle) * away * 0.8 - share * size * 0.035;
    const upper = 0.5 - (tuftY - bough.y) / (2.4 * bough.reach);
    const light = share * (0.15 + 0.95 * upper) * random.between(0.6, 1.1);
    const radius = size * random.between(0.009, 0.026) * (1.6 - share);
    tuft(picture, random, tuftX, tuftY, radius, mix(leaves, lit, Math.min(1, light)));
  }
}

function tuft(picture: Picture, random: Random, x: number, y: number, radius: number, colour: Colour): void {
  const points: number[] = [];
  for (let corner = 0; corner < 9; corner++) {
    const angle = (2 * Math.PI * corner) / 9;
    const reach = radius * random.between(0.6, 1.25);
    points.push(x + reach * Math.cos(angle), y + reach * Math.sin(angle));
  }
  picture.polygon(points, colour);
}

export function paintSailboat(picture: Picture, x: number, y: number, size: number, sail: Colour): void {
  const hull = mix(sail, hex("#1a1f33"), 0.82);
  const shade = mix(sail, hex("#39405f"), 0.3);
  const mast = x - size * 0.02;
  picture.polygon(
    [mast - size * 0.03, y - size * 0.12, mast - size * 0.03, y - size, mast - size * 0.34, y - size * 0.14],
    shade,
  );
  picture.polygon(
    [
      mast,
      y - size * 0.12,
      mast,
      y - size * 1.02,
      mast + size * 0.18,
      y - size * 0.5,
      mast + size * 0.36,
      y - size * 0.15,
    ],
    sail,
  );
  picture.rectangle(mast - size * 0.02, y - size * 1.05, mast - size * 0.005, y - size * 0.05, hull);
  picture.polygon(
    [
      x - size * 0.36,
      y - size * 0.1,
      x + size * 0.44,
      y - size * 0.1,
      x + size * 0.32,
      y,
      x - size * 0.28,
      y,
    ],
    hull,
  );
}

/** A hot-air balloon, `size` from crown to basket, lit from one side. */
export function paintBalloon(
  picture: Picture,
  x: number,
  y: number,
  size: number,
  { stripes, side }: { stripes: readonly [Colour, Colour]; side: "left" | "right" },
): void {
  const radius = size * 0.36;
  const crown = y - size;
  const gores = 10;
  const rows = 26;
  // The envelope at a share of its way down: a sphere above, drawn in to the mouth below.
  const halfWidthAt = (share: number): number =>
    share < 0.5
      ? radius * Math.sin(Math.PI * Math.min(0.5, share))
      : radius * (0.18 + 0.82 * Math.cos((share - 0.5) * Math.PI * 0.92) ** 0.85);
  const light = side === "left" ? -1 : 1;
  for (let gore = 0; gore < gores; gore++) {
    const from = Math.sin(((gore / gores) * 2 - 1) * (Math.PI / 2));
    const to = Math.sin((((gore + 1) / gores) * 2 - 1) * (Math.PI / 2));
    const points: number[] = [];
    for (let row = 0; row <= rows; row++) {
      points.push(x + halfWidthAt(row / rows) * from, crown + (row / rows) * size * 0.8);
    }
    for (let row = rows; row >= 0; row--) {
      // A hair too wide, or the background would shine through between two smooth edges.
      points.push(x + halfWidthAt(row / rows) * to + size * 0.002, crown + (row / rows) * size * 0.8);
    }
    const towardsLight = ((from + to) / 2) * light;
    picture.polygon(points, brighten(stripes[gore % 2] ?? stripes[0], 0.78 + 0.32 * towardsLight));
  }
  const mouth = crown + size * 0.8;
  const rope = hex("#4a3a34");
  const basket = hex("#5c3d28");
  for (const end of [-1, 1]) {
    const top = x + end * radius * 0.2;
    const bottom = x + end * size * 0.055;
    picture.polygon(
      [
        top,
        mouth,
        top + size * 0.006,
        mouth,
        bottom + size * 0.006,
        y - size * 0.09,
        bottom,
        y - size * 0.09,
      ],
      rope,
    );
  }
  picture.polygon(
    [
      x - size * 0.06,
      y - size * 0.09,
      x + size * 0.065,
      y - size * 0.09,
      x + size * 0.05,
      y,
      x - size * 0.045,
      y,
    ],
    basket,
  );
}

/** A few birds far off, as a child draws them. */
export function paintBirds(picture: Picture, random: Random, x: number, y: number, colour: Colour): void {
  const count = random.integer(4, 9);
  for (let index = 0; index < count; index++) {
    const birdX = x + random.between(-0.14, 0.14);
    const birdY = y + random.between(-0.05, 0.05);
    const span = random.between(0.007, 0.013);
    const lift = span * random.between(0.2, 0.6);
    const thick = span * 0.13;
    for (const end of [-1, 1]) {
      picture.polygon(
        [
          birdX,
          birdY,
          birdX + end * span * 0.5,
          birdY - lift,
          birdX + end * span,
          birdY - lift * 0.6,
          birdX + end * span * 0.5,
          birdY - lift + thick,
          birdX,
          birdY + thick,
        ],
        colour,
      );
    }
  }
}

/** A wooden cabin under snow, with light in its window and smoke from its chimney. */
export function paintCabin(picture: Picture, x: number, y: number, size: number): void {
  const wall = hex("#3a2a28");
  const snow = hex("#a9bbd8");
  const lamp = hex("#ffc765");
  picture.rectangle(x + size * 0.22, y - size * 0.95, x + size * 0.32, y - size * 0.6, wall);
  for (let puff = 0; puff < 14; puff++) {
    const rise = puff / 14;
    const radius = size * (0.05 + 0.13 * rise);
    const drift = size * (0.27 + 0.35 * rise * rise + 0.05 * Math.sin(puff));
    picture.ellipse(
      x + drift,
      y - size * (1 + 0.95 * rise),
      radius,
      radius * 0.9,
      hex("#b7c6de"),
      0.13 * (1 - rise),
    );
  }
  picture.polygon(
    [
      x - size * 0.5,
      y,
      x - size * 0.5,
      y - size * 0.42,
      x,
      y - size * 0.8,
      x + size * 0.5,
      y - size * 0.42,
      x + size * 0.5,
      y,
    ],
    wall,
  );
  picture.polygon(
    [
      x - size * 0.6,
      y - size * 0.36,
      x,
      y - size * 0.86,
      x + size * 0.6,
      y - size * 0.36,
      x + size * 0.56,
      y - size * 0.31,
      x,
      y - size * 0.73,
      x - size * 0.56,
      y - size * 0.31,
    ],
    snow,
  );
  picture.glow(x - size * 0.2, y - size * 0.22, size * 0.35, lamp, 0.55);
  for (const left of [-0.32, 0.1]) {
    picture.rectangle(x + left * size, y - size * 0.33, x + (left + 0.2) * size, y - size * 0.12, lamp);
    picture.rectangle(
      x + (left + 0.092) * size,
      y - size * 0.33,
      x + (left + 0.108) * size,
      y - size * 0.12,
      wall,
    );
  }
}
