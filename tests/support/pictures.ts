/**
 * Pictures made for tests, and a look at what came of them.
 *
 *     red   │ green       upright; `storedPixels` turns it the other way, so that a viewer who follows the
 *     ──────┼──────       orientation sees it like this
 *     blue  │ yellow
 */
import sharp, { type Sharp } from "sharp";

export const ORIENTATIONS = [1, 2, 3, 4, 5, 6, 7, 8] as const;
export type Orientation = (typeof ORIENTATIONS)[number];

type Colour = readonly [red: number, green: number, blue: number];

const COLOURS = {
  red: [230, 20, 20],
  green: [20, 200, 20],
  blue: [20, 20, 230],
  yellow: [230, 230, 20],
  white: [255, 255, 255],
  black: [0, 0, 0],
} as const satisfies Record<string, Colour>;

export type ColourName = keyof typeof COLOURS;

export const UPRIGHT_CORNERS: readonly ColourName[] = ["red", "green", "blue", "yellow"];

/** Width and height as seen. */
export const UPRIGHT = { widthPx: 96, heightPx: 64 };

type PictureOptions = {
  readonly orientation?: Orientation;
  /** As a camera writes it: "2021:05:03 08:15:00". */
  readonly taken?: string;
  readonly format?: "jpeg" | "png" | "webp" | "tiff";
  readonly widthPx?: number;
  readonly heightPx?: number;
};

/** Stored as a camera held that way would have stored it. */
export async function encodePicture(options: PictureOptions = {}): Promise<Buffer> {
  const { orientation = 1, taken, format = "jpeg" } = options;
  const { widthPx = UPRIGHT.widthPx, heightPx = UPRIGHT.heightPx } = options;
  const exif = {
    IFD0: { Copyright: "A-SECRET-NAME" },
    IFD2: taken === undefined ? {} : { DateTimeOriginal: taken },
    IFD3: { GPSLatitudeRef: "N", GPSLatitude: "51/1 30/1 3230/100" },
  };
  return await storedPixels(orientation, widthPx, heightPx)
    .withMetadata({ orientation })
    .withExifMerge(exif)
    .toFormat(format, { quality: 95 })
    .toBuffer();
}

/** Of one colour. */
export function plainPicture(widthPx: number, heightPx: number, colour: ColourName = "red"): Sharp {
  const [r, g, b] = COLOURS[colour];
  return sharp({ create: { width: widthPx, height: heightPx, channels: 3, background: { r, g, b } } });
}

function storedPixels(orientation: Orientation, widthPx: number, heightPx: number): Sharp {
  const isTurned = orientation > 4;
  const [width, height] = isTurned ? [heightPx, widthPx] : [widthPx, heightPx];
  const pixels = Buffer.alloc(width * height * 3);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [x, y] = placeInScene(orientation, row, column, widthPx - 1, heightPx - 1);
      pixels.set(COLOURS[sceneColour(x / widthPx, y / heightPx)], (row * width + column) * 3);
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** EXIF 2.32 §4.6.4, Orientation: which side of the scene the 0th row and the 0th column are. */
function placeInScene(
  orientation: Orientation,
  row: number,
  column: number,
  right: number,
  bottom: number,
): readonly [x: number, y: number] {
  const places: Readonly<Record<Orientation, readonly [x: number, y: number]>> = {
    1: [column, row], // top, left
    2: [right - column, row], // top, right
    3: [right - column, bottom - row], // bottom, right
    4: [column, bottom - row], // bottom, left
    5: [row, column], // left, top
    6: [right - row, column], // right, top
    7: [right - row, bottom - column], // right, bottom
    8: [row, bottom - column], // left, bottom
  };
  return places[orientation];
}

function sceneColour(x: number, y: number): ColourName {
  if (y < 0.5) return x < 0.5 ? "red" : "green";
  return x < 0.5 ? "blue" : "yellow";
}

/** The nearest of our colours in the four corners: upper left, upper right, lower left, lower right. */
export async function cornerColours(bytes: Uint8Array): Promise<ColourName[]> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number): ColourName => {
    const start =
      (Math.round(y * (info.height - 1)) * info.width + Math.round(x * (info.width - 1))) * info.channels;
    const [r = 0, g = r, b = r] = data.subarray(start, start + info.channels);
    return nearestColour([r, g, b]);
  };
  return [at(0.1, 0.1), at(0.9, 0.1), at(0.1, 0.9), at(0.9, 0.9)];
}

function nearestColour(colour: Colour): ColourName {
  const names = Object.keys(COLOURS) as ColourName[];
  const distance = (name: ColourName): number =>
    COLOURS[name].reduce<number>((sum, value, i) => sum + (value - (colour[i] ?? 0)) ** 2, 0);
  return names.reduce((best, name) => (distance(name) < distance(best) ? name : best));
}
