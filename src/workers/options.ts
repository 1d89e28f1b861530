/**
 * What a server is asked to be.
 */
import type { TraceOptions } from "./trace.ts";

/** Made by the command line, checked there, and given to every worker. */
export type ServerOptions = {
  readonly host: string;
  readonly port: number;
  readonly backlogConnections: number;
  readonly workers: number;
  readonly rootDirectory: string;
  readonly cacheDirectory: string;
  /** Access and error log; undefined for standard error. */
  readonly logFile: string | undefined;
  /** Undefined for none. */
  readonly trace: TraceOptions | undefined;
};
