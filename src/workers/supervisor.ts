/**
 * Keeps N workers alive: starts them, notices when one is gone or silent, puts another in its place; and lets one
 * generation of them follow another without a moment in which nobody serves.
 *
 *     reload ──► as many new ones ──all ready──► the old ones leave
 *                        └──── cannot start ────► the old ones stay
 *
 * A worker that was healthy is replaced at once; one that finds itself unwell likewise, but it finishes what it is at.
 * Who holds too much memory goes as soon as its successor serves.
 *
 * If so many in a row never even got ready, and none is left, the server gives up.
 */
import type { WorkMessage, WorkerToMaster } from "./messages.ts";
import type { ServerOptions } from "./options.ts";
import { type RestartDelays, Restarts } from "./restarts.ts";
import { type WorkerHandle, startWorker } from "./worker-handle.ts";
import { type HealthLimits, isOutgrown, whyWedged } from "./worker-health.ts";

export type SupervisorSettings = RestartDelays &
  HealthLimits & {
    readonly maxWorkers: number;
    readonly maxFailedBoots: number;
    readonly heartbeatMs: number;
    readonly leaveMs: number;
    readonly exitGraceMs: number;
    readonly memoryPauseMs: number;
  };

export type SupervisorEvents = {
  readonly onReady: (worker: WorkerHandle) => void;
  /** Whatever it says that is not the supervisor's business. */
  readonly onMessage: (worker: WorkerHandle, message: WorkMessage) => void;
  /** Its channel is closed and everything it ever said has been heard. */
  readonly onGone: (worker: WorkerHandle) => void;
  /** A reload is over, and no other one was asked for meanwhile. */
  readonly onReloaded: (outcome: "taken-over" | "given-up") => void;
  /** No worker can be started; the reason in one line. */
  readonly onHopeless: (reason: string) => void;
  readonly log: (severity: "error" | "notice", sentence: string) => void;
};

/** Workers that were started with the same options. */
type Generation = {
  readonly options: ServerOptions;
  wanted: number;
  /** In a row. */
  failedBoots: number;
  /** One of them has been ready: so they can be started. */
  hasServed: boolean;
};

/** What has become of workers and reloads so far. */
export type Happenings = {
  workersStarted: number;
  /** Without being told to, or killed because they said nothing. */
  workersDied: number;
  /** Told to leave while the server goes on: another took their place, or they were too many. */
  workersRetired: number;
  /** Of those that were retired: what had gone wrong in them nobody had foreseen. */
  workersUnwell: number;
  /** Of those likewise: they held too much memory. */
  workersOutgrown: number;
  reloadsDone: number;
  reloadsGivenUp: number;
};

