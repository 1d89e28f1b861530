// Colours as three numbers from 0 to 255 in sRGB; fractions are kept until a picture is finished.

export type Colour = readonly [red: number, green: number, blue: number];

/** @param digits as a stylesheet has them: `#ff8800` */
export function hex(digits: string): Colour {
  const value = Number.parseInt(digits.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

export function mix(from: Colour, to: Colour, share: number): Colour {
  return [
    from[0] + (to[0] - from[0]) * share,
    from[1] + (to[1] - from[1]) * share,
    from[2] + (to[2] - from[2]) * share,
  ];
}

export function brighten(colour: Colour, factor: number): Colour {
  return [colour[0] * factor, colour[1] * factor, colour[2] * factor];
}

export function clamp(value: number, low = 0, high = 1): number {
  return value < low ? low : value > high ? high : value;
}

/** 0 before `start`, 1 after `end`, an S between them. `start` may be the greater one: then it falls. */
export function smoothStep(start: number, end: number, value: number): number {
  const share = clamp((value - start) / (end - start));
  return share * share * (3 - 2 * share);
}
