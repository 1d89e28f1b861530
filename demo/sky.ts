// Everything above the horizon: sky, sun or moon, clouds, stars, northern lights.

import { brighten, clamp, hex, mix, smoothStep, type Colour } from "./colour.ts";
import type { Hour } from "./hours.ts";
import { createNoise, fractal } from "./noise.ts";
import type { Picture } from "./picture.ts";
import type { Random } from "./random.ts";

export type Sun = {
  x: number;
  y: number;
  radius: number;
};

export type SkyPlan = {
  hour: Hour;
  /** Where the sky ends, in picture heights from the top. */
  horizon: number;
  /** At night it is the moon. */
  sun?: Sun;
  /** From 0 (clear) to 1 (nearly closed). */
  clouds?: number;
};

export function paintSky(picture: Picture, random: Random, plan: SkyPlan): void {
  const { hour, horizon, sun } = plan;
  picture.gradient(hour.sky, horizon);
  if (hour.stars > 0) paintStars(picture, random, horizon, hour.stars);
  if (sun !== undefined) paintSun(picture, hour, horizon, sun);
  if (plan.clouds !== undefined) paintClouds(picture, random, plan, plan.clouds);
}

function paintSun(picture: Picture, hour: Hour, horizon: number, { x, y, radius }: Sun): void {
  const isMoon = hour.stars > 0;
  const below = horizon + 0.1;
  picture.glow(x, y, radius * 9, hour.sunlight, isMoon ? 0.16 : 0.3, below);
  picture.glow(x, y, radius * 2.4, hour.sun, isMoon ? 0.3 : 0.7, below);
  // The sun is overexposed, as in every photo; what shows the moon as a disc does not blind.
  picture.ellipse(x, y, radius, radius, isMoon ? hour.sun : brighten(hour.sun, 1.35));
  if (!isMoon) return;
  for (const [dx, dy, size] of MOON_SEAS) {
    picture.ellipse(x + dx * radius, y + dy * radius, size * radius, size * radius * 0.85, MOON_SEA, 0.35);
  }
}

const MOON_SEA = hex("#a9acb0");
const MOON_SEAS = [
  [-0.3, -0.32, 0.36],
  [0.28, -0.3, 0.24],
  [0.38, 0.05, 0.26],
  [-0.42, 0.16, 0.3],
  [0.02, 0.12, 0.2],
] as const;

/** Clouds are a plane seen in perspective: towards the horizon they grow small and crowd together. */
function paintClouds(picture: Picture, random: Random, plan: SkyPlan, cover: number): void {
  const { hour, horizon, sun } = plan;
  const noise = createNoise(random);
  const drift = random.between(0, 100);
  const threshold = 0.42 - 0.62 * cover;
  const sunX = sun?.x ?? picture.aspect / 2;
  const sunY = sun?.y ?? 0;
  const density = (x: number, y: number): number => {
    const nearness = 1 / (horizon - y + 0.16);
    const planeX = (x - picture.aspect / 2) * nearness * 0.75 + drift;
    const planeY = nearness * 1.15;
    const warp = noise(planeX * 0.7, planeY * 0.7 + 50) * 0.6;
    return fractal(noise, planeX + warp, planeY - warp, 4);
  };
  picture.wash(0.009, 0, horizon, (x, y, out) => {
    const here = density(x, y);
    const alpha = smoothStep(threshold, threshold + 0.38, here) * smoothStep(horizon, horizon - 0.12, y);
    if (alpha < 0.004) return;
    // Thinner towards the sun than here means that this is the side on which the light falls.
    const length = Math.hypot(sunX - x, sunY - y) + 0.001;
    const towards = density(x + ((sunX - x) / length) * 0.03, y + ((sunY - y) / length) * 0.03);
    const lit = clamp(
      0.55 + (here - towards) * 2.4 - (here - threshold) * 0.45 + 0.25 * Math.exp(-length * 3),
    );
    const [red, green, blue] = mix(hour.cloudShade, hour.cloudLit, lit);
    const opacity = alpha * 0.88;
    out.red = red * opacity;
    out.green = green * opacity;
    out.blue = blue * opacity;
    out.alpha = opacity;
  });
}

