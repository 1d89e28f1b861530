/**
 * Keeps N workers alive: starts them, notices when one is gone, puts another in its place.
 *
 * A worker that was healthy is replaced at once. One that dies young is probably the next one's fate too: the delay
 * doubles each time. If so many in a row never even got ready, and none is left, the server gives up.
 */
import { type ChildProcess, fork } from "node:child_process";
import cluster from "node:cluster";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { WorkMessage, WorkerToMaster } from "./messages.ts";
import type { ServerOptions } from "./options.ts";
import { WorkerHandle } from "./worker-handle.ts";

export type SupervisorSettings = {
  readonly maxFailedBoots: number;
  readonly restartDelayMs: number;
  readonly maxRestartDelayMs: number;
  readonly youngMs: number;
};

export type SupervisorEvents = {
  readonly onReady: (worker: WorkerHandle) => void;
  /** Whatever it says besides that it is ready, or that it failed. */
  readonly onMessage: (worker: WorkerHandle, message: WorkMessage) => void;
  /** Its channel is closed and everything it ever said has been heard. */
  readonly onGone: (worker: WorkerHandle) => void;
  /** No worker can be started; the reason in one line. */
  readonly onHopeless: (reason: string) => void;
  readonly log: (line: string) => void;
};

/** Compiled, this file is .js and so is the worker; imports are rewritten then, but this is none. */
const WORKER_FILE = fileURLToPath(new URL(`./worker${extname(import.meta.filename)}`, import.meta.url));

/**
 * For `shared`, node:cluster keeps the listening socket for as long as one worker has it, accepts nothing (SCHED_NONE),
 * and gives it to each that wants to listen. All that is said between master and worker is said as ever.
 */
function forkWorker(options: ServerOptions): ChildProcess {
  const args = [JSON.stringify(options)]; // not a message: with node:cluster one that comes early is lost
  if (options.accept !== "shared") return fork(WORKER_FILE, args, { serialization: "json" });
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({ exec: WORKER_FILE, args, serialization: "json" });
  return cluster.fork().process;
}

export class Supervisor {
  readonly #options: ServerOptions;
  readonly #settings: SupervisorSettings;
  readonly #events: SupervisorEvents;
  readonly #now: () => number;
  readonly #workers = new Set<WorkerHandle>();
  readonly #restarts = new Set<NodeJS.Timeout>();
  #port = 0;
  #startedCount = 0;
  #failedBoots = 0;
  #youngDeaths = 0;
  #isStopping = false;

  constructor(
    options: ServerOptions,
    settings: SupervisorSettings,
    events: SupervisorEvents,
    now: () => number,
  ) {
    this.#options = options;
    this.#settings = settings;
    this.#events = events;
    this.#now = now;
  }

  /** How many of them have got ready and are not gone. */
  get servingCount(): number {
    return [...this.#workers].filter(({ state }) => state === "serving").length;
  }

  /** @param port where they listen, should they do so themselves */
  start(port: number): void {
    this.#port = port;
    for (let i = 0; i < this.#options.workers; i++) this.#startWorker();
  }

  /** Has all finish what they are at, and starts no new ones. One that is just being started is told when it is ready. */
  drain(): void {
    this.#isStopping = true;
    for (const timer of this.#restarts) clearTimeout(timer);
    for (const worker of this.#workers) worker.send({ kind: "drain" });
  }

  /** Workers leave when they are told to; those that do not within `graceMs` are killed. Resolves without any. */
  async end(graceMs: number): Promise<void> {
    this.#isStopping = true;
    const killer = setTimeout(() => {
      for (const worker of this.#workers) worker.kill();
    }, graceMs);
    for (const worker of this.#workers) {
      if (worker.state === "starting")
        worker.kill(); // it has nothing to finish
      else worker.send({ kind: "leave" });
    }
    await Promise.all([...this.#workers].map((worker) => worker.exited));
    clearTimeout(killer);
  }

  #startWorker(): void {
    const child = forkWorker({ ...this.#options, port: this.#port });
    const worker = new WorkerHandle(child, this.#now(), ++this.#startedCount);
    this.#workers.add(worker);
    worker.onMessage((message) => this.#receive(worker, message));
    this.#watch(child, worker);
  }

  /**
   * `close`, not `exit` or `disconnect`: it comes when the process has ended and all it ever said has been heard. Node
   * holds `disconnect` back for as long as a socket is on its way, which is for ever if the worker was killed then.
   */
  #watch(child: ChildProcess, worker: WorkerHandle): void {
    child.on("error", (error) => {
      worker.trouble = error.message;
      if (worker.pid === undefined) this.#lose(worker, "could not be started");
    });
    child.on("close", (code, signal) => this.#lose(worker, signal ?? `exit code ${code}`));
  }

  #lose(worker: WorkerHandle, how: string): void {
    if (worker.state === "gone") return; // of one that could not be started both events come
    const wasReady = worker.state === "serving";
    worker.state = "gone";
    this.#workers.delete(worker);
    this.#events.onGone(worker);
    if (this.#isStopping) return;
    this.#events.log(
      `worker ${worker.pid ?? ""} is gone (${how}), another one takes its place. ${worker.trouble}`.trimEnd(),
    );
    this.#replace(worker, wasReady);
  }

  #receive(worker: WorkerHandle, message: WorkerToMaster): void {
    if (message.kind === "ready") {
      worker.state = "serving";
      worker.maxConnections = message.maxConnections;
      this.#events.onReady(worker);
      if (this.#isStopping) worker.send({ kind: "drain" });
    } else if (message.kind === "failed") worker.trouble = message.reason;
    else this.#events.onMessage(worker, message);
  }

  #replace(worker: WorkerHandle, wasReady: boolean): void {
    const { maxFailedBoots, restartDelayMs, maxRestartDelayMs, youngMs } = this.#settings;
    this.#failedBoots = wasReady ? 0 : this.#failedBoots + 1;
    const isHopeless = this.#failedBoots >= maxFailedBoots;
    if (isHopeless && this.servingCount === 0) {
      this.#isStopping = true;
      return this.#events.onHopeless(worker.trouble || "The workers die as soon as they are started.");
    }
    const diedYoung = this.#now() - worker.startedMs < youngMs;
    this.#youngDeaths = diedYoung ? this.#youngDeaths + 1 : 0;
    if (!diedYoung) return this.#startWorker();
    const delayMs = restartDelayMs * 2 ** (this.#youngDeaths - 1);
    const timer = setTimeout(
      () => {
        this.#restarts.delete(timer);
        this.#startWorker();
      },
      Math.min(maxRestartDelayMs, delayMs),
    );
    this.#restarts.add(timer);
  }
}
