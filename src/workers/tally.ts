/**
 * What a worker has done so far, in plain numbers: to count a response takes a few additions, and no memory.
 *
 * Its master hears of it with each heartbeat, if somebody watches (`--admin`); see ledger.ts.
 */
import type { Status } from "../http/status.ts";
import type { WorkDone } from "./messages.ts";

/** By status code, so that counting one needs no look-up; those below 200 are never used. */
const STATUS_CODES = 600;

export class Tally {
  readonly #boundsMs: readonly number[];
  readonly #responses = new Float64Array(STATUS_CODES);
  /** One more than there are bounds: for what took longer than the last of them. */
  readonly #durations: Float64Array;
  #tookMs = 0;
  #contentBytes = 0;
  #connectionsAccepted = 0;
  #connectionsRefused = 0;

  /** @param boundsMs longest durations of the classes in which responses are counted, the shortest first */
  constructor(boundsMs: readonly number[]) {
    this.#boundsMs = boundsMs;
    this.#durations = new Float64Array(boundsMs.length + 1);
  }

  /** @param tookMs may be negative if somebody set the clock */
  answered(status: Status, contentBytes: number, tookMs: number): void {
    const boundsMs = this.#boundsMs;
    let i = 0;
    while (i < boundsMs.length && tookMs > (boundsMs[i] ?? 0)) i++; // most are in the first
    this.#durations[i] = (this.#durations[i] ?? 0) + 1;
    this.#responses[status] = (this.#responses[status] ?? 0) + 1;
    this.#contentBytes += contentBytes;
    if (tookMs > 0) this.#tookMs += tookMs;
  }

  /** By this worker itself, not handed over. */
  connectionAccepted(): void {
    this.#connectionsAccepted++;
  }

  /** Closed at once, for want of room. */
  connectionRefused(): void {
    this.#connectionsRefused++;
  }

  /** All of it since the worker was started; a copy. */
  get sum(): WorkDone {
    const responses: Record<number, number> = {};
    this.#responses.forEach((count, status) => {
      if (count > 0) responses[status] = count;
    });
    return {
      responses,
      durations: [...this.#durations],
      tookMs: this.#tookMs,
      contentBytes: this.#contentBytes,
      connectionsAccepted: this.#connectionsAccepted,
      connectionsRefused: this.#connectionsRefused,
    };
  }
}
