// What all scenes share. A scene is a recipe of sky, land, water and things; each family has its own file, and
// what differs between two photos of a family is the hour of the day and the seed.

import { clamp, mix, type Colour } from "../colour.ts";
import type { Hour, HourName } from "../hours.ts";
import type { Picture } from "../picture.ts";
import type { Random } from "../random.ts";
import type { Sun } from "../sky.ts";
import type { Terrain } from "../terrain.ts";

export type Scene = (picture: Picture, random: Random, hour: HourName) => void;

/** Smaller pictures get coarser maps: a test need not wait for cells that nobody sees. */
export function mapSize(picture: Picture): number {
  return Math.round(clamp(Math.max(picture.width, picture.height) * 0.43, 96, 700));
}

export function sunSide(random: Random): "left" | "right" {
  return random.unit() < 0.5 ? "left" : "right";
}

/** A sun (or moon) over the horizon, on the side from which the land is lit. */
export function placeSun(
  picture: Picture,
  random: Random,
  side: "left" | "right",
  y: number,
  radius: number,
): Sun {
  const share = random.between(0.16, 0.34);
  return { x: picture.aspect * (side === "left" ? share : 1 - share), y, radius };
}

/** As wide as the map allows at its far end, and not wider than the eye likes. */
export function fieldOfView(picture: Picture, most: number): number {
  return Math.min(most, 1 / picture.aspect);
}

/** The eye stands over the highest land near the viewer, or that would hide all the rest. */
export function standAbove({ heights, size }: Terrain, above: number): { eyeHeight: number } {
  let highest = 0;
  for (let row = 0; row < size * 0.22; row++) {
    for (let column = Math.floor(size * 0.4); column < size * 0.6; column++) {
      highest = Math.max(highest, heights[row * size + column] ?? 0);
    }
  }
  return { eyeHeight: highest + above };
}

/** A colour in the light of an hour. */
export function tinted(colour: Colour, hour: Hour): Colour {
  return mix(
    colour,
    [
      colour[0] * (hour.sunlight[0] / 255),
      colour[1] * (hour.sunlight[1] / 255),
      colour[2] * (hour.sunlight[2] / 255),
    ],
    0.7,
  );
}
