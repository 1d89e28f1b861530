import { ChildProcess } from "node:child_process";
import { Socket } from "node:net";
import { expect, test } from "vitest";
import { Dispatcher, type DispatcherLimits } from "../../src/workers/dispatcher.ts";
import type { MasterToWorker } from "../../src/workers/messages.ts";
import { WorkerHandle } from "../../src/workers/worker-handle.ts";

/** A worker without a process: it keeps what it is sent, and the channel takes a message when the test says so. */
class ChannelEnd extends WorkerHandle {
  readonly received: Socket[] = [];
  readonly #unsent: (() => void)[] = [];

  constructor() {
    super(new ChildProcess(), 0, 1);
    this.state = "serving";
    this.maxConnections = Infinity;
  }

  override send(message: MasterToWorker, socket?: Socket, onSent: () => void = () => undefined): void {
    if (message.kind !== "connection") throw new Error(`What is ${message.kind} to a dispatcher?`);
    if (socket !== undefined) this.received.push(socket);
    this.#unsent.push(onSent);
  }

  /** What is on its way is in the channel now. */
  flush(): void {
    for (const onSent of this.#unsent.splice(0)) onSent();
  }
}

const LIMITS: DispatcherLimits = { maxUnacknowledged: 3, unresponsiveMs: 300, maxWaitingConnections: 5 };

function createDispatcher(workerCount: number): {
  readonly dispatcher: Dispatcher;
  readonly workers: readonly ChannelEnd[];
  readonly pass: (ms: number) => void;
  /** So many new connections, each sent before the next one comes. */
  readonly dispatch: (count: number) => Socket[];
} {
  let now = 0;
  const dispatcher = new Dispatcher(LIMITS, () => now);
  const workers = Array.from({ length: workerCount }, () => new ChannelEnd());
  for (const worker of workers) dispatcher.addWorker(worker);
  return {
    dispatcher,
    workers,
    pass: (ms) => void (now += ms),
    dispatch(count) {
      return Array.from({ length: count }, () => {
        const socket = new Socket();
        dispatcher.dispatch(socket);
        for (const worker of workers) worker.flush();
        return socket;
      });
    },
  };
}

function workerAt(workers: readonly ChannelEnd[], index: number): ChannelEnd {
  const worker = workers[index];
  if (worker === undefined) throw new Error(`There is no worker ${index}.`);
  return worker;
}

test("gives the next connection to who has the fewest not yet taken", () => {
  const { workers, dispatch } = createDispatcher(3);
  dispatch(6);
  expect(workers.map(({ received }) => received.length)).toEqual([2, 2, 2]);
});

test("gives the next connection to who serves the fewest, if all have taken theirs", () => {
  const { dispatcher, workers, dispatch } = createDispatcher(2);
  dispatch(4);
  for (const worker of workers) dispatcher.accepted(worker, 2, 2);
  dispatcher.hasOpen(workerAt(workers, 1), 1);
  dispatch(1);
  expect(workers.map(({ received }) => received.length)).toEqual([2, 3]);
});

test("has only one message on its way into each channel", () => {
  const { dispatcher, workers } = createDispatcher(2);
  for (let i = 0; i < 4; i++) dispatcher.dispatch(new Socket());
  expect(workers.map(({ received }) => received.length)).toEqual([1, 1]);
  workerAt(workers, 1).flush();
  expect(workers.map(({ received }) => received.length)).toEqual([1, 2]);
});

test("keeps its copy of a connection until the worker has taken it", () => {
  const { dispatcher, workers, dispatch } = createDispatcher(1);
  const [first, second] = dispatch(2);
  expect(first?.destroyed).toBe(false);
  dispatcher.accepted(workerAt(workers, 0), 1, 1);
  expect([first?.destroyed, second?.destroyed]).toEqual([true, false]);
  expect(dispatcher.openConnections).toBe(2);
  dispatcher.accepted(workerAt(workers, 0), 1, 2);
  expect(dispatcher.openConnections).toBe(2);
  dispatcher.hasOpen(workerAt(workers, 0), 0);
  expect(dispatcher.openConnections).toBe(0);
});

test("hands what a dead worker had not taken to another one, before all that came later", () => {
  const { dispatcher, workers, dispatch } = createDispatcher(1);
  const sockets = dispatch(5);
  const dead = workerAt(workers, 0);
  dispatcher.accepted(dead, 1, 1);
  dispatcher.removeWorker(dead);
  expect(dispatcher.openConnections).toBe(4); // the one it had taken died with it
  const next = new ChannelEnd();
  dispatcher.addWorker(next);
  for (let i = 0; i < 4; i++) {
    next.flush();
    dispatcher.accepted(next, 1, i + 1);
  }
  expect(next.received).toEqual(sockets.slice(1));
  expect(dead.unacknowledged).toEqual([]);
});

test("gives nothing more to a worker that is gone", () => {
  const { dispatcher, workers, dispatch } = createDispatcher(2);
  dispatcher.removeWorker(workerAt(workers, 0));
  dispatch(2);
  expect(workers.map(({ received }) => received.length)).toEqual([0, 2]);
});

test("lets connections wait that nobody can take, and closes those that are too many", () => {
  const { dispatcher, workers, dispatch } = createDispatcher(1);
  const sockets = dispatch(10);
  const worker = workerAt(workers, 0);
  expect(worker.received).toHaveLength(LIMITS.maxUnacknowledged);
  expect(sockets.map(({ destroyed }) => destroyed)).toEqual([
    ...Array.from({ length: 8 }, () => false),
    true,
    true,
  ]);
  expect(dispatcher.openConnections).toBe(8);
  dispatcher.accepted(worker, 3, 3);
  worker.flush();
  worker.flush();
  worker.flush();
  expect(worker.received).toEqual(sockets.slice(0, 6));
});

test("passes a worker over that lets its oldest one lie", () => {
  const { dispatcher, workers, dispatch, pass } = createDispatcher(2);
  dispatch(2);
  dispatcher.accepted(workerAt(workers, 1), 1, 1);
  pass(LIMITS.unresponsiveMs);
  dispatch(3);
  expect(workers.map(({ received }) => received.length)).toEqual([1, 4]);
  dispatcher.accepted(workerAt(workers, 0), 1, 1);
  dispatch(1);
  expect(workers.map(({ received }) => received.length)).toEqual([2, 4]);
});

test("gives a worker no more than it can have, and goes on when it has closed one", () => {
  const { dispatcher, workers, dispatch } = createDispatcher(1);
  const [worker] = workers;
  if (worker === undefined) throw new Error("There is one worker.");
  worker.maxConnections = 4;
  dispatch(3);
  dispatcher.accepted(worker, 3, 3);
  dispatch(3);
  expect(worker.received).toHaveLength(4);
  dispatcher.accepted(worker, 1, 4);
  worker.flush();
  expect(worker.received).toHaveLength(4);
  dispatcher.hasOpen(worker, 3);
  worker.flush();
  expect(worker.received).toHaveLength(5);
});

test("counts what came, what waits, and what was refused", () => {
  const { dispatcher, workers, dispatch } = createDispatcher(1);
  dispatch(LIMITS.maxUnacknowledged + LIMITS.maxWaitingConnections + 2);
  expect(dispatcher.acceptedCount).toBe(10);
  expect(dispatcher.refusedCount).toBe(2);
  expect(dispatcher.waitingConnections).toBe(5);
  expect(dispatcher.openConnections).toBe(8);
  const worker = workerAt(workers, 0);
  for (let i = 0; i < 8; i++) {
    dispatcher.accepted(worker, 1, i + 1);
    worker.flush();
  }
  expect(dispatcher.waitingConnections).toBe(0);
  expect([dispatcher.acceptedCount, dispatcher.refusedCount, dispatcher.openConnections]).toEqual([10, 2, 8]);
});
