// Chance that repeats itself: the sample library is the same on every machine, so every number that looks
// accidental comes from a seed.

export type Random = {
  /** From 0 (included) to 1 (excluded). */
  unit(): number;
  between(low: number, high: number): number;
  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number;
};

/** The generator known as mulberry32: 32 bits of state, good enough for pictures and ten lines long. */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  const unit = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    unit,
    between: (low, high) => low + (high - low) * unit(),
    integer: (low, high) => low + Math.floor((high - low + 1) * unit()),
  };
}

/** A seed that belongs to a name: adding a photo to the library leaves all the others as they were. */
export function seedFrom(name: string): number {
  let hash = 0x811c9dc5; // FNV-1a
  for (let index = 0; index < name.length; index++) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  }
  return hash;
}
