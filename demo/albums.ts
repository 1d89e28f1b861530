// The recipe of the library: which photo is in which album, who took it and when. Names are those a family would
// use, so they hold everything that file names hold: spaces, umlauts, other scripts, and signs with a meaning in
// URLs (`&`, `#`, `%`). Signs that some file system refuses are left out (`:`, `?`, `"`).

import type { HourName } from "./hours.ts";
import { balloons } from "./scenes/balloons.ts";
import { city } from "./scenes/city.ts";
import { dunes } from "./scenes/dunes.ts";
import { forest } from "./scenes/forest.ts";
import { hills } from "./scenes/hills.ts";
import { lake } from "./scenes/lake.ts";
import { mountains } from "./scenes/mountains.ts";
import { northernLights } from "./scenes/northern-lights.ts";
import type { Scene } from "./scenes/scene.ts";
import { sea } from "./scenes/sea.ts";

export type Shape = "3:2" | "4:3" | "16:9" | "square" | "2:3" | "3:4" | "panorama";

/** The value of the Exif field: how a stored picture is to be turned (TIFF 6.0, and Exif 2.32 §4.6.4). */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

export type Camera = {
  make: string;
  model: string;
  lens: string;
  focalLengthMm: number;
  fNumber: number;
};

export type PhotoPlan = {
  /** With its ending, from which the format follows. */
  fileName: string;
  hour: HourName;
  shape: Shape;
  orientation: Orientation;
};

export type AlbumPlan = {
  /** Folders below the root, from the outermost to the innermost. */
  folders: readonly string[];
  scene: Scene;
  camera: Camera;
  /** The day of its first photo; the hours follow from the light in the pictures. */
  firstDay: string;
  photos: readonly PhotoPlan[];
};

const canon: Camera = {
  make: "Canon",
  model: "Canon EOS R6",
  lens: "RF24-105mm F4 L IS USM",
  focalLengthMm: 35,
  fNumber: 8,
};
const fuji: Camera = {
  make: "FUJIFILM",
  model: "X-T5",
  lens: "XF18-55mmF2.8-4 R LM OIS",
  focalLengthMm: 23,
  fNumber: 5.6,
};
const nikon: Camera = {
  make: "NIKON CORPORATION",
  model: "NIKON Z 6_2",
  lens: "NIKKOR Z 20mm f/1.8 S",
  focalLengthMm: 20,
  fNumber: 1.8,
};
const iPhone: Camera = {
  make: "Apple",
  model: "iPhone 15 Pro",
  lens: "iPhone 15 Pro back camera 6.86mm f/1.78",
  focalLengthMm: 6.86,
  fNumber: 1.78,
};
const pixel: Camera = {
  make: "Google",
  model: "Pixel 8",
  lens: "Pixel 8 back camera 6.9mm f/1.68",
  focalLengthMm: 6.9,
  fNumber: 1.68,
};

function photo(
  fileName: string,
  hour: HourName,
  shape: Shape = "3:2",
  orientation: Orientation = 1,
): PhotoPlan {
  return { fileName, hour, shape, orientation };
}

