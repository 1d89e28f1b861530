// The canvas. Lengths are in picture heights: (0, 0) is the upper left corner, (aspect, 1) the lower right one,
// so that a scene looks the same at every size. Colours may leave 0 to 255 until `toBytes` brings them back.

import { clamp, mix, type Colour } from "./colour.ts";
import type { Random } from "./random.ts";

/** A colour at a height, from 0 (top) to 1. */
export type GradientStop = readonly [at: number, colour: Colour];

/**
 * What a wash lays on one spot: the pixel is multiplied with 1 - `alpha`, then red, green and blue are added.
 * So `alpha` 0 is light (a glow), and `alpha` with as much of a colour is paint (a cloud).
 */
export type Wash = { red: number; green: number; blue: number; alpha: number };

const SUB_SCANLINES = 4; // rows into which polygons cut a pixel; sideways coverage is exact
const SHOULDER = 225; // levels above it are compressed instead of cut off: a sun has a soft rim, as on film

export class Picture {
  readonly width: number;
  readonly height: number;
  readonly aspect: number;
  /** Red, green and blue of each pixel, row by row. */
  readonly pixels: Float32Array;
  /** One row of a polygon: all zero between calls. A city has thousands of windows, so it is kept. */
  readonly #coverage: Float32Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.aspect = width / height;
    this.pixels = new Float32Array(width * height * 3);
    this.#coverage = new Float32Array(width);
  }

  /** Lays a colour over one pixel. Pixels outside are ignored. */
  blend(column: number, row: number, colour: Colour, alpha: number): void {
    if (column < 0 || row < 0 || column >= this.width || row >= this.height) return;
    const { pixels } = this;
    const at = 3 * (row * this.width + column);
    const rest = 1 - alpha;
    pixels[at] = (pixels[at] ?? 0) * rest + colour[0] * alpha;
    pixels[at + 1] = (pixels[at + 1] ?? 0) * rest + colour[1] * alpha;
    pixels[at + 2] = (pixels[at + 2] ?? 0) * rest + colour[2] * alpha;
  }

  /** Fills the whole picture; below the last stop its colour goes on. */
  gradient(stops: readonly GradientStop[], bottom = 1): void {
    for (let row = 0; row < this.height; row++) {
      const [red, green, blue] = colourAt(stops, (row + 0.5) / this.height / bottom);
      const end = 3 * this.width * (row + 1);
      for (let at = 3 * this.width * row; at < end; at += 3) {
        this.pixels[at] = red;
        this.pixels[at + 1] = green;
        this.pixels[at + 2] = blue;
      }
    }
  }

  /**
   * Lays something smooth over the rows from `top` to `bottom`. It is computed on a grid of `cell` picture
   * heights and interpolated in between, which makes glow, clouds and mist ten times cheaper.
   */
  wash(cell: number, top: number, bottom: number, paint: (x: number, y: number, out: Wash) => void): void {
    const { pixels, width, height } = this;
    const step = Math.max(1, Math.round(cell * height));
    const firstRow = Math.max(0, Math.floor(top * height));
    const endRow = Math.min(height, Math.ceil(bottom * height));
    const columns = Math.ceil(width / step) + 1;
    const out: Wash = { red: 0, green: 0, blue: 0, alpha: 0 };

    const gridRow = (row: number): Float32Array => {
      const values = new Float32Array(4 * columns);
      for (let column = 0; column < columns; column++) {
        out.red = out.green = out.blue = out.alpha = 0;
        paint((column * step + 0.5) / height, (row + 0.5) / height, out);
        values[4 * column] = out.red;
        values[4 * column + 1] = out.green;
        values[4 * column + 2] = out.blue;
        values[4 * column + 3] = out.alpha;
      }
      return values;
    };

    const between = new Float32Array(4 * columns);
    let above = gridRow(firstRow);
    for (let blockRow = firstRow; blockRow < endRow; blockRow += step) {
      const below = gridRow(blockRow + step);
      for (let row = blockRow; row < Math.min(endRow, blockRow + step); row++) {
        const share = (row - blockRow) / step;
        for (let index = 0; index < between.length; index++) {
          const start = above[index] ?? 0;
          between[index] = start + ((below[index] ?? 0) - start) * share;
        }
        for (let cellAt = 0; cellAt + 1 < columns; cellAt++) {
          const left = 4 * cellAt;
          const red = between[left] ?? 0;
          const green = between[left + 1] ?? 0;
          const blue = between[left + 2] ?? 0;
          const alpha = between[left + 3] ?? 0;
          const redStep = ((between[left + 4] ?? 0) - red) / step;
          const greenStep = ((between[left + 5] ?? 0) - green) / step;
          const blueStep = ((between[left + 6] ?? 0) - blue) / step;
          const alphaStep = ((between[left + 7] ?? 0) - alpha) / step;
          if (red === 0 && alpha === 0 && redStep === 0 && alphaStep === 0) continue;
          const start = cellAt * step;
          const end = Math.min(step, width - start);
          let at = 3 * (row * width + start);
          for (let offset = 0; offset < end; offset++) {
            const rest = 1 - alpha - offset * alphaStep;
            pixels[at] = (pixels[at] ?? 0) * rest + red + offset * redStep;
            pixels[at + 1] = (pixels[at + 1] ?? 0) * rest + green + offset * greenStep;
            pixels[at + 2] = (pixels[at + 2] ?? 0) * rest + blue + offset * blueStep;
            at += 3;
          }
        }
      }
      above = below;
    }
  }

  /** Light around a point: half as bright at `radius`, then fading like light in hazy air. */
  glow(centreX: number, centreY: number, radius: number, colour: Colour, strength: number, bottom = 1): void {
    const reach = 15 * radius; // what is left there is less than half a level
    this.wash(
      clamp(radius * 0.1, 0.004, 0.012),
      centreY - reach,
      Math.min(bottom, centreY + reach),
      (x, y, out) => {
        const distance = ((x - centreX) ** 2 + (y - centreY) ** 2) / (radius * radius);
        const light = strength / (1 + distance);
        out.red = colour[0] * light;
        out.green = colour[1] * light;
        out.blue = colour[2] * light;
        out.alpha = light * 0.6; // what is already bright gains less
      },
    );
  }

  /** Fills a polygon (even-odd), with smooth edges. `points` are x and y in turns. */
  polygon(points: readonly number[], colour: Colour, alpha = 1): void {
    const { width, height } = this;
    let top = Infinity;
    let bottom = -Infinity;
    for (let index = 1; index < points.length; index += 2) {
      const y = (points[index] ?? 0) * height;
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
    const coverage = this.#coverage;
    const crossings: number[] = [];
    for (let row = Math.max(0, Math.floor(top)); row < Math.min(height, Math.ceil(bottom)); row++) {
      let first = width;
      let last = -1;
      for (let sub = 0; sub < SUB_SCANLINES; sub++) {
        findCrossings(points, height, row + (sub + 0.5) / SUB_SCANLINES, crossings);
        for (let index = 0; index + 1 < crossings.length; index += 2) {
          const from = clamp(crossings[index] ?? 0, 0, width);
          const to = clamp(crossings[index + 1] ?? 0, 0, width);
          if (to <= from) continue;
          first = Math.min(first, Math.floor(from));
          last = Math.max(last, Math.ceil(to) - 1);
          for (let column = Math.floor(from); column < to; column++) {
            const covered = Math.min(to, column + 1) - Math.max(from, column);
            coverage[column] = (coverage[column] ?? 0) + covered / SUB_SCANLINES;
          }
        }
      }
      for (let column = first; column <= last; column++) {
        this.blend(column, row, colour, (coverage[column] ?? 0) * alpha);
        coverage[column] = 0;
      }
    }
  }

  ellipse(
    centreX: number,
    centreY: number,
    radiusX: number,
    radiusY: number,
    colour: Colour,
    alpha = 1,
  ): void {
    const points: number[] = [];
    const corners = 48;
    for (let corner = 0; corner < corners; corner++) {
      const angle = (2 * Math.PI * corner) / corners;
      points.push(centreX + radiusX * Math.cos(angle), centreY + radiusY * Math.sin(angle));
    }
    this.polygon(points, colour, alpha);
  }

  rectangle(left: number, top: number, right: number, bottom: number, colour: Colour, alpha = 1): void {
    this.polygon([left, top, right, top, right, bottom, left, bottom], colour, alpha);
  }

  /** Fills everything below a line; the colour changes from `crest` to `foot` over `fade` heights. */
  silhouette(lineAt: (x: number) => number, crest: Colour, foot: Colour, fade: number): void {
    const { width, height } = this;
    const shades = Array.from({ length: 256 }, (_, index) => mix(crest, foot, index / 255));
    for (let column = 0; column < width; column++) {
      const line = lineAt((column + 0.5) / height) * height;
      for (let row = Math.max(0, Math.floor(line)); row < height; row++) {
        const depth = clamp((row - line) / (fade * height));
        this.blend(column, row, shades[Math.floor(depth * 255)] ?? foot, clamp(row + 1 - line));
      }
    }
  }

  /** The finished picture as 8-bit RGB. Half a level of noise keeps smooth skies free of bands. */
  toBytes(random: Random): Uint8Array {
    const dither = Float32Array.from({ length: 1 << 14 }, () => random.unit() - 0.5);
    const bytes = new Uint8ClampedArray(this.pixels.length); // rounds and clamps by itself
    for (let at = 0; at < bytes.length; at++) {
      let level = this.pixels[at] ?? 0;
      if (level > SHOULDER) level = 255 - (255 - SHOULDER) * Math.exp((SHOULDER - level) / (255 - SHOULDER));
      bytes[at] = level + (dither[Math.imul(at, 7_919) & 0x3fff] ?? 0);
    }
    return new Uint8Array(bytes.buffer);
  }
}

/** Where the edges of a polygon cross one row, in pixels, from left to right. */
function findCrossings(points: readonly number[], scale: number, y: number, crossings: number[]): void {
  crossings.length = 0;
  let fromX = (points.at(-2) ?? 0) * scale;
  let fromY = (points.at(-1) ?? 0) * scale;
  for (let index = 0; index + 1 < points.length; index += 2) {
    const toX = (points[index] ?? 0) * scale;
    const toY = (points[index + 1] ?? 0) * scale;
    if (fromY <= y !== toY <= y) crossings.push(fromX + ((y - fromY) / (toY - fromY)) * (toX - fromX));
    fromX = toX;
    fromY = toY;
  }
  crossings.sort((one, other) => one - other);
}

function colourAt(stops: readonly GradientStop[], at: number): Colour {
  let previous = stops[0];
  if (previous === undefined) throw new RangeError("A gradient needs a colour");
  for (const stop of stops) {
    if (at < stop[0]) return mix(previous[1], stop[1], clamp((at - previous[0]) / (stop[0] - previous[0])));
    previous = stop;
  }
  return previous[1];
}
