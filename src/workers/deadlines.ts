/**
 * Deadlines of many connections (RFC 9112 §9.5), looked at all together once a tick.
 *
 * Setting one is writing a number; a timer for each phase of each request would cost more than parsing it does.
 * So a deadline is met up to one tick late, which nobody notices who was given seconds.
 */
export type Deadline = {
  /** Expires in so many milliseconds, instead of whatever was set before. */
  set(ms: number): void;
  /** Expires in so many milliseconds at the latest. */
  shorten(ms: number): void;
  /** Nothing expires until it is set again. */
  clear(): void;
  /** For good. */
  remove(): void;
};

export class Deadlines {
  readonly #now: () => number;
  readonly #entries = new Set<{ expiresAtMs: number; readonly onExpired: () => void }>();

  /** @param now milliseconds of a clock that never goes back */
  constructor(now: () => number) {
    this.#now = now;
  }

  add(onExpired: () => void): Deadline {
    const entry = { expiresAtMs: Infinity, onExpired };
    this.#entries.add(entry);
    return {
      set: (ms) => {
        entry.expiresAtMs = this.#now() + ms;
      },
      shorten: (ms) => {
        entry.expiresAtMs = Math.min(entry.expiresAtMs, this.#now() + ms);
      },
      clear: () => {
        entry.expiresAtMs = Infinity;
      },
      remove: () => {
        this.#entries.delete(entry);
      },
    };
  }

  /** To be called every now and then. A deadline that expires is cleared first. */
  tick(): void {
    const now = this.#now();
    for (const entry of this.#entries) {
      if (entry.expiresAtMs > now) continue;
      entry.expiresAtMs = Infinity;
      entry.onExpired();
    }
  }
}
