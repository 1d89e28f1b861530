/**
 * Whose turn it is, over all workers: nobody makes what another one is making, and no more is made at once than there
 * are cores. The master keeps it, so that the turns of a worker that dies go on to others; a lock file would survive.
 *
 * First come, first served, but for a few things. A picture that somebody looks at comes before the tiles of an album,
 * and what may be for nobody comes at last. The others spare work (BENCHMARKS.md): whoever wanted what another one has
 * just made needs no turn any more; what can be made of something larger gives its place to that, and waits for it.
 *
 * The line is bounded. When it is too long the last in it is refused, which is not always the one who came last.
 *
 * A plain table: it sends nothing itself but tells whom to tell.
 */
import type { TurnMessage, TurnUrgency, TurnWish } from "./messages.ts";

export type TurnLimits = {
  readonly maxAtOnce: number;
  /** Keys that wait, however many workers want each. */
  readonly maxWaiting: number;
};

type WaitingWish<W> = Omit<TurnWish, "urgency"> & {
  readonly worker: W;
  urgency: TurnUrgency;
};

export class TurnTable<W> {
  readonly #limits: TurnLimits;
  readonly #tell: (worker: W, message: TurnMessage) => void;
  readonly #holders = new Map<string, W>();
  /** By key: who wants the same stands together, where the first of them came. */
  readonly #waiting = new Map<string, WaitingWish<W>[]>();
  #refused = 0;

  /** @param tell called with what a worker is to know, from within any of the methods below */
  constructor(limits: TurnLimits, tell: (worker: W, message: TurnMessage) => void) {
    this.#limits = limits;
    this.#tell = tell;
  }

  /** The worker wants to make what the key stands for. It is told when it may, or that it need or shall not. */
  want(worker: W, { key, after, urgency }: TurnWish): void {
    const wish = { worker, key, after, urgency };
    const others = this.#waiting.get(key);
    if (others === undefined) this.#waiting.set(key, [wish]);
    else others.push(wish);
    this.#grantWhatCanBe();
    if (this.waitingCount > this.#limits.maxWaiting) this.#refuseTheLast();
  }

  /** What the worker waits for is more or less urgent now, in the place it has; with "none" it waits no more. */
  reconsider(worker: W, key: string, urgency: TurnUrgency | "none"): void {
    const wish = this.#waiting.get(key)?.find((candidate) => candidate.worker === worker);
    if (wish === undefined) return; // it had its turn, or was refused, before this was heard
    if (urgency === "none") this.#remove(wish);
    else wish.urgency = urgency;
    this.#grantWhatCanBe();
  }

  /** Others that wanted the same need not take turns to find out: one by one they would keep the makers waiting. */
  done(worker: W, key: string): void {
    if (this.#holders.get(key) === worker) {
      this.#holders.delete(key);
      this.#dismiss(key, "turn-over");
    }
    this.#grantWhatCanBe();
  }

  /** The worker is gone: what it held is free, and it wants nothing any more. */
  leave(worker: W): void {
    for (const [key, holder] of this.#holders) if (holder === worker) this.#holders.delete(key);
    for (const wishes of this.#waiting.values()) {
      for (const wish of wishes.filter((candidate) => candidate.worker === worker)) this.#remove(wish);
    }
    this.#grantWhatCanBe();
  }

  #grantWhatCanBe(): void {
    if (this.#holders.size >= this.#limits.maxAtOnce) return; // most of the time, and the line may be long
    for (const wish of this.#inOrder()) {
      const first = this.#bestFirst(wish);
      if (first === undefined || this.#holders.has(first.key)) continue;
      this.#remove(first);
      this.#holders.set(first.key, first.worker);
      this.#tell(first.worker, { kind: "turn", key: first.key });
      if (this.#holders.size >= this.#limits.maxAtOnce) return;
    }
  }

  /** The most urgent first, then the oldest. */
  #inOrder(): WaitingWish<W>[] {
    return [...this.#waiting.values()].flat().toSorted((a, b) => RANKS[a.urgency] - RANKS[b.urgency]);
  }

  /** The wish itself, or another one that it is better made after; undefined if that one is under way. */
  #bestFirst(wish: WaitingWish<W>): WaitingWish<W> | undefined {
    for (const key of wish.after) {
      if (this.#holders.has(key)) return undefined;
      const better = this.#waiting.get(key)?.find(({ urgency }) => urgency !== "last");
      if (better !== undefined) return better;
    }
    return wish;
  }

  /** So many are being made. */
  get makingCount(): number {
    return this.#holders.size;
  }

  /** So many were ever refused, since the line was too long. */
  get refusedCount(): number {
    return this.#refused;
  }

  /** So many wait, without those that are being made: to wait for these makes no more work. */
  get waitingCount(): number {
    let count = this.#waiting.size;
    for (const key of this.#holders.keys()) if (this.#waiting.has(key)) count--;
    return count;
  }

  /** Of the least urgent the one that came last: the others would have waited longer for nothing. */
  #refuseTheLast(): void {
    let last: { readonly key: string; readonly rank: number } | undefined;
    for (const [key, wishes] of this.#waiting) {
      if (this.#holders.has(key)) continue;
      const rank = Math.min(...wishes.map(({ urgency }) => RANKS[urgency]));
      if (last === undefined || rank >= last.rank) last = { key, rank };
    }
    if (last === undefined) return;
    this.#refused++;
    this.#dismiss(last.key, "turn-refused");
  }

  #dismiss(key: string, kind: "turn-over" | "turn-refused"): void {
    const wishes = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    for (const { worker } of wishes) this.#tell(worker, { kind, key });
  }

  #remove(wish: WaitingWish<W>): void {
    const others = this.#waiting.get(wish.key)?.filter((other) => other !== wish) ?? [];
    if (others.length === 0) this.#waiting.delete(wish.key);
    else this.#waiting.set(wish.key, others);
  }
}

const RANKS: Readonly<Record<TurnUrgency, number>> = { first: 0, usual: 1, last: 2 };
