/**
 * When another worker takes the place of one that is gone: at once if that one was healthy, and the later the more of
 * them die young. Who dies so early is probably the next one's fate too.
 */
export type RestartDelays = {
  readonly restartDelayMs: number;
  readonly maxRestartDelayMs: number;
  readonly youngMs: number;
};

export class Restarts {
  readonly #delays: RestartDelays;
  readonly #timers = new Set<NodeJS.Timeout>();
  #youngDeaths = 0;

  constructor(delays: RestartDelays) {
    this.#delays = delays;
  }

  /** How many wait for their time. */
  get pendingCount(): number {
    return this.#timers.size;
  }

  /**
   * @param ageMs of the one that is gone
   * @param isChance it was killed from outside, which says nothing of the next one
   * @param start called at once, or when the time has come
   */
  plan(ageMs: number, isChance: boolean, start: () => void): void {
    const { restartDelayMs, maxRestartDelayMs, youngMs } = this.#delays;
    const isYoung = ageMs < youngMs;
    if (!isChance) this.#youngDeaths = isYoung ? this.#youngDeaths + 1 : 0;
    if (!isYoung) return start();
    const delayMs = isChance ? restartDelayMs : restartDelayMs * 2 ** (this.#youngDeaths - 1);
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        start();
      },
      Math.min(maxRestartDelayMs, delayMs),
    );
    this.#timers.add(timer);
  }

  /** Nobody is started any more. */
  cancel(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
