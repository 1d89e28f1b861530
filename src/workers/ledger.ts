/**
 * What all workers have done together, those that are gone included: no number in it ever becomes smaller.
 *
 * A worker says what it has done since it was started, so nothing is counted twice or lost if it says so more or less
 * often. Of one that was killed at most the last heartbeat's time is missing.
 */
import type { WorkDone } from "./messages.ts";

export class Ledger<W> {
  #ofThoseGone: WorkDone = NOTHING_DONE;
  readonly #present = new Map<W, { done: WorkDone; readonly pace: Pace }>();
  readonly #windowMs: number;
  readonly #now: () => number;

  /**
   * @param windowMs "now" in "requests per second now"
   * @param now milliseconds of a clock that never goes back
   */
  constructor(windowMs: number, now: () => number) {
    this.#windowMs = windowMs;
    this.#now = now;
  }

  /** What a worker says of itself. */
  heard(worker: W, done: WorkDone): void {
    const known = this.#present.get(worker);
    const pace = known?.pace ?? new Pace(this.#windowMs);
    pace.note(countResponses(done), this.#now());
    if (known === undefined) this.#present.set(worker, { done, pace });
    else known.done = done;
  }

  /** The worker is gone, what it has done stays. */
  gone(worker: W): void {
    this.#ofThoseGone = add(this.#ofThoseGone, this.doneBy(worker));
    this.#present.delete(worker);
  }

  doneBy(worker: W): WorkDone {
    return this.#present.get(worker)?.done ?? NOTHING_DONE;
  }

  responsesPerSecondOf(worker: W): number {
    return this.#present.get(worker)?.pace.perSecond(this.#now()) ?? 0;
  }

  get sum(): WorkDone {
    return [...this.#present.values()].reduce((sum, { done }) => add(sum, done), this.#ofThoseGone);
  }
}

export function countResponses({ responses }: WorkDone): number {
  return Object.values(responses).reduce((sum, count) => sum + count, 0);
}

const NOTHING_DONE: WorkDone = {
  responses: {},
  durations: [],
  tookMs: 0,
  contentBytes: 0,
  connectionsAccepted: 0,
  connectionsRefused: 0,
};

function add(a: WorkDone, b: WorkDone): WorkDone {
  const responses: Record<number, number> = { ...a.responses };
  for (const [status, count] of Object.entries(b.responses)) {
    responses[Number(status)] = (responses[Number(status)] ?? 0) + count;
  }
  const [longer, shorter] = a.durations.length < b.durations.length ? [b, a] : [a, b]; // nobody has counted yet, or all have
  return {
    responses,
    durations: longer.durations.map((count, i) => count + (shorter.durations[i] ?? 0)),
    tookMs: a.tookMs + b.tookMs,
    contentBytes: a.contentBytes + b.contentBytes,
    connectionsAccepted: a.connectionsAccepted + b.connectionsAccepted,
    connectionsRefused: a.connectionsRefused + b.connectionsRefused,
  };
}

/** How fast a number has grown of late. */
class Pace {
  readonly #windowMs: number;
  /** The oldest first; all but the first one of them are within the window. */
  readonly #marks: { readonly count: number; readonly atMs: number }[] = [];

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  note(count: number, atMs: number): void {
    this.#marks.push({ count, atMs });
    while (this.#marks.length > 2 && (this.#marks[1]?.atMs ?? atMs) <= atMs - this.#windowMs)
      this.#marks.shift();
  }

  /** 0 for who has said nothing for the whole window: whatever it does, nobody knows. */
  perSecond(nowMs: number): number {
    const first = this.#marks[0];
    const last = this.#marks.at(-1);
    if (first === undefined || last === undefined || last.atMs <= first.atMs) return 0;
    if (nowMs - last.atMs > this.#windowMs) return 0;
    return ((last.count - first.count) * 1_000) / (last.atMs - first.atMs);
  }
}
