/**
 * The darkrooms of a server: processes that decode pictures for all workers. They are started when somebody needs one,
 * and end when nobody has for a while, or when they have used much memory: what libvips took does not come back.
 *
 *     starting ──ready──► idle ──job──► busy ──outcome──► idle … ──► ended
 *                                        └──gone, or stuck──► the job is tried once more, by another one
 *
 * Who dies was killed by the picture, or by chance. So a job is tried twice, and then the picture is to blame: it counts
 * as unreadable, which its worker remembers. Unless somebody else killed both, as Linux does when memory is short: that may
 * be the picture's fault or not, so it is left alone for a while only. Measuring goes before developing: a page waits for
 * it.
 */
import type { PictureJob, PictureOutcome } from "../gallery/distant-darkroom.ts";
import type { DarkroomHandle } from "./darkroom-handle.ts";
import { escapeForLog } from "./log.ts";
import type { DarkroomToMaster } from "./messages.ts";

export type DarkroomLimits = {
  /** One after the other; then it ends. */
  readonly maxJobs: number;
  /** Beyond which it ends, once its job is done. */
  readonly maxResidentBytes: number;
  readonly idleMs: number;
  readonly bootMs: number;
  /** For one job of that kind; then the process is stuck, and killed. */
  readonly measureMs: number;
  readonly developMs: number;
  readonly maxAttempts: number;
  /** So long a picture is not tried again over which somebody else killed so many. */
  readonly restMs: number;
};

export type DarkroomEvents<W> = {
  readonly start: () => DarkroomHandle;
  readonly onOutcome: (worker: W, id: number, outcome: PictureOutcome) => void;
  /** A sentence for the log. */
  readonly onTrouble: (sentence: string) => void;
};

type Order<W> = { readonly worker: W; readonly id: number; readonly job: PictureJob; attempts: number };

/** So many so far. */
export type DarkroomCounts = {
  started: number;
  /** Ended by themselves, or killed because they were stuck. */
  died: number;
  /** Of thumbnails, what became of them. */
  developed: number;
  unreadable: number;
  failed: number;
};

type Room<W> = {
  readonly handle: DarkroomHandle;
  /** From 1, in the order in which they were started. */
  readonly number: number;
  state: "starting" | "idle" | "busy";
  order: Order<W> | undefined;
  jobsDone: number;
  /** It is to end as soon as it has nothing to do. */
  isOld: boolean;
  /** It took too long for what it was at, and was killed by us. */
  isStuck: boolean;
  timer: NodeJS.Timeout | undefined;
};

/** So many in a row that do not get ready are not the fault of any job. */
const MAX_FAILED_STARTS = 3;

export class DarkroomPool<W> {
  readonly #maxRooms: number;
  readonly #limits: DarkroomLimits;
  readonly #events: DarkroomEvents<W>;
  readonly #rooms = new Set<Room<W>>();
  readonly #counts: DarkroomCounts = { started: 0, died: 0, developed: 0, unreadable: 0, failed: 0 };
  readonly #now: () => number;
  /** Which pictures are left alone, and until when. */
  readonly #resting = new Map<string, number>();
  #line: Order<W>[] = [];
  #failedStarts = 0;
  #isEnded = false;

  /** @param now milliseconds of a clock that never goes back */
  constructor(maxRooms: number, limits: DarkroomLimits, events: DarkroomEvents<W>, now: () => number) {
    this.#maxRooms = maxRooms;
    this.#limits = limits;
    this.#events = events;
    this.#now = now;
  }

