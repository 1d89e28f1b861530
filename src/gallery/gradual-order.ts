/**
 * A list that is put in order only where somebody looks: the first page of 100,000 photos needs the first 200 of them,
 * and to find these takes a tenth of what sorting all would (BENCHMARKS.md).
 *
 * It is quicksort that goes only where it has to. The list is cut into runs; each item stands before all items of later
 * runs. A run that is looked at and not yet in order is cut in three by one of its items, or sorted if it is short:
 *
 *     look at 0..2     [ 5 3 9 1 7 8 2 ]
 *                      [ 3 1 2 ] (5) [ 9 7 8 ]
 *                      ( 1 2 3 ) (5) [ 9 7 8 ]      the last run stays as it is until somebody looks there
 */
import { forEachInSlices } from "./slices.ts";

type Run<T> = { readonly items: readonly T[]; readonly isOrdered: boolean };

/** Sorted in one go: half a millisecond or so. */
const SHORT_RUN_ITEMS = 512;

export class GradualOrder<T> {
  readonly length: number;
  readonly #compare: (a: T, b: T) => number;
  readonly #runs: Run<T>[];
  /** Who looks waits for who looked before: runs are not to be cut by two at once. */
  #lastLook: Promise<unknown> = Promise.resolve();

  /** @param items all different, so that `compare` never says 0 */
  constructor(items: readonly T[], compare: (a: T, b: T) => number) {
    this.length = items.length;
    this.#compare = compare;
    this.#runs = [{ items, isOrdered: items.length < 2 }];
  }

  /** The items at some places, as Array.slice has them. */
  slice(start: number, end: number): Promise<T[]> {
    return this.#look(async () => {
      const found: T[] = [];
      let runStart = 0;
      for (let at = 0; at < this.#runs.length && runStart < end;) {
        const { items, isOrdered } = this.#run(at);
        const isSeen = runStart + items.length > start;
        if (isSeen && !isOrdered) {
          await this.#refine(at);
          continue;
        }
        if (isSeen) found.push(...items.slice(Math.max(0, start - runStart), end - runStart));
        runStart += items.length;
        at++;
      }
      return found;
    });
  }

  /** The place of an item; -1 if it is none of them. */
  indexOf(item: T): Promise<number> {
    return this.#look(async () => {
      let runStart = 0;
      for (let at = 0; at < this.#runs.length;) {
        const { items, isOrdered } = this.#run(at);
        const place = items.indexOf(item);
        if (place !== -1 && isOrdered) return runStart + place;
        if (place !== -1) {
          await this.#refine(at);
          continue;
        }
        runStart += items.length;
        at++;
      }
      return -1;
    });
  }

  #look<R>(perform: () => Promise<R>): Promise<R> {
    const result = this.#lastLook.then(perform);
    this.#lastLook = result.catch(() => undefined);
    return result;
  }

  #run(at: number): Run<T> {
    const run = this.#runs[at];
    if (run === undefined) throw new Error("There is no such run.");
    return run;
  }

  /** Puts several runs, or one that is in order, in the place of one that is not. */
  async #refine(at: number): Promise<void> {
    const { items } = this.#run(at);
    if (items.length <= SHORT_RUN_ITEMS) {
      this.#runs[at] = { items: items.toSorted(this.#compare), isOrdered: true };
      return;
    }
    const middle = items[Math.floor(Math.random() * items.length)] as T; // so that no order of names makes it slow
    const before: T[] = [];
    const behind: T[] = [];
    await forEachInSlices(items, (item) => {
      if (item !== middle) (this.#compare(item, middle) < 0 ? before : behind).push(item);
    });
    const runs = [before, [middle], behind].filter((run) => run.length > 0);
    this.#runs.splice(at, 1, ...runs.map((run) => ({ items: run, isOrdered: run.length < 2 })));
  }
}
