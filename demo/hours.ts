// The hours of the day: what colour sky, light, shadow and haze have at each.

import { hex, type Colour } from "./colour.ts";
import type { GradientStop } from "./picture.ts";

export type Hour = {
  /** From the top of the picture (0) to the horizon (1). */
  sky: readonly GradientStop[];
  /** The air between us and far things; close to the sky at the horizon, or mountains would not fade into it. */
  haze: Colour;
  sun: Colour;
  /** What the sun does not reach is lit by the sky. Both are factors times 255 for a white surface. */
  sunlight: Colour;
  skylight: Colour;
  cloudLit: Colour;
  cloudShade: Colour;
  /** How many stars are seen, from 0 to 1. */
  stars: number;
};

export const hours = {
  dawn: {
    sky: [
      [0, hex("#41639a")],
      [0.45, hex("#93a8cb")],
      [0.75, hex("#ecc5bb")],
      [1, hex("#ffdfae")],
    ],
    haze: hex("#eec9b6"),
    sun: hex("#fff0cf"),
    sunlight: hex("#ffc79a"),
    skylight: hex("#606c96"),
    cloudLit: hex("#ffd9c4"),
    cloudShade: hex("#9a97b8"),
    stars: 0,
  },
  day: {
    sky: [
      [0, hex("#1f63ad")],
      [0.5, hex("#5c9fd8")],
      [0.85, hex("#a9d0ea")],
      [1, hex("#d8e9f0")],
    ],
    haze: hex("#bcd7e8"),
    sun: hex("#fffdf2"),
    sunlight: hex("#fff4dc"),
    skylight: hex("#56709a"),
    cloudLit: hex("#ffffff"),
    cloudShade: hex("#b4c6d9"),
    stars: 0,
  },
  golden: {
    sky: [
      [0, hex("#4f78b0")],
      [0.5, hex("#a9b4bd")],
      [0.8, hex("#f4cf92")],
      [1, hex("#ffbd6b")],
    ],
    haze: hex("#f5c083"),
    sun: hex("#fff3c4"),
    sunlight: hex("#ffc272"),
    skylight: hex("#5b6486"),
    cloudLit: hex("#ffe0a8"),
    cloudShade: hex("#a2929c"),
    stars: 0,
  },
  sunset: {
    sky: [
      [0, hex("#27306b")],
      [0.4, hex("#714a8d")],
      [0.68, hex("#d9657b")],
      [0.88, hex("#ff9a5c")],
      [1, hex("#ffcf7d")],
    ],
    haze: hex("#e98a6f"),
    sun: hex("#ffe9b0"),
    sunlight: hex("#ff9a63"),
    skylight: hex("#53487d"),
    cloudLit: hex("#ff9f7a"),
    cloudShade: hex("#6b4a83"),
    stars: 0,
  },
  dusk: {
    sky: [
      [0, hex("#0f1e4a")],
      [0.5, hex("#34508f")],
      [0.8, hex("#8d83b5")],
      [1, hex("#eab0a0")],
    ],
    haze: hex("#93849f"),
    sun: hex("#fff3dc"),
    sunlight: hex("#8e7fae"),
    skylight: hex("#46568c"),
    cloudLit: hex("#c58fa6"),
    cloudShade: hex("#3d4a80"),
    stars: 0.25,
  },
  night: {
    sky: [
      [0, hex("#050a1c")],
      [0.6, hex("#0f2044")],
      [1, hex("#2b4a73")],
    ],
    haze: hex("#274066"),
    sun: hex("#f4f1e0"),
    sunlight: hex("#7f97c0"),
    skylight: hex("#1e2d50"),
    cloudLit: hex("#5a719b"),
    cloudShade: hex("#141f3c"),
    stars: 1,
  },
} satisfies Record<string, Hour>;

export type HourName = keyof typeof hours;
