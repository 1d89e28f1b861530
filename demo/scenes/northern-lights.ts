// Northern lights over a fjord.

import { hex } from "../colour.ts";
import { hours } from "../hours.ts";
import { createNoise } from "../noise.ts";
import { paintAurora, paintSky } from "../sky.ts";
import { createTerrain, paintTerrain } from "../terrain.ts";
import { paintCabin, paintConifer } from "../things.ts";
import { paintWater } from "../water.ts";
import { alpineGround } from "./alpine-ground.ts";
import { fieldOfView, mapSize, sunSide, type Scene } from "./scene.ts";

/** Northern lights over a fjord, with snow, spruces and a cabin. */
export const northernLights: Scene = (picture, random) => {
  const hour = hours.night;
  const waterline = random.between(0.6, 0.66);
  paintSky(picture, random, { hour, horizon: waterline });
  paintAurora(picture, random, waterline);
  const ground = alpineGround(random, { start: 0.36, snowLine: -0.1, relief: 0.17 });
  const side = sunSide(random);
  const terrain = createTerrain(
    mapSize(picture),
    ground,
    { ...hour, sunlight: hex("#9fd8c8"), skylight: hex("#27405f") },
    { side, slope: 0.6 },
  );
  paintTerrain(
    picture,
    random,
    terrain,
    {
      eyeHeight: 0.01,
      fieldOfView: fieldOfView(picture, 0.62),
      horizon: waterline,
      near: 0.34,
      clearTo: 2.4,
    },
    hex("#1d3a52"),
  );
  paintWater(picture, random, { waterline, colour: hex("#06141f"), ripples: random.between(0.15, 0.4) });

  const noise = createNoise(random);
  const turn = random.unit() < 0.5 ? 1 : -1;
  const shore = (x: number): number =>
    0.9 + 0.1 * turn * (x / picture.aspect - 0.5) * 2 + 0.03 * noise(x * 2, 2);
  picture.silhouette(shore, hex("#6f8bab"), hex("#1c2c47"), 0.16);
  const cabinX = picture.aspect * (turn === 1 ? random.between(0.2, 0.3) : random.between(0.7, 0.8));
  for (let x = 0; x < picture.aspect; x += random.between(0.015, 0.09)) {
    const away = Math.abs(x - cabinX);
    if (away < 0.09 || shore(x) > 0.97) continue;
    paintConifer(picture, random, x, shore(x) + 0.012, random.between(0.07, 0.22), hex("#07131b"));
  }
  paintCabin(picture, cabinX, shore(cabinX) + 0.012, 0.085);
};
