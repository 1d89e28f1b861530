// Mountains, dunes and hills as land seen from a point above it: a height for each spot of a square map, light
// and shadow on it, then one vertical strip of the picture after the other, from near to far.
//
//          sky          strip: the ray goes over the map; whatever rises above all that was nearer
//        ,-^.           is seen, and the strip grows upwards to there
//   cam +----`-----^--- horizon
//       |`-._ near     far

import { clamp, type Colour } from "./colour.ts";
import type { Hour } from "./hours.ts";
import { createNoise } from "./noise.ts";
import type { Picture } from "./picture.ts";
import type { Random } from "./random.ts";

export type Terrain = {
  /** Cells along each side; the map is one unit wide and deep. */
  size: number;
  heights: Float32Array;
  /** Red, green and blue of each cell as lit by the sun and the sky. */
  colours: Float32Array;
};

export type Ground = {
  /** In map units, for x (sideways) and z (away from us), both from 0 to 1. */
  heightAt(x: number, z: number): number;
  /** @param slope 0 where it is level, 1 at 45 degrees */
  colourAt(x: number, z: number, height: number, slope: number): Colour;
};

export type View = {
  /** In map units above height 0. */
  eyeHeight: number;
  /** Map units per picture height at distance 1: less is a longer lens. */
  fieldOfView: number;
  /** Where the horizon is in the picture, in picture heights. */
  horizon: number;
  near: number;
  /** Distance at which haze has taken two thirds of the colour. */
  clearTo: number;
  /** Mist in the valleys: nothing of it above this height, in map units. */
  mistBelow?: number;
};

export function createTerrain(
  size: number,
  ground: Ground,
  hour: Hour,
  sun: { side: "left" | "right"; slope: number },
): Terrain {
  const heights = new Float32Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      heights[row * size + column] = ground.heightAt(column / size, row / size);
    }
  }
  const terrain = { size, heights, colours: new Float32Array(3 * size * size) };
  shine(terrain, ground, hour, sun);
  return terrain;
}

/** Sunlight by the angle at which it meets the ground, cast shadows, and light from the sky. */
function shine(
  terrain: Terrain,
  ground: Ground,
  hour: Hour,
  sun: { side: "left" | "right"; slope: number },
): void {
  const { size, heights, colours } = terrain;
  const direction = sun.side === "left" ? 1 : -1; // in which columns are swept: away from the sun
  const length = Math.hypot(1, sun.slope, 0.45);
  const [toSunX, toSunUp, toSunZ] = [-direction / length, sun.slope / length, -0.45 / length];
  for (let row = 0; row < size; row++) {
    let shadow = -Infinity; // the height below which the sun is hidden by what was passed so far
    for (let step = 0; step < size; step++) {
      const column = direction === 1 ? step : size - 1 - step;
      const at = row * size + column;
      const height = heights[at] ?? 0;
      const right = heights[column + 1 < size ? at + 1 : at] ?? 0;
      const beyond = heights[row + 1 < size ? at + size : at] ?? 0;
      const slopeX = (right - height) * size;
      const slopeZ = (beyond - height) * size;
      const squared = slopeX * slopeX + slopeZ * slopeZ; // not Math.hypot: it is many times slower
      const slope = Math.sqrt(squared);
      const facing = (-slopeX * toSunX - slopeZ * toSunZ + toSunUp) / Math.sqrt(1 + squared);
      shadow = Math.max(height, shadow - sun.slope / size);
      const sunny = clamp(facing) * clamp(1 - (shadow - height) * 220);
      const open = clamp(1.05 - 0.3 * slope, 0.45, 1);
      const colour = ground.colourAt(column / size, row / size, height, slope);
      const direct = (sunny * 1.25) / 255;
      const indirect = open / 255;
      colours[3 * at] = colour[0] * (hour.sunlight[0] * direct + hour.skylight[0] * indirect);
      colours[3 * at + 1] = colour[1] * (hour.sunlight[1] * direct + hour.skylight[1] * indirect);
      colours[3 * at + 2] = colour[2] * (hour.sunlight[2] * direct + hour.skylight[2] * indirect);
    }
  }
}

