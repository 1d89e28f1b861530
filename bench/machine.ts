/**
 * What a figure depends on, in one line. Never a host name or a path: the line is published.
 */
import { availableParallelism, cpus, release, totalmem, type } from "node:os";

/** `2 cores (Intel Xeon Processor), 24 GB, Linux 6.1, Node 20.20.2, ab 2.3` */
export function describeMachine(toolVersions: readonly string[]): string {
  const model =
    cpus()[0]
      ?.model.replace(/\(R\)|\(TM\)/g, "")
      .replace(/\s+/g, " ") ?? "unknown model";
  const kernel = /^\d+\.\d+/.exec(release())?.[0] ?? "";
  const cores = availableParallelism();
  return [
    `${cores} core${cores === 1 ? "" : "s"} (${model.trim()})`,
    `${Math.round(totalmem() / 2 ** 30)} GB`,
    `${type()} ${kernel}`.trim(),
    `Node ${process.versions.node}`,
    ...toolVersions,
  ].join(", ");
}

/** `2026-11-21`, in UTC. */
export function formatDay(now: Date): string {
  return now.toISOString().slice(0, 10);
}