/** Many faint stars and a few bright ones, with a band of star dust across the sky when it is really dark. */
function paintStars(picture: Picture, random: Random, horizon: number, strength: number): void {
  const noise = createNoise(random);
  const slope = random.between(-0.9, 0.9);
  const middle = random.between(0.15, 0.4);
  const fromBand = (x: number, y: number): number => y - middle - slope * (x - picture.aspect / 2);
  if (strength === 1) {
    picture.wash(0.01, 0, horizon, (x, y, out) => {
      const width = fromBand(x, y) / 0.16;
      const dust = Math.exp(-width * width) * (0.55 + 0.8 * fractal(noise, x * 5, y * 5, 5));
      const light = clamp(dust) * smoothStep(horizon, horizon - 0.3, y);
      out.red = 62 * light;
      out.green = 64 * light;
      out.blue = 88 * light;
    });
  }
  const count = 1500 * strength * picture.aspect * horizon;
  for (let index = 0; index < count; index++) {
    const x = random.between(0, picture.aspect);
    const y = random.between(0, horizon);
    const crowd = Math.exp(-((fromBand(x, y) / 0.2) ** 2));
    if (random.unit() > 0.45 + 0.55 * crowd) continue;
    const brightness = random.unit() ** 7;
    const radius = 0.0006 + 0.0014 * brightness;
    const tint = mix(hex("#ffe2c0"), hex("#c8dcff"), random.unit());
    const clearness = smoothStep(horizon, horizon - 0.35, y) * strength;
    star(picture, x, y, radius, tint, (0.25 + 0.75 * brightness) * clearness);
  }
}

function star(picture: Picture, x: number, y: number, radius: number, colour: Colour, alpha: number): void {
  picture.polygon([x - radius, y, x, y - radius, x + radius, y, x, y + radius], colour, alpha);
}

/** Northern lights: curtains with a sharp lower hem, rays that rise from it, green below and violet above. */
export function paintAurora(picture: Picture, random: Random, horizon: number): void {
  const hem = hex("#5dffa0");
  const middle = hex("#2fbf9a");
  const tip = hex("#8a4fd0");
  const curtains = random.integer(2, 3);
  for (let curtain = 0; curtain < curtains; curtain++) {
    const noise = createNoise(random);
    const base = horizon * random.between(0.5, 0.85) - curtain * 0.08;
    const tilt = random.between(-0.22, 0.22);
    const reach = random.between(0.28, 0.5);
    const strength = random.between(0.7, 1.1);
    const hemAt = (x: number): number =>
      base + tilt * (x - picture.aspect / 2) + 0.13 * noise(x * 1.3, 3) + 0.045 * noise(x * 4.1, 9);
    const raysAt = (x: number): number =>
      clamp(0.5 + 0.8 * noise(x * 2.2, 21)) * (0.6 + 0.45 * noise(x * 17, 33) + 0.25 * noise(x * 41, 47));
    picture.wash(0.0045, 0, horizon, (x, y, out) => {
      // Rays lean a little, as if they met far above: they follow the magnetic field.
      const foot = x + (x - picture.aspect / 2) * (y - base) * 0.25;
      const height = (hemAt(foot) - y) / reach;
      if (height < -0.12) return;
      const profile = height < 0 ? smoothStep(-0.12, 0, height) : Math.exp(-2.7 * height);
      const light = clamp(raysAt(foot)) * profile * strength;
      const colour =
        height < 0.35
          ? mix(hem, middle, clamp(height / 0.35))
          : mix(middle, tip, clamp((height - 0.35) / 0.5));
      out.red = colour[0] * light;
      out.green = colour[1] * light;
      out.blue = colour[2] * light;
      out.alpha = light * 0.25;
    });
  }
}

/** Mist that lies around a height: dense in the middle, torn by noise. */
export function paintMist(
  picture: Picture,
  random: Random,
  {
    y: centre,
    thickness,
    colour,
    strength,
  }: { y: number; thickness: number; colour: Colour; strength: number },
): void {
  const noise = createNoise(random);
  const drift = random.between(0, 100);
  picture.wash(0.009, centre - 2.5 * thickness, centre + 2.5 * thickness, (x, y, out) => {
    const distance = (y - centre - 0.35 * thickness * noise(x * 1.7 + drift, 5)) / thickness;
    const torn = 0.75 + 0.7 * fractal(noise, x * 2.2 + drift, y * 9, 3);
    const alpha = clamp(Math.exp(-distance * distance) * torn * strength);
    out.red = colour[0] * alpha;
    out.green = colour[1] * alpha;
    out.blue = colour[2] * alpha;
    out.alpha = alpha;
  });
}
