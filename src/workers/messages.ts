/**
 * The only words master and worker share. They travel as JSON over the channel between the two, in order.
 */

import type { ServerOptions } from "./options.ts";

export type MasterToWorker =
  | { readonly kind: "start"; readonly options: ServerOptions }
  /** Comes with a socket, of which not one octet was read. */
  | { readonly kind: "connection" }
  /** It is this worker's turn to make what `key` stands for, until it says `turn-done`. */
  | { readonly kind: "turn"; readonly key: string }
  | { readonly kind: "survey" }
  /** Finish what is under way and keep no connection for a next request. The channel closes when all is done. */
  | { readonly kind: "drain" };

export type WorkerToMaster = LifeMessage | WorkMessage;

/** What concerns the worker itself: its supervisor's business. */
export type LifeMessage =
  /** So many connections it can have at once, as the system limits its descriptors. */
  | { readonly kind: "ready"; readonly maxConnections: number }
  /** Cannot work, and why, in one line. */
  | { readonly kind: "failed"; readonly reason: string };

/** What concerns what it does. */
export type WorkMessage =
  /** Sent before the first octet is read: so many of the oldest connections handed over are the worker's now. */
  | { readonly kind: "accepted"; readonly count: number }
  | { readonly kind: "closed"; readonly count: number }
  /** For the log, once, however many workers notice it. */
  | { readonly kind: "notice"; readonly sentence: string }
  | { readonly kind: "turn-wanted"; readonly key: string }
  | { readonly kind: "turn-done"; readonly key: string }
  | {
      readonly kind: "surveyed";
      readonly albums: number;
      readonly photos: number;
      readonly sizeBytes: number;
    };
