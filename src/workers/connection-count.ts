/**
 * How many connections a worker has, and when its master hears of it.
 *
 * That some were accepted is said at once, since the master keeps copies of them until then. That some were closed can
 * wait: it is said together with the next ones that are accepted, or a moment later. A message of its own for each would
 * cost as much as parsing five requests (BENCHMARKS.md).
 */
import type { WorkerToMaster } from "./messages.ts";

export class ConnectionCount {
  readonly #tellMaster: (message: WorkerToMaster) => void;
  #patienceMs: number;
  #open = 0;
  #reported = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param patienceMs the master may hear so late of what changed */
  constructor(tellMaster: (message: WorkerToMaster) => void, patienceMs: number) {
    this.#tellMaster = tellMaster;
    this.#patienceMs = patienceMs;
  }

  /** The master handed them over. To be called before one octet of them is read. */
  accepted(count: number): void {
    this.#open += count;
    this.#reported = this.#open;
    this.#tellMaster({ kind: "accepted", count, open: this.#open });
  }

  /** This worker accepted one by itself. */
  opened(): void {
    this.#open++;
    this.#reportLater();
  }

  closed(): void {
    this.#open--;
    this.#reportLater();
  }

  /** The master wants to know each time: it waits for the last one to be closed. */
  reportFromNowOnAtOnce(): void {
    this.#patienceMs = 0;
    clearTimeout(this.#timer);
    this.#report();
  }

  #reportLater(): void {
    this.#timer ??= setTimeout(() => this.#report(), this.#patienceMs);
  }

  #report(): void {
    this.#timer = undefined;
    if (this.#open !== this.#reported) this.#tellMaster({ kind: "open", open: this.#open });
    this.#reported = this.#open;
  }
}