export class Supervisor {
  readonly #happened: Happenings = {
    workersStarted: 0,
    workersDied: 0,
    workersRetired: 0,
    workersUnwell: 0,
    workersOutgrown: 0,
    reloadsDone: 0,
    reloadsGivenUp: 0,
  };
  readonly #settings: SupervisorSettings;
  readonly #events: SupervisorEvents;
  readonly #now: () => number;
  readonly #workers = new Map<WorkerHandle, Generation>();
  readonly #restarts: Restarts;
  /** They serve until others have taken their places, and leave then. */
  readonly #relieved = new Set<WorkerHandle>();
  #current: Generation;
  /** The one before, as long as not all workers of the current one have been ready. */
  #former: Generation | undefined;
  /** What was asked for in the middle of a reload. Of several wishes the last one counts. */
  #next: ServerOptions | undefined;
  #port = 0;
  #isStopping = false;
  #lastLookMs = 0;
  /** When a worker was replaced for its memory last. */
  #outgrownMs = -Infinity;

  constructor(
    options: ServerOptions,
    settings: SupervisorSettings,
    events: SupervisorEvents,
    now: () => number,
  ) {
    this.#current = { options, wanted: options.workers, failedBoots: 0, hasServed: false };
    this.#settings = settings;
    this.#restarts = new Restarts(settings);
    this.#events = events;
    this.#now = now;
  }

  /** How many of them have got ready and were not told to leave. */
  get servingCount(): number {
    return this.#inState("serving").length;
  }

  /** Whether somebody serves of whom we have heard lately, or will soon. */
  get isCarryingOn(): boolean {
    const lately = this.#now() - this.#settings.silentMs;
    const isHopeful = ({ state, heardMs }: WorkerHandle): boolean =>
      state === "starting" || (state === "serving" && heardMs >= lately);
    return this.#restarts.pendingCount > 0 || [...this.#workers.keys()].some(isHopeful);
  }

  get isReloading(): boolean {
    return this.#former !== undefined;
  }

  /** Whether a connection may still come to one of them without passing through the master. */
  get isAnyListening(): boolean {
    return [...this.#workers.keys()].some(({ isListening }) => isListening);
  }

  /** Of the generation that is served by, or shall be. */
  get wantedCount(): number {
    return this.#current.wanted;
  }

  get workers(): WorkerHandle[] {
    return [...this.#workers.keys()];
  }

  get happened(): Readonly<Happenings> {
    return this.#happened;
  }

  /** @param port where they listen, should they do so themselves */
  start(port: number): void {
    this.#port = port;
    this.#lastLookMs = this.#now();
    setInterval(() => this.#lookAfterThem(), this.#settings.heartbeatMs).unref();
    this.#fill();
  }

  /** Another generation takes over, with other options perhaps. The port, and who accepts there, stay what they are. */
  reload(options: ServerOptions): void {
    if (this.#isStopping) return;
    if (this.#former !== undefined) {
      this.#next = options;
      return;
    }
    this.#former = this.#current;
    this.#current = { options, wanted: options.workers, failedBoots: 0, hasServed: false };
    this.#fill();
  }

  /** One more worker, or one less; never none. Returns how many there are to be. */
  changeCount(difference: 1 | -1): number {
    const { maxWorkers } = this.#settings;
    this.#current.wanted = Math.min(maxWorkers, Math.max(1, this.#current.wanted + difference));
    for (const worker of this.#staying().slice(this.#current.wanted)) this.#retire(worker);
    this.#fill();
    return this.#current.wanted;
  }

  tellAll(message: { readonly kind: "reopen-log" }): void {
    for (const worker of this.#workers.keys()) worker.send(message);
  }

  /** Has all finish what they are at, and starts no new ones. One that is just being started is told when it is ready. */
  drain(): void {
    this.#isStopping = true;
    this.#restarts.cancel();
    for (const worker of this.#workers.keys()) worker.send({ kind: "drain" });
  }

  /** Workers leave when they are told to; those that do not are killed after a grace. Resolves without any. */
  async end(): Promise<void> {
    this.#isStopping = true;
    const killer = setTimeout(() => {
      for (const worker of this.#workers.keys()) worker.kill();
    }, this.#settings.exitGraceMs);
    for (const worker of this.#workers.keys()) {
      if (worker.state === "starting")
        worker.kill(); // it has nothing to finish
      else worker.send({ kind: "leave" });
    }
    await Promise.all([...this.#workers.keys()].map((worker) => worker.exited));
    clearTimeout(killer);
  }

  /** Those of the current generation that serve or will, and shall go on to do so, the oldest first. */
  #staying(): WorkerHandle[] {
    const stays = ([worker, generation]: readonly [WorkerHandle, Generation]): boolean =>
      generation === this.#current && worker.state !== "leaving" && !this.#relieved.has(worker);
    return [...this.#workers].filter(stays).map(([worker]) => worker);
  }

  #inState(state: WorkerHandle["state"]): WorkerHandle[] {
    return [...this.#workers.keys()].filter((worker) => worker.state === state);
  }

  /** Starts as many as are missing, if none is missing because it waits for its restart. */
  #fill(): void {
    if (this.#isStopping) return;
    const missing = this.#current.wanted - this.#staying().length - this.#restarts.pendingCount;
    for (let i = 0; i < missing; i++) this.#startWorker();
  }

  #startWorker(): void {
    const generation = this.#current;
    const options = { ...generation.options, port: this.#port };
    const worker = startWorker(options, this.#now(), ++this.#happened.workersStarted);
    this.#workers.set(worker, generation);
    worker.onMessage((message) => this.#receive(worker, message));
    worker.onGone((how) => this.#lose(worker, how));
  }

  #receive(worker: WorkerHandle, message: WorkerToMaster): void {
    worker.heardMs = this.#now();
    if (message.kind === "ready") this.#welcome(worker, message.maxConnections);
    else if (message.kind === "failed") worker.trouble = message.reason;
    else if (message.kind === "unwell") this.#replaceUnwell(worker);
    else if (message.kind === "alive") worker.residentBytes = message.residentBytes;
    else this.#events.onMessage(worker, message);
    if (worker.state === "leaving" && worker.isIdle) worker.send({ kind: "leave" });
  }

  /**
   * Something is wrong with it: another one is started, and it finishes what it is at. It gets no connection meanwhile,
   * unless it listens itself: perhaps nobody else does just now, and the port would be closed.
   */
  #replaceUnwell(worker: WorkerHandle): void {
    const generation = this.#workers.get(worker);
    if (this.#isStopping || worker.state !== "serving" || generation === undefined) return;
    this.#happened.workersUnwell++;
    this.#events.log(
      "error",
      `${nameOf(worker)} is unwell: it finishes what it is at, and another one takes its place.`,
    );
    const leaving = this.#inState("leaving").filter((other) => this.#workers.get(other) === generation);
    if (leaving.length >= generation.wanted) leaving[0]?.send({ kind: "leave" }); // or there would be ever more of them
    if (worker.isListening && generation === this.#current) this.#relieved.add(worker);
    else this.#retire(worker);
    if (generation === this.#current) this.#replace(worker, generation, true);
  }

  #welcome(worker: WorkerHandle, maxConnections: number): void {
    const generation = this.#workers.get(worker);
    worker.state = "serving";
    worker.maxConnections = maxConnections;
    if (generation !== undefined) {
      generation.failedBoots = 0;
      generation.hasServed = true;
    }
    this.#events.onReady(worker);
    if (this.#isStopping) worker.send({ kind: "drain" });
    else if (generation === this.#former) return;
    else if (this.#former !== undefined && this.#isComplete()) this.#takeOver();
    this.#letRelievedGo();
  }

  #letRelievedGo(): void {
    if (this.#isComplete()) for (const worker of this.#relieved) this.#retire(worker);
  }

  #isComplete(): boolean {
    const ready = this.#staying().filter(({ state }) => state === "serving");
    return ready.length >= this.#current.wanted;
  }

  /** All new workers serve: the old ones may go. */
  #takeOver(): void {
    for (const [worker, generation] of this.#workers) {
      if (generation === this.#former) this.#retire(worker);
    }
    this.#happened.reloadsDone++;
    this.#endReload("taken-over");
  }

  /** The new workers cannot start: the old ones go on as if nothing had been asked. */
  #giveUpReload(former: Generation, reason: string): void {
    this.#events.log("error", `the new workers cannot start, the old ones go on: ${reason}`);
    this.#happened.reloadsGivenUp++;
    const failed = this.#current;
    this.#current = former;
    for (const [worker, generation] of this.#workers) if (generation === failed) this.#retire(worker);
    this.#endReload("given-up");
  }

  #endReload(outcome: "taken-over" | "given-up"): void {
    const next = this.#next;
    this.#former = undefined;
    this.#next = undefined;
    if (next !== undefined) return this.reload(next);
    this.#events.onReloaded(outcome);
    this.#fill();
  }

  /** Gets no connection any more, and leaves when it has none; or is killed if that takes too long. */
  #retire(worker: WorkerHandle): void {
    if (worker.state !== "leaving") this.#happened.workersRetired++;
    const isUnknown = worker.state === "starting";
    this.#relieved.delete(worker);
    worker.state = "leaving";
    if (isUnknown) return worker.kill(); // nobody has given it anything
    worker.send({ kind: "drain" });
    setTimeout(() => worker.send({ kind: "leave" }), this.#settings.leaveMs).unref();
    setTimeout(() => worker.kill(), this.#settings.leaveMs + this.#settings.exitGraceMs).unref();
  }

  /**
   * Who is wedged makes room. Unless it is us who did not listen: after the machine, or this process alone, was stopped
   * for a while, everybody gets one more period.
   */
  #lookAfterThem(): void {
    const nowMs = this.#now();
    const wasAway = nowMs - this.#lastLookMs > 3 * this.#settings.heartbeatMs;
    this.#lastLookMs = nowMs;
    for (const worker of this.#workers.keys()) {
      if (wasAway) worker.excuse(nowMs);
      const trouble = whyWedged(worker, nowMs, this.#settings);
      if (trouble === undefined) continue;
      worker.trouble = trouble;
      worker.kill();
    }
    this.#replaceOutgrown(nowMs);
    this.#letRelievedGo(); // it can become complete without a new one, when fewer are wanted or a reload is given up
  }

  /**
   * Who holds more memory than it can have use for is followed by a fresh one: first that one serves, then the old one
   * finishes what it is at. Only where all is in order otherwise, and one now and then: a leak is in all of them.
   */
  #replaceOutgrown(nowMs: number): void {
    const isBusy = this.#former !== undefined || this.#relieved.size > 0 || !this.#isComplete();
    if (this.#isStopping || isBusy || nowMs - this.#outgrownMs < this.#settings.memoryPauseMs) return;
    const outgrown = this.#staying().find((worker) => isOutgrown(worker, this.#settings));
    if (outgrown === undefined) return;
    this.#outgrownMs = nowMs;
    this.#happened.workersOutgrown++;
    const { residentBytes, openConnections } = outgrown;
    this.#events.log(
      "notice",
      `${nameOf(outgrown)} holds ${Math.round(residentBytes / 1e6)} MB with ${openConnections} connections open: another one takes its place.`,
    );
    this.#relieved.add(outgrown);
    this.#fill();
  }

  #lose(worker: WorkerHandle, how: string): void {
    const { state } = worker;
    const generation = this.#workers.get(worker);
    worker.state = "gone";
    this.#workers.delete(worker);
    const isRelieved = this.#relieved.delete(worker);
    this.#events.onGone(worker);
    const isDeath = !this.#isStopping && state !== "leaving";
    if (isDeath) this.#happened.workersDied++;
    if (!isDeath || generation !== this.#current) return this.#fill();
    this.#events.log(
      "error",
      `${nameOf(worker)} is gone (${how}), another one takes its place. ${worker.trouble}`.trimEnd(),
    );
    const wasKilled = how === "SIGKILL" && worker.trouble === "";
    if (isRelieved) this.#fill();
    else if (wasKilled && generation.hasServed) this.#startAnother(worker, true);
    else this.#replace(worker, generation, state === "serving");
  }

  #replace(worker: WorkerHandle, generation: Generation, wasReady: boolean): void {
    generation.failedBoots = wasReady ? 0 : generation.failedBoots + 1;
    if (generation.failedBoots >= this.#settings.maxFailedBoots) {
      const reason = worker.trouble || "The workers die as soon as they are started.";
      if (this.#former !== undefined) return this.#giveUpReload(this.#former, reason);
      if (this.servingCount === 0) {
        this.#isStopping = true;
        return this.#events.onHopeless(reason);
      }
    }
    this.#startAnother(worker, false);
  }

  #startAnother(gone: WorkerHandle, isChance: boolean): void {
    this.#restarts.plan(this.#now() - gone.startedMs, isChance, () => this.#fill());
  }
}

function nameOf({ pid }: WorkerHandle): string {
  return pid === undefined ? "a worker" : `worker ${pid}`;
}