/** Paints the land over what is there, usually the sky. */
export function paintTerrain(
  picture: Picture,
  random: Random,
  terrain: Terrain,
  view: View,
  haze: Colour,
): void {
  const { width, height, aspect } = picture;
  const detail = createNoise(random);
  const far = 0.985;
  const sample: Sample = { height: 0, red: 0, green: 0, blue: 0 };
  for (let column = 0; column < width; column++) {
    const strip = createStrip(picture, column);
    const sideways = ((column + 0.5) / height - aspect / 2) * view.fieldOfView;
    // Steps grow with distance, as what they show in the picture shrinks.
    for (let z = view.near; z < far; z += 0.0004 + z * 0.0028) {
      const x = 0.5 + sideways * z;
      sampleTerrain(terrain, x, z, sample);
      const y = (view.horizon - (sample.height - view.eyeHeight) / (view.fieldOfView * z)) * height;
      if (y >= strip.top()) continue;
      let hazy = 1 - Math.exp(-((z / view.clearTo) ** 1.3));
      if (view.mistBelow !== undefined) {
        const ragged = view.mistBelow * (1 + 0.25 * detail(x * 14, z * 14));
        hazy += (1 - hazy) * clamp((ragged - sample.height) / view.mistBelow + 0.1) * clamp(z * 3);
      }
      // The map is coarse where it is near: noise stands for what grows and lies there.
      const fine =
        hazy > 0.9
          ? 1
          : 1 + (0.16 * detail(x * 900, z * 900) + 0.1 * detail(x * 260, z * 260)) * clamp(1.2 - z);
      const clear = (1 - hazy) * fine;
      strip.growTo(
        y,
        sample.red * clear + haze[0] * hazy,
        sample.green * clear + haze[1] * hazy,
        sample.blue * clear + haze[2] * hazy,
      );
    }
  }
}

type Sample = { height: number; red: number; green: number; blue: number };

/** Height and colour between the four nearest cells. Beyond the edge of the map the edge goes on. */
function sampleTerrain({ size, heights, colours }: Terrain, x: number, z: number, out: Sample): void {
  const mapX = clamp(x, 0, 0.9999) * (size - 1);
  const mapZ = clamp(z, 0, 0.9999) * (size - 1);
  const column = Math.floor(mapX);
  const row = Math.floor(mapZ);
  const right = mapX - column;
  const beyond = mapZ - row;
  const at = row * size + column;
  const below = at + size;
  const a = (1 - right) * (1 - beyond);
  const b = right * (1 - beyond);
  const c = (1 - right) * beyond;
  const d = right * beyond;
  const between = (map: Float32Array, one: number, step: number, two: number): number =>
    (map[one] ?? 0) * a + (map[one + step] ?? 0) * b + (map[two] ?? 0) * c + (map[two + step] ?? 0) * d;
  out.height = between(heights, at, 1, below);
  out.red = between(colours, 3 * at, 3, 3 * below);
  out.green = between(colours, 3 * at + 1, 3, 3 * below + 1);
  out.blue = between(colours, 3 * at + 2, 3, 3 * below + 2);
}

type Strip = {
  /** The row, with fraction, up to which the strip is filled. */
  top(): number;
  growTo(y: number, red: number, green: number, blue: number): void;
};

/**
 * One column of the picture, filled from the bottom up. The uppermost pixel is often reached in part only: what
 * was behind it is remembered, and each bit of land takes its share of that.
 */
function createStrip(picture: Picture, column: number): Strip {
  const { pixels, width, height } = picture;
  let top = height;
  let behindRow = -1;
  let behindRed = 0;
  let behindGreen = 0;
  let behindBlue = 0;
  return {
    top: () => top,
    growTo(y, red, green, blue) {
      const target = Math.max(0, y);
      for (let row = Math.ceil(top) - 1; row >= Math.floor(target); row--) {
        const at = 3 * (row * width + column);
        if (row !== behindRow) {
          behindRow = row;
          behindRed = pixels[at] ?? 0;
          behindGreen = pixels[at + 1] ?? 0;
          behindBlue = pixels[at + 2] ?? 0;
        }
        const covered = Math.min(row + 1, top) - Math.max(row, target);
        pixels[at] = (pixels[at] ?? 0) + covered * (red - behindRed);
        pixels[at + 1] = (pixels[at + 1] ?? 0) + covered * (green - behindGreen);
        pixels[at + 2] = (pixels[at + 2] ?? 0) + covered * (blue - behindBlue);
      }
      top = target;
    },
  };
}
