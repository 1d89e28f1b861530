// A city by a river.

import { brighten, hex, mix, type Colour } from "../colour.ts";
import { hours, type Hour } from "../hours.ts";
import type { Picture } from "../picture.ts";
import type { Random } from "../random.ts";
import { paintMist, paintSky } from "../sky.ts";
import { paintWater } from "../water.ts";
import type { Scene } from "./scene.ts";

/** A city by a river, as its windows light up. */
export const city: Scene = (picture, random, hourName) => {
  const hour = hours[hourName];
  const waterline = random.between(0.66, 0.72);
  const y = waterline - random.between(0.28, 0.42);
  const sun = { x: picture.aspect * random.between(0.2, 0.8), y, radius: 0.032 };
  paintSky(picture, random, { hour, horizon: waterline, sun, clouds: random.between(0.3, 0.55) });
  const layers = 4;
  const litShare = hour.stars > 0 ? 0.45 : hourName === "sunset" ? 0.28 : 0.06;
  for (let layer = 0; layer < layers; layer++) {
    const nearness = (layer + 1) / layers;
    const wall = mix(brighten(hour.skylight, 0.42), hour.haze, 0.72 * (1 - nearness));
    const bell = picture.aspect * random.between(0.3, 0.7);
    for (let x = -0.05; x < picture.aspect;) {
      const breadth = random.between(0.028, 0.075) * (0.7 + 0.5 * nearness);
      const middle = Math.exp(-(((x - bell) / (0.55 * picture.aspect)) ** 2));
      const tall = (0.07 + 0.3 * random.unit() ** 1.7 * middle) * (1.2 - 0.45 * nearness);
      const shade = brighten(wall, random.between(0.85, 1.12));
      paintTower(picture, random, {
        left: x,
        bottom: waterline,
        breadth,
        tall,
        wall: shade,
        litShare: litShare * nearness,
        hour,
      });
      x += breadth * random.between(0.85, 1.5);
    }
    if (layer === 2) {
      paintLandmark(picture, picture.aspect * random.between(0.25, 0.75), waterline, 0.46, wall, hour);
    }
    paintMist(picture, random, {
      y: waterline - 0.02,
      thickness: 0.06,
      colour: hour.haze,
      strength: 0.35 * (1 - nearness),
    });
  }
  const lamp = hex("#ffca7a");
  for (let x = 0.01; x < picture.aspect && hour.stars > 0; x += 0.04) {
    picture.ellipse(x, waterline - 0.006, 0.0024, 0.0024, lamp);
  }
  const river = brighten(mix(hex("#17324a"), hour.skylight, 0.4), hour.stars > 0 ? 0.45 : 0.8);
  paintWater(picture, random, { waterline, colour: river, ripples: random.between(0.5, 0.75) });
};

type Tower = {
  left: number;
  bottom: number;
  breadth: number;
  tall: number;
  wall: Colour;
  /** How many of its windows are lit, from 0 to 1. */
  litShare: number;
  hour: Hour;
};

function paintTower(picture: Picture, random: Random, tower: Tower): void {
  const { left, bottom, breadth, tall, wall, litShare, hour } = tower;
  const top = bottom - tall;
  const right = left + breadth;
  picture.rectangle(left, top, right, bottom, wall);
  picture.rectangle(left + breadth * 0.62, top, right, bottom, brighten(wall, 0.84));
  const crown = random.unit();
  if (crown < 0.3) {
    picture.rectangle(left + breadth * 0.2, top - tall * 0.07, right - breadth * 0.2, top + 0.001, wall);
    picture.rectangle(left + breadth * 0.48, top - tall * 0.07 - 0.035, left + breadth * 0.53, top, wall);
  } else if (crown < 0.5) {
    picture.polygon([left, top, right, top, right, top - breadth * 0.7], wall);
  } else if (crown < 0.62) {
    picture.polygon([left, top + 0.001, left + breadth / 2, top - breadth * 1.1, right, top + 0.001], wall);
  }
  const floor = 0.0105;
  const columns = Math.max(2, Math.round(breadth / 0.0085));
  const pane = breadth / (columns + 0.4);
  for (let y = top + floor; y < bottom - floor; y += floor) {
    for (let column = 0; column < columns; column++) {
      if (random.unit() > litShare) continue;
      const x = left + pane * (column + 0.45);
      const warm = mix(hex("#ffd68a"), hex("#cfe2ff"), random.unit() ** 3);
      const lightness = random.between(0.45, 1);
      picture.rectangle(
        x,
        y,
        x + pane * 0.55,
        y + floor * 0.5,
        mix(wall, warm, hour.stars > 0 ? lightness : lightness * 0.8),
      );
    }
  }
}

/** A television tower: spheres on a shaft, and a spire. */
function paintLandmark(
  picture: Picture,
  x: number,
  bottom: number,
  tall: number,
  wall: Colour,
  hour: Hour,
): void {
  const glowing = hour.stars > 0;
  const sphere = glowing ? mix(wall, hex("#d06aa8"), 0.75) : mix(wall, hex("#a8505e"), 0.3);
  const at = (share: number): number => bottom - tall * share;
  picture.polygon(
    [x - tall * 0.13, bottom, x - tall * 0.02, at(0.3), x + tall * 0.02, at(0.3), x + tall * 0.13, bottom],
    wall,
  );
  picture.polygon(
    [
      x - tall * 0.02,
      bottom,
      x - tall * 0.013,
      at(0.75),
      x,
      at(1.1),
      x + tall * 0.013,
      at(0.75),
      x + tall * 0.02,
      bottom,
    ],
    wall,
  );
  for (const [share, size] of [
    [0.27, 0.075],
    [0.62, 0.055],
    [0.8, 0.022],
  ] as const) {
    if (glowing) picture.glow(x, at(share), tall * size * 0.9, sphere, 0.4);
    picture.ellipse(x, at(share), tall * size, tall * size, sphere);
    picture.ellipse(
      x - tall * size * 0.3,
      at(share) - tall * size * 0.3,
      tall * size * 0.5,
      tall * size * 0.45,
      brighten(sphere, 1.3),
      0.5,
    );
    picture.rectangle(
      x - tall * size,
      at(share) - tall * 0.004,
      x + tall * size,
      at(share) + tall * 0.004,
      brighten(sphere, glowing ? 1.5 : 0.75),
      0.7,
    );
  }
}
