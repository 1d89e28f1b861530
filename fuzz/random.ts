/**
 * Random numbers that a seed repeats: mulberry32, 32 bits of state, good enough to choose what to break.
 */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A generator of its own for each connection, so that one can be repeated without those before it. */
  static forConnection(seed: number, index: number): Random {
    const mixer = new Random(seed ^ Math.imul(index + 1, 0x9e37_79b1));
    return new Random(mixer.below(2 ** 32));
  }

  /** A whole number from 0 up to `bound`, which is not reached. */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b_79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  }

  /** True once in so many times. */
  onceIn(times: number): boolean {
    return this.below(times) === 0;
  }

  /** @param list not empty */
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}
