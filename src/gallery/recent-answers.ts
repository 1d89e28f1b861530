/**
 * What request targets stood for a moment ago: whoever asks for the same again is answered at once, without a path being
 * taken apart, a file looked for or a promise waited for. Under load that is nearly everybody (BENCHMARKS.md).
 *
 * Time is cut into the ticks of lasting.ts. With each tick all is forgotten, so nothing is trusted any longer than what
 * it was made of.
 */
import type { Request, Response } from "../http/message.ts";

/**
 * How to answer whoever asks for a target; undefined if that cannot be said without looking for it anew.
 *
 * Throws HttpError as a Handler does.
 */
export type Answer = (request: Request, nowMs: number) => Response | Promise<Response> | undefined;

export type RecentAnswersSettings = {
  readonly freshMs: number;
  readonly maxAnswers: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
};

export class RecentAnswers {
  readonly #settings: RecentAnswersSettings;
  readonly #answers = new Map<string, Answer>();
  #tick = 0;

  constructor(settings: RecentAnswersSettings) {
    this.#settings = settings;
  }

  /** @param target as received: the same octets mean the same to everybody */
  get(target: string): Answer | undefined {
    this.#forgetTheFormerTick();
    return this.#answers.get(target);
  }

  /** To be called before it is looked for; what is found is remembered unless that took longer than the tick lasted. */
  lookingFor(target: string): (found: Answer) => void {
    this.#forgetTheFormerTick();
    const tick = this.#tick;
    return (found) => {
      this.#forgetTheFormerTick();
      if (tick === this.#tick && this.#answers.size < this.#settings.maxAnswers)
        this.#answers.set(target, found);
    };
  }

  #forgetTheFormerTick(): void {
    const { now, freshMs } = this.#settings;
    const tick = Math.floor(now() / freshMs);
    if (tick === this.#tick) return;
    this.#tick = tick;
    this.#answers.clear();
  }
}
