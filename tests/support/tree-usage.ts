/**
 * What processes hold, as Linux accounts for it (proc(5)).
 */
import { childrenOf } from "../../bench/process-memory.ts";
import { namesIn, readText } from "../../bench/process-tree.ts";

export type TreeUsage = {
  /** What processes share counts for each of them. */
  readonly residentBytes: number;
  readonly descriptors: number;
};

/** Of a process, its children, and theirs. */
export function treeUsage(pid: number): TreeUsage {
  return usageOf(treeOf(pid));
}

function treeOf(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(treeOf)];
}

/** Of all these together; those that are gone hold nothing. */
export function usageOf(pids: readonly number[]): TreeUsage {
  let residentBytes = 0;
  let descriptors = 0;
  for (const pid of pids) {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readText(`/proc/${pid}/status`) ?? "")?.[1] ?? 0;
    residentBytes += Number(kilobytes) * 1_024;
    descriptors += namesIn(`/proc/${pid}/fd`).length;
  }
  return { residentBytes, descriptors };
}
