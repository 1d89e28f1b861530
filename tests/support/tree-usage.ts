/**
 * What a server and all its processes hold, as Linux accounts for it (proc(5)).
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
  const status = readText(`/proc/${pid}/status`) ?? "";
  const own = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1_024;
  const below = childrenOf(pid).map(treeUsage);
  return {
    residentBytes: below.reduce((sum, { residentBytes }) => sum + residentBytes, own),
    descriptors: below.reduce((sum, { descriptors }) => sum + descriptors, namesIn(`/proc/${pid}/fd`).length),
  };
}