export const albums: readonly AlbumPlan[] = [
  {
    folders: ["2022", "Nordlichter in Tromsø"],
    scene: northernLights,
    camera: nikon,
    firstDay: "2022-02-11",
    photos: [
      photo("DSC_0412.jpg", "night"),
      photo("DSC_0415.jpg", "night", "2:3", 8),
      photo("DSC_0431.jpg", "night"),
      photo("DSC_0438 grün & violett.jpg", "night", "16:9"),
      photo("DSC_0440.jpg", "night", "3:2", 3),
    ],
  },
  {
    folders: ["2023", "Sommer in Südtirol"],
    scene: mountains,
    camera: canon,
    firstDay: "2023-07-08",
    photos: [
      photo("IMG_2031 Guten Morgen.jpg", "dawn"),
      photo("IMG_2044.jpg", "day"),
      photo("IMG_2052.jpg", "day", "2:3", 6),
      photo("IMG_2067 Panorama.jpg", "golden", "panorama"),
      photo("IMG_2071.jpg", "golden"),
      photo("IMG_2080 Alpenglühen.jpg", "sunset", "16:9"),
      photo("IMG_2085.jpg", "night", "3:2", 2),
    ],
  },
  {
    folders: ["2023", "Sommer in Südtirol", "Am See"],
    scene: lake,
    camera: canon,
    firstDay: "2023-07-12",
    photos: [
      photo("IMG_2112.jpg", "dawn"),
      photo("IMG_2118.jpg", "day"),
      photo("IMG_2119.jpg", "day", "square"),
      photo("IMG_2127.jpg", "golden", "4:3", 4),
      photo("IMG_2133 Abendrot.jpg", "sunset"),
      photo("IMG_2140.jpg", "dusk", "2:3", 5),
    ],
  },
  {
    folders: ["2023", "Осень в лесу"],
    scene: forest,
    camera: fuji,
    firstDay: "2023-10-14",
    photos: [
      photo("Туман утром.jpg", "dawn"),
      photo("Тропинка.jpg", "golden", "3:4", 7),
      photo("Золотая осень.jpg", "golden"),
      photo("Тишина.webp", "day", "4:3"),
      photo("Вечер.jpg", "dusk"),
    ],
  },
  {
    folders: ["2024", "上海 Shanghai"],
    scene: city,
    camera: pixel,
    firstDay: "2024-04-03",
    photos: [
      photo("PXL_20240403 外滩.jpg", "golden", "4:3"),
      photo("PXL_20240404 日落.jpg", "sunset", "16:9"),
      photo("PXL_20240405 黄昏.jpg", "dusk"),
      photo("PXL_20240406 夜景.jpg", "night", "3:4", 6),
      photo("PXL_20240407 月亮.avif", "night", "4:3"),
    ],
  },
  {
    folders: ["2024", "上海 Shanghai", "On the way, hills & fields"],
    scene: hills,
    camera: pixel,
    firstDay: "2024-04-09",
    photos: [
      photo("From the train #1.jpg", "day", "16:9"),
      photo("From the train #2.jpg", "day", "16:9"),
      photo("100% green.jpg", "golden", "4:3"),
      photo("The old tree.jpg", "golden", "square"),
      photo("The old tree, later.jpg", "sunset", "3:4", 8),
    ],
  },
  {
    folders: ["Balloons #1-50"],
    scene: balloons,
    camera: fuji,
    firstDay: "2024-09-21",
    photos: [
      photo("DSCF1002.jpg", "dawn"),
      photo("DSCF1007.jpg", "dawn", "3:4"),
      photo("DSCF1013.jpg", "golden", "16:9"),
      photo("DSCF1021.jpg", "golden"),
      photo("DSCF1030.jpg", "day"),
    ],
  },
  {
    folders: ["Mum & Dad at the sea"],
    scene: sea,
    camera: iPhone,
    firstDay: "2025-06-02",
    photos: [
      photo("IMG_0101.jpg", "day", "4:3"),
      photo("IMG_0107.jpg", "golden", "3:4", 6),
      photo("IMG_0112.jpg", "golden", "4:3", 3),
      photo("IMG_0118 (last evening).jpg", "sunset", "16:9"),
      photo("IMG_0119.jpg", "sunset", "square"),
      photo("IMG_0125.png", "night", "4:3"),
    ],
  },
  {
    folders: ["Sahara, 100% sand"],
    scene: dunes,
    camera: canon,
    firstDay: "2025-11-17",
    photos: [
      photo("IMG_3310.jpg", "dawn"),
      photo("IMG_3318.jpg", "day"),
      photo("IMG_3325.jpg", "golden", "2:3", 8),
      photo("IMG_3329.jpg", "golden"),
      photo("IMG_3341.jpg", "sunset", "16:9"),
      photo("IMG_3350.jpg", "night"),
    ],
  },
];
