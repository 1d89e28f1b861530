/**
 * The only words that master, workers and darkrooms share. They travel as JSON over the channel between two of them, in
 * order.
 */
import type { PictureJob, PictureOutcome } from "../gallery/distant-darkroom.ts";

export type MasterToWorker =
  /** Comes with a socket, of which not one octet was read. */
  | { readonly kind: "connection" }
  | TurnMessage
  /** What became of what the worker wanted under this number. */
  | { readonly kind: "picture"; readonly id: number; readonly outcome: PictureOutcome }
  | { readonly kind: "survey" }
  /** Accept nobody by yourself, finish what is under way, keep no connection for a next request. */
  | { readonly kind: "drain" }
  /** The log file may have another name now: open it anew. */
  | { readonly kind: "reopen-log" }
  /** Write the last lines, and end. */
  | { readonly kind: "leave" };

export type TurnMessage =
  /** It is this worker's turn to make what `key` stands for, until it says `turn-done`. */
  | { readonly kind: "turn"; readonly key: string }
  /** Another one had the turn that was wanted, and is done. */
  | { readonly kind: "turn-over"; readonly key: string }
  /** There will be no turn: too much waits that is as urgent. */
  | { readonly kind: "turn-refused"; readonly key: string };

export type TurnWish = {
  readonly key: string;
  /** What stands here is better made first, if anybody makes or wants it: this one is cheap then. */
  readonly after: readonly string[];
  readonly urgency: TurnUrgency;
};

export type TurnUrgency = "first" | "usual" | "last";

export type WorkerToMaster = LifeMessage | WorkMessage;

/** What concerns the worker itself: its supervisor's business. */
export type LifeMessage =
  /** So many connections it can have at once, as the system limits its descriptors. */
  | { readonly kind: "ready"; readonly maxConnections: number }
  /** Cannot work, and why, in one line. */
  | { readonly kind: "failed"; readonly reason: string }
  /** Something happened in it that nobody had thought of: it can finish what it is at, and should do no more. */
  | { readonly kind: "unwell" }
  /** Every now and then, so that its silence means something, and with the memory it holds. */
  | { readonly kind: "alive"; readonly residentBytes: number };

/** What concerns what it does. */
export type WorkMessage =
  /** Sent before the first octet is read: so many of the oldest connections handed over are the worker's now. */
  | { readonly kind: "accepted"; readonly count: number; readonly open: number }
  /** So many connections it has now, after some were closed; or after it accepted some by itself. */
  | { readonly kind: "open"; readonly open: number }
  /** The answer to `drain`: it accepts nobody by itself any more, and has said how many connections are left. */
  | { readonly kind: "not-listening" }
  /** The log file takes no lines, by the system's name for what is wrong; and when it takes them again. */
  | { readonly kind: "log-fails"; readonly code: string }
  | { readonly kind: "log-works" }
  /** For the log, once, however many workers notice it. */
  | { readonly kind: "notice"; readonly sentence: string }
  | { readonly kind: "turn-wanted"; readonly wish: TurnWish }
  /** What was wanted has become more or less urgent, or is wanted no more; nothing, if it had its turn meanwhile. */
  | { readonly kind: "turn-reconsidered"; readonly key: string; readonly urgency: TurnUrgency | "none" }
  | { readonly kind: "turn-done"; readonly key: string }
  /** A job for a darkroom. */
  | { readonly kind: "picture-wanted"; readonly id: number; readonly job: PictureJob }
  /** With each heartbeat, if somebody watches, and before it leaves: all that it has done since it was started. */
  | { readonly kind: "tally"; readonly done: WorkDone; readonly delayMs: number }
  | {
      readonly kind: "surveyed";
      readonly albums: number;
      readonly photos: number;
      readonly sizeBytes: number;
    };

/** The next job, to one that has none. */
export type MasterToDarkroom = { readonly job: PictureJob };

export type DarkroomToMaster =
  | { readonly kind: "ready" }
  /** With the memory that the process has now, in octets. */
  | { readonly kind: "outcome"; readonly outcome: PictureOutcome; readonly residentBytes: number };

export type WorkDone = {
  /** How many of each status. */
  readonly responses: Readonly<Record<number, number>>;
  /** How many took so long: those of each class of duration, the shortest first; empty if there was nobody to count. */
  readonly durations: readonly number[];
  /** All of them together. */
  readonly tookMs: number;
  readonly contentBytes: number;
  /** By the worker itself; those that the master accepts are counted there. */
  readonly connectionsAccepted: number;
  readonly connectionsRefused: number;
};
