/**
 * Deadlines of many connections (RFC 9112 §9.5), looked at all together once a tick.
 *
 * Setting one is writing a number; a timer for each phase of each request would cost more than parsing it does.
 * So a deadline is met up to one tick late, which nobody notices who was given seconds.
 */
export class Deadlines {
  readonly #now: () => number;
  readonly #all = new Set<Deadline>();

  /** @param now milliseconds of a clock that never goes back */
  constructor(now: () => number) {
    this.#now = now;
  }

  add(onExpired: () => void): Deadline {
    const deadline = new Deadline(onExpired, this.#now, this.#all);
    this.#all.add(deadline);
    return deadline;
  }

  /** To be called every now and then. A deadline that expires is cleared first. */
  tick(): void {
    const now = this.#now();
    for (const deadline of this.#all) deadline.expireAt(now);
  }
}

export class Deadline {
  readonly #onExpired: () => void;
  readonly #now: () => number;
  readonly #all: Set<Deadline>;
  #expiresAtMs = Infinity;

  constructor(onExpired: () => void, now: () => number, all: Set<Deadline>) {
    this.#onExpired = onExpired;
    this.#now = now;
    this.#all = all;
  }

  /** Expires in so many milliseconds, instead of whatever was set before. */
  set(ms: number): void {
    this.#expiresAtMs = this.#now() + ms;
  }

  /** Expires in so many milliseconds at the latest. */
  shorten(ms: number): void {
    this.#expiresAtMs = Math.min(this.#expiresAtMs, this.#now() + ms);
  }

  /** Nothing expires until it is set again. */
  clear(): void {
    this.#expiresAtMs = Infinity;
  }

  /** For good. */
  remove(): void {
    this.#all.delete(this);
  }

  expireAt(nowMs: number): void {
    if (this.#expiresAtMs > nowMs) return;
    this.#expiresAtMs = Infinity;
    this.#onExpired();
  }
}