  /** Those there are, the oldest first. */
  get rooms(): Pick<Room<W>, "handle" | "number" | "state">[] {
    return [...this.#rooms];
  }

  get counts(): Readonly<DarkroomCounts> {
    return this.#counts;
  }

  /** Has a job done. The outcome is told to `onOutcome`, with the worker and its number. */
  order(worker: W, id: number, job: PictureJob): void {
    const order = { worker, id, job, attempts: 0 };
    if (this.#isResting(job)) return this.#finish(order, { kind: "unreadable", mayPass: true });
    const firstToWaitFor =
      job.kind === "measure" ? this.#line.findIndex((other) => other.job.kind !== "measure") : -1;
    if (firstToWaitFor === -1) this.#line.push(order);
    else this.#line.splice(firstToWaitFor, 0, order);
    this.#assign();
  }

  /** The worker is gone: what it ordered and was not begun is wanted by nobody. */
  leave(worker: W): void {
    this.#line = this.#line.filter((order) => order.worker !== worker);
  }

  /** From now on others work: the program on the disk may be another one. */
  renew(): void {
    for (const room of this.#rooms) {
      room.isOld = true;
      if (room.state === "idle") this.#dismiss(room);
    }
  }

  /** At once: nobody waits for anything any more. */
  end(): void {
    this.#isEnded = true;
    for (const room of this.#rooms) this.#dismiss(room);
  }

  #assign(): void {
    for (const room of this.#rooms) {
      if (room.state === "idle") this.#give(room);
    }
    const starting = [...this.#rooms].filter(({ state }) => state === "starting").length;
    const missing = Math.min(this.#line.length - starting, this.#maxRooms - this.#rooms.size);
    for (let i = 0; i < missing && !this.#isEnded; i++) this.#open();
  }

  #give(room: Room<W>): void {
    const order = this.#line.shift();
    if (order === undefined) return;
    order.attempts++;
    room.state = "busy";
    room.order = order;
    this.#endLater(room, order.job.kind === "measure" ? this.#limits.measureMs : this.#limits.developMs);
    room.handle.send({ job: order.job });
  }

  #open(): void {
    const handle = this.#events.start();
    const room: Room<W> = {
      handle,
      number: ++this.#counts.started,
      state: "starting",
      order: undefined,
      jobsDone: 0,
      isOld: false,
      isStuck: false,
      timer: undefined,
    };
    this.#rooms.add(room);
    this.#endLater(room, this.#limits.bootMs);
    handle.onMessage((message) => this.#receive(room, message));
    handle.onGone((how) => this.#lose(room, how));
  }

  #receive(room: Room<W>, message: DarkroomToMaster): void {
    if (!this.#rooms.has(room)) return;
    if (message.kind === "outcome") {
      const { order } = room;
      room.jobsDone++;
      room.order = undefined;
      room.isOld ||=
        room.jobsDone >= this.#limits.maxJobs || message.residentBytes > this.#limits.maxResidentBytes;
      if (order !== undefined) this.#finish(order, message.outcome);
    }
    this.#failedStarts = 0;
    room.state = "idle";
    this.#endLater(room, this.#limits.idleMs);
    if (room.isOld) this.#dismiss(room);
    this.#assign();
  }

  /** It is not counted from now on, and whatever it says is not heard. */
  #dismiss(room: Room<W>): void {
    clearTimeout(room.timer);
    this.#rooms.delete(room);
    room.handle.kill();
  }

  /** Whatever it is at, or waits for, it has only so long. */
  #endLater(room: Room<W>, ms: number): void {
    clearTimeout(room.timer);
    room.timer = setTimeout(() => {
      if (room.state === "idle") return this.#dismiss(room);
      room.isStuck = true;
      room.handle.kill();
    }, ms);
    room.timer.unref();
  }

  #lose(room: Room<W>, how: string): void {
    clearTimeout(room.timer);
    if (!this.#rooms.delete(room)) return; // we ended it
    this.#counts.died++;
    this.#events.onTrouble(describeDeath(room, how));
    if (room.state === "starting") this.#failToStart(how);
    const wasTaken = how === "SIGKILL" && !room.isStuck;
    if (room.order !== undefined) this.#tryAgain(room.order, how, wasTaken);
    this.#assign();
  }

  #failToStart(how: string): void {
    this.#failedStarts++;
    if (this.#failedStarts < MAX_FAILED_STARTS) return;
    this.#failedStarts = 0;
    this.#events.onTrouble(
      `No picture can be decoded: the processes that should do so do not start (${how}).`,
    );
    const reason = "No process that decodes could be started.";
    for (const order of this.#line.splice(0)) this.#finish(order, { kind: "failed", reason });
  }

  #tryAgain(order: Order<W>, how: string, wasTaken: boolean): void {
    if (order.attempts < this.#limits.maxAttempts) {
      this.#line.unshift(order);
      return;
    }
    if (wasTaken) this.#rest(order.job);
    const howLong = wasTaken ? ` for ${Math.round(this.#limits.restMs / 60_000)} minutes` : "";
    this.#events.onTrouble(
      `${nameOf(order.job)} was too much for ${order.attempts} processes (${how}) and is not tried again${howLong}.`,
    );
    this.#finish(order, { kind: "unreadable", mayPass: wasTaken });
  }

  #isResting(job: PictureJob): boolean {
    return (this.#resting.get(pictureOf(job)) ?? -Infinity) > this.#now();
  }

  /** What has rested long enough is forgotten: there are never many. */
  #rest(job: PictureJob): void {
    const nowMs = this.#now();
    for (const [picture, untilMs] of this.#resting) if (untilMs <= nowMs) this.#resting.delete(picture);
    this.#resting.set(pictureOf(job), nowMs + this.#limits.restMs);
  }

  #finish({ worker, id, job }: Order<W>, outcome: PictureOutcome): void {
    if (job.kind === "develop" && outcome.kind !== "measured") this.#counts[outcome.kind]++;
    this.#events.onOutcome(worker, id, outcome);
  }
}

/** For the log: which process it was, how it ended, and what it was at. */
function describeDeath({ handle, state, order, isStuck }: Room<unknown>, how: string): string {
  const name = handle.pid === undefined ? "a darkroom" : `darkroom ${handle.pid}`;
  const stuck = isStuck ? ", killed since it was stuck" : "";
  const rest = state === "starting" ? "before it was ready" : "while it was idle";
  return `${name} is gone (${how}${stuck}) ${order === undefined ? rest : `over ${nameOf(order.job)}`}.`;
}

/** As it stands in the log. */
function nameOf(job: PictureJob): string {
  return `"${escapeForLog(pictureOf(job))}"`;
}

/** The path of what is decoded. */
function pictureOf(job: PictureJob): string {
  const { root, cacheDirectory } = job;
  const original = job.kind === "measure" ? job.original : job.from;
  return typeof original === "string" ? `${cacheDirectory}/${original}` : `${root}/${original.key}`;
}
