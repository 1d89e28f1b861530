/**
 * Answers that are good for a while: asked for again they come from memory, and asked for by many at once they are
 * worked out once.
 *
 * There is no invalidation to get wrong. Time is cut into ticks of `freshMs`, and an answer is trusted to the end of
 * its tick: so answers made of other answers go stale together and not one after the other. What was slow to find is
 * trusted for `freshFactor` times as long as it took, so it takes at most 1/freshFactor of the time.
 */
export type Freshness = {
  readonly freshMs: number;
  readonly freshFactor: number;
  readonly maxAnswers: number;
  readonly now: () => number;
};

type Answer<V> = { readonly value: Promise<V>; freshUntilMs: number };

export class Lasting<K, V> {
  readonly #freshness: Freshness;
  readonly #find: (key: K, former: V | undefined) => Promise<V>;
  readonly #answers = new Map<K, Answer<V>>();

  /**
   * @param find works an answer out; what it throws is passed on and not kept. It is told the former answer, if there
   *   was one: where that can be seen to hold still, it may be given again
   */
  constructor(freshness: Freshness, find: (key: K, former: V | undefined) => Promise<V>) {
    this.#freshness = freshness;
    this.#find = find;
  }

  get(key: K): Promise<V> {
    const { now, maxAnswers } = this.#freshness;
    const kept = this.#answers.get(key);
    this.#answers.delete(key);
    const answer = kept !== undefined && now() < kept.freshUntilMs ? kept : this.#findNow(key, kept);
    this.#answers.set(key, answer); // last in line to be forgotten
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= maxAnswers) break;
      this.#answers.delete(oldest);
    }
    return answer.value;
  }

  #findNow(key: K, former: Answer<V> | undefined): Answer<V> {
    const { now, freshMs, freshFactor } = this.#freshness;
    const startMs = now();
    const value =
      former === undefined
        ? this.#find(key, undefined)
        : former.value.then((formerValue) => this.#find(key, formerValue));
    const answer = { value, freshUntilMs: Infinity };
    answer.value.then(
      () => {
        const endOfTickMs = (Math.floor(startMs / freshMs) + 1) * freshMs;
        answer.freshUntilMs = Math.max(endOfTickMs, startMs + freshFactor * (now() - startMs));
      },
      () => {
        if (this.#answers.get(key) === answer) this.#answers.delete(key);
      },
    );
    return answer;
  }
}
