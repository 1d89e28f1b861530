/**
 * What the master can tell of a worker without asking: whether it is wedged, and whether it has outgrown what it does.
 */
import type { WorkerHandle } from "./worker-handle.ts";

export type HealthLimits = {
  readonly silentMs: number;
  readonly bootMs: number;
  readonly maxMemoryBytes: number;
  readonly maxMemoryPerConnectionBytes: number;
};

/**
 * Who says nothing for too long is wedged; so is who takes no connection, since one may have been lost on the way to it (a
 * process without a free descriptor cannot receive any) and nobody would tell.
 *
 * @returns what is wrong with it, in a sentence; undefined for a worker that is well
 */
export function whyWedged(worker: WorkerHandle, nowMs: number, limits: HealthLimits): string | undefined {
  const patienceMs = worker.state === "starting" ? limits.bootMs : limits.silentMs;
  if (nowMs - worker.heardMs >= patienceMs) return "It did not react.";
  const oldest = worker.unacknowledged[0];
  if (oldest !== undefined && nowMs - Math.max(oldest.sentMs, worker.excusedMs) >= patienceMs)
    return "It did not take a connection.";
  return undefined;
}

/** Whether it holds more memory than it can have use for. */
export function isOutgrown({ residentBytes, openConnections }: WorkerHandle, limits: HealthLimits): boolean {
  return residentBytes > limits.maxMemoryBytes + openConnections * limits.maxMemoryPerConnectionBytes;
}
