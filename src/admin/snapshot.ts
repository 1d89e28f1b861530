/**
 * Everything that is known of the server at one moment: what its pages and metrics are made of.
 */
export type Snapshot = {
  readonly version: string;
  readonly nodeVersion: string;
  /** Milliseconds since the epoch. */
  readonly startedMs: number;
  readonly nowMs: number;
  /** Where the gallery is: `http://HOST:PORT`. */
  readonly address: string;
  readonly rootDirectory: string;
  readonly accept: string;
  readonly state: ServerState;
  readonly wantedWorkers: number;
  /** The oldest first. */
  readonly workers: readonly WorkerView[];
  readonly master: ProcessView;
  readonly darkrooms: readonly DarkroomView[];
  readonly connections: Connections;
  readonly responses: Responses;
  readonly thumbnails: Thumbnails;
  readonly happened: Happened;
};

/** `no-worker` while none serves: in the moment of the start, or when all have died. */
export type ServerState = "serving" | "no-worker" | "stopping";

export type ProcessView = {
  readonly pid: number | undefined;
  /** Undefined where the system does not tell. */
  readonly use: ProcessUse | undefined;
};

export type ProcessUse = {
  readonly residentBytes: number;
  readonly cpuSeconds: number;
  readonly openDescriptors: number;
};

export type WorkerView = ProcessView & {
  /** From 1, in the order in which they were started. */
  readonly number: number;
  readonly state: "starting" | "serving" | "leaving" | "gone";
  readonly ageMs: number;
  /** Since it said something last. */
  readonly silentMs: number;
  /** How late it was for its last heartbeat: so long it had done something else without a break. */
  readonly delayMs: number;
  readonly openConnections: number;
  readonly responses: number;
  readonly responsesPerSecond: number;
};

/** A process that decodes pictures. */
export type DarkroomView = ProcessView & {
  readonly number: number;
  readonly state: "starting" | "idle" | "busy";
};

export type Connections = {
  readonly accepted: number;
  readonly open: number;
  /** In the master, for a worker that has room. */
  readonly waiting: number;
  /** Closed at once, for want of room. */
  readonly refused: number;
};

/** Of all workers, those that are gone included. */
export type Responses = {
  readonly count: number;
  readonly perSecond: number;
  /** By status code; of statuses that were never sent there may be none. */
  readonly byStatus: Readonly<Record<number, number>>;
  readonly contentBytes: number;
  readonly durations: Durations;
};

export type Durations = {
  /** Longest durations of the classes, the shortest first. */
  readonly boundsSeconds: readonly number[];
  /** How many were in each class, and in that beyond the last bound. */
  readonly counts: readonly number[];
  readonly sumSeconds: number;
};

export type Thumbnails = {
  readonly made: number;
  /** Not decoded: broken, too large, or of a kind that is not shown. */
  readonly unreadable: number;
  /** Since no process that decodes could be started. */
  readonly failed: number;
  /** Since too many waited. */
  readonly refused: number;
  readonly waiting: number;
  readonly inProgress: number;
};

/** Since the start. */
export type Happened = {
  readonly workersStarted: number;
  readonly workersDied: number;
  readonly workersRetired: number;
  readonly workersUnwell: number;
  readonly workersOutgrown: number;
  readonly darkroomsStarted: number;
  readonly darkroomsDied: number;
  readonly reloadsDone: number;
  readonly reloadsGivenUp: number;
};
