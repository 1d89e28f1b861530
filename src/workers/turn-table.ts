/**
 * Whose turn it is, over all workers: nobody makes what another one is making, and no more is made at once than there
 * are cores. The master keeps it, so that the turns of a worker that dies go on to others; a lock file would survive.
 *
 * First come, first served, but for three things that spare work (BENCHMARKS.md). Whoever wanted what another one has
 * just made needs no turn any more. What can be made of something larger gives its place to that, and waits for it. And a
 * worker that has had a turn comes before those that have not, since it has loaded by now what they would have to load;
 * but nobody waits for that longer than `practisedFirstMs`.
 *
 * A plain table: it sends nothing itself but tells whom to tell.
 */
import type { TurnMessage } from "./messages.ts";

export type TurnLimits = {
  readonly maxAtOnce: number;
  readonly maxAtOnceEach: number;
  readonly practisedFirstMs: number;
};

type Wish<W> = {
  readonly worker: W;
  readonly key: string;
  readonly after: readonly string[];
  readonly wantedMs: number;
};

export class TurnTable<W> {
  readonly #limits: TurnLimits;
  readonly #tell: (worker: W, message: TurnMessage) => void;
  readonly #now: () => number;
  readonly #holders = new Map<string, W>();
  /** Who has had a turn, ever. */
  readonly #practised = new Set<W>();
  #wishes: Wish<W>[] = [];

  /**
   * @param tell called with what a worker is to know, from within any of the methods below
   * @param now milliseconds of a clock that never goes back
   */
  constructor(limits: TurnLimits, tell: (worker: W, message: TurnMessage) => void, now: () => number) {
    this.#limits = limits;
    this.#tell = tell;
    this.#now = now;
  }

  /**
   * The worker wants to make what the key stands for.
   *
   * @param after what it could be made of at less cost, the best first
   */
  want(worker: W, key: string, after: readonly string[]): void {
    this.#wishes.push({ worker, key, after, wantedMs: this.#now() });
    this.#grantWhatCanBe();
  }

  /** Others that wanted the same need not take turns to find out: one by one they would keep the makers waiting. */
  done(worker: W, key: string): void {
    if (this.#holders.get(key) === worker) {
      this.#holders.delete(key);
      const over = this.#wishes.filter((wish) => wish.key === key);
      this.#wishes = this.#wishes.filter((wish) => wish.key !== key);
      for (const wish of over) this.#tell(wish.worker, { kind: "turn-over", key });
    }
    this.#grantWhatCanBe();
  }

  /** The worker is gone: what it held is free, and it wants nothing any more. */
  leave(worker: W): void {
    for (const [key, holder] of this.#holders) if (holder === worker) this.#holders.delete(key);
    this.#practised.delete(worker);
    this.#wishes = this.#wishes.filter((wish) => wish.worker !== worker);
    this.#grantWhatCanBe();
  }

  #grantWhatCanBe(): void {
    for (const wish of this.#inOrder()) {
      if (this.#holders.size >= this.#limits.maxAtOnce) return;
      const first = this.#bestFirst(wish);
      if (first === undefined || !this.#isFree(first)) continue;
      this.#wishes = this.#wishes.filter((other) => other !== first);
      this.#holders.set(first.key, first.worker);
      this.#practised.add(first.worker);
      this.#tell(first.worker, { kind: "turn", key: first.key });
    }
  }

  /** The oldest first, but for those that can wait a little for somebody who is practised. */
  #inOrder(): Wish<W>[] {
    const overdueMs = this.#now() - this.#limits.practisedFirstMs;
    const canWait = ({ worker, wantedMs }: Wish<W>): boolean =>
      !this.#practised.has(worker) && wantedMs > overdueMs;
    return [...this.#wishes.filter((wish) => !canWait(wish)), ...this.#wishes.filter(canWait)];
  }

  /** The wish itself, or another one that it is better made after; undefined if that one is under way. */
  #bestFirst(wish: Wish<W>): Wish<W> | undefined {
    for (const key of wish.after) {
      if (this.#holders.has(key)) return undefined;
      const better = this.#wishes.find((other) => other.key === key);
      if (better !== undefined) return better;
    }
    return wish;
  }

  #isFree({ worker, key }: Wish<W>): boolean {
    if (this.#holders.has(key)) return false;
    let held = 0;
    for (const holder of this.#holders.values()) if (holder === worker) held++;
    return held < this.#limits.maxAtOnceEach;
  }
}
