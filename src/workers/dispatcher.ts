/**
 * Which worker gets the next connection, and how none is lost on the way.
 *
 * A socket sent to a process that dies before it reads the message is gone without an error, and its client hangs: of
 * 4,000 connections 81 to 126 were lost so. Therefore the master keeps its own queue and lets at most one message per
 * worker be on its way into a channel; it keeps a copy of every socket until the worker says that it has it; and what
 * a dead worker had not taken goes to another one. Not an octet has been read of it, so nobody can tell.
 */
import type { Socket } from "node:net";
import type { Trace } from "./trace.ts";
import type { WorkerHandle } from "./worker-handle.ts";

export type DispatcherLimits = {
  readonly maxUnacknowledged: number;
  readonly unresponsiveMs: number;
  readonly maxWaitingConnections: number;
};

export class Dispatcher {
  readonly #limits: DispatcherLimits;
  readonly #now: () => number;
  readonly #trace: Trace | undefined;
  readonly #workers: WorkerHandle[] = [];
  /** Oldest first, from `#waitingFrom` on: shift() would move all the others. */
  #waiting: Socket[] = [];
  #waitingFrom = 0;
  #accepted = 0;
  #refused = 0;

  constructor(limits: DispatcherLimits, now: () => number, trace?: Trace) {
    this.#limits = limits;
    this.#now = now;
    this.#trace = trace;
  }

  /** Accepted and given to no worker, or given and not yet taken, or being served. */
  get openConnections(): number {
    const held = this.#workers.map((worker) => worker.unacknowledged.length + worker.openConnections);
    return held.reduce((sum, count) => sum + count, this.waitingConnections);
  }

  /** Accepted and given to no worker. */
  get waitingConnections(): number {
    return this.#waiting.length - this.#waitingFrom;
  }

  /** All that ever came here, those that were refused included. */
  get acceptedCount(): number {
    return this.#accepted;
  }

  /** Closed at once, since too many waited. */
  get refusedCount(): number {
    return this.#refused;
  }

  /** From now on this worker gets connections. */
  addWorker(worker: WorkerHandle): void {
    this.#workers.push(worker);
    this.handOver();
  }

  /** The worker is gone: what it had not taken is handed to others, before all that came later. */
  removeWorker(worker: WorkerHandle): void {
    const index = this.#workers.indexOf(worker);
    if (index !== -1) this.#workers.splice(index, 1);
    const returned = worker.unacknowledged.splice(0).map(({ socket }) => socket);
    worker.openConnections = 0;
    for (const socket of returned)
      this.#trace?.(socket, `worker ${worker.number} is gone and had not taken it`);
    this.#waiting = [...returned, ...this.#waiting.slice(this.#waitingFrom)];
    this.#waitingFrom = 0;
    this.handOver();
  }

  /** A connection of which nothing was read, nor will be here. */
  dispatch(socket: Socket): void {
    this.#accepted++;
    this.#trace?.(socket, "accepted");
    if (this.waitingConnections >= this.#limits.maxWaitingConnections) {
      this.#refused++;
      this.#trace?.(socket, "closed: too many connections wait for a worker");
      socket.destroy();
      return;
    }
    this.#waiting.push(socket);
    this.handOver();
  }

  /**
   * The worker has its oldest ones: the master's copies may go. They are closed, the connections are not.
   *
   * @param open so many it has now, with these
   */
  accepted(worker: WorkerHandle, count: number, open: number): void {
    for (const { socket } of worker.unacknowledged.splice(0, count)) socket.destroy();
    this.hasOpen(worker, open);
  }

  /** What a worker says of itself, now and then; it has never more than it said last. */
  hasOpen(worker: WorkerHandle, open: number): void {
    worker.openConnections = open;
    this.handOver();
  }

  /** Hands over as many as can be now; called again whenever a worker may have become free. */
  handOver(): void {
    while (this.#waitingFrom < this.#waiting.length) {
      const worker = this.#chooseWorker();
      const socket = this.#waiting[this.#waitingFrom];
      if (worker === undefined || socket === undefined) return;
      this.#waitingFrom++;
      this.#handOverTo(worker, socket);
    }
    this.#waiting = [];
    this.#waitingFrom = 0;
  }

  #handOverTo(worker: WorkerHandle, socket: Socket): void {
    worker.unacknowledged.push({ socket, sentMs: this.#now() });
    worker.isSending = true;
    this.#trace?.(socket, `handed to worker ${worker.number} (pid ${worker.pid})`);
    worker.send({ kind: "connection" }, socket, () => {
      worker.isSending = false;
      this.handOver();
    });
  }

  /** Fewest not yet taken, then fewest open, among those that can be sent to now. */
  #chooseWorker(): WorkerHandle | undefined {
    let best: WorkerHandle | undefined;
    for (const worker of this.#workers) {
      if (this.#canBeSentTo(worker) && (best === undefined || isLessBusy(worker, best))) best = worker;
    }
    return best;
  }

  /** A worker that has let its oldest one lie for too long is passed over: it costs only what it was handed before. */
  #canBeSentTo(worker: WorkerHandle): boolean {
    const [oldest] = worker.unacknowledged;
    const given = worker.unacknowledged.length;
    if (worker.state !== "serving" || worker.isSending || given >= this.#limits.maxUnacknowledged)
      return false;
    if (given + worker.openConnections >= worker.maxConnections) return false;
    return oldest === undefined || this.#now() - oldest.sentMs < this.#limits.unresponsiveMs;
  }
}

function isLessBusy(a: WorkerHandle, b: WorkerHandle): boolean {
  const difference = a.unacknowledged.length - b.unacknowledged.length;
  return difference === 0 ? a.openConnections < b.openConnections : difference < 0;
}
