/**
 * What a server is asked to be.
 */
import type { TraceOptions } from "./trace.ts";

/**
 * Who accepts connections.
 *
 * - `handover`: the master, which hands each one to the worker that has the least to do. None is ever lost on the way.
 * - `shared`: the workers, all from the one socket that the master keeps: whoever is awake takes the next one.
 * - `reuseport`: the workers, each from a socket of its own, between which the system deals (SO_REUSEPORT).
 */
export const ACCEPT_MODES = ["handover", "shared", "reuseport"] as const;

export type AcceptMode = (typeof ACCEPT_MODES)[number];

/** Made by the command line, checked there, and given to every worker. */
export type ServerOptions = {
  readonly host: string;
  readonly port: number;
  readonly backlogConnections: number;
  readonly workers: number;
  readonly accept: AcceptMode;
  readonly rootDirectory: string;
  readonly cacheDirectory: string;
  /** Access and error log; undefined for standard error. */
  readonly logFile: string | undefined;
  /** Undefined for none. */
  readonly trace: TraceOptions | undefined;
};
