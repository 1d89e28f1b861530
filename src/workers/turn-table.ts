/**
 * Whose turn it is, over all workers: nobody makes what another one is making, and no more is made at once than there
 * are cores. The master keeps it, so that the turns of a worker that dies go on to others; a lock file would survive.
 *
 * A plain table: it sends nothing itself but tells whom to tell.
 */
export type TurnLimits = { readonly maxAtOnce: number; readonly maxAtOnceEach: number };

type Wish<W> = { readonly worker: W; readonly key: string };

export class TurnTable<W> {
  readonly #limits: TurnLimits;
  readonly #grant: (worker: W, key: string) => void;
  readonly #holders = new Map<string, W>();
  #wishes: Wish<W>[] = [];

  /** @param grant called when it is a worker's turn, from within any of the methods below */
  constructor(limits: TurnLimits, grant: (worker: W, key: string) => void) {
    this.#limits = limits;
    this.#grant = grant;
  }

  /** The worker wants to make what the key stands for; first come, first served. */
  want(worker: W, key: string): void {
    this.#wishes.push({ worker, key });
    this.#grantWhatCanBe();
  }

  done(worker: W, key: string): void {
    if (this.#holders.get(key) === worker) this.#holders.delete(key);
    this.#grantWhatCanBe();
  }

  /** The worker is gone: what it held is free, and it wants nothing any more. */
  leave(worker: W): void {
    for (const [key, holder] of this.#holders) if (holder === worker) this.#holders.delete(key);
    this.#wishes = this.#wishes.filter((wish) => wish.worker !== worker);
    this.#grantWhatCanBe();
  }

  #grantWhatCanBe(): void {
    const later: Wish<W>[] = [];
    for (const wish of this.#wishes) {
      if (!this.#isFree(wish)) later.push(wish);
      else {
        this.#holders.set(wish.key, wish.worker);
        this.#grant(wish.worker, wish.key);
      }
    }
    this.#wishes = later;
  }

  #isFree({ worker, key }: Wish<W>): boolean {
    if (this.#holders.size >= this.#limits.maxAtOnce || this.#holders.has(key)) return false;
    let held = 0;
    for (const holder of this.#holders.values()) if (holder === worker) held++;
    return held < this.#limits.maxAtOnceEach;
  }
}
