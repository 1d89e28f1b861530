/**
 * What a server and all its children have used so far, as Linux accounts for it under /proc (proc_pid_stat(5)).
 */
import { readFileSync, readdirSync } from "node:fs";

export type TreeUsage = {
  /** User and system time of all processes, and of children that are gone already. */
  readonly cpuMs: number;
  /** Proportional share: what several processes share counts once. Undefined if it may not be read. */
  readonly memoryBytes: number | undefined;
};

/** USER_HZ: what /proc counts in, whatever the kernel ticks in. 100 on every machine Node runs on. */
const TICK_MS = 10;

/** @returns undefined where there is no /proc, or nobody of that id */
export function readTreeUsage(rootPid: number): TreeUsage | undefined {
  const processes = readProcesses();
  if (!processes.has(rootPid)) return undefined;
  const tree = new Set([rootPid]);
  // A Set hands out what is added while it is walked: children, then their children.
  for (const pid of tree) {
    for (const [child, { parentPid }] of processes) if (parentPid === pid) tree.add(child);
  }
  let cpuMs = 0;
  let memoryBytes: number | undefined = 0;
  for (const pid of tree) {
    cpuMs += Math.max(processes.get(pid)?.cpuMs ?? 0, readThreadsMs(pid));
    const share = readMemoryBytes(pid);
    memoryBytes = memoryBytes === undefined || share === undefined ? undefined : memoryBytes + share;
  }
  return { cpuMs, memoryBytes };
}

type ProcessStat = { readonly parentPid: number; readonly cpuMs: number };

function readProcesses(): Map<number, ProcessStat> {
  const processes = new Map<number, ProcessStat>();
  for (const name of namesIn("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readText(`/proc/${name}/stat`);
    if (stat !== undefined) processes.set(Number(name), parseStat(stat));
  }
  return processes;
}

/**
 * `1234 (node) S 1 …`: the name may hold spaces and brackets, so fields are counted from its last bracket.
 */
export function parseStat(stat: string): ProcessStat {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [utime, stime, cutime, cstime] = fields.slice(11, 15).map(Number);
  const ticks = (utime ?? 0) + (stime ?? 0) + (cutime ?? 0) + (cstime ?? 0);
  return { parentPid: Number(fields[1]), cpuMs: ticks * TICK_MS };
}

/**
 * The first field of schedstat is the time on a core in nanoseconds, where stat counts hundredths of a second. It knows
 * nothing of threads and children that are gone, so the larger of both is right within a tick.
 *
 * @returns 0 where the kernel does not tell
 */
function readThreadsMs(pid: number): number {
  let nanoseconds = 0;
  for (const thread of namesIn(`/proc/${pid}/task`)) {
    const [spent = ""] = (readText(`/proc/${pid}/task/${thread}/schedstat`) ?? "").split(" ");
    nanoseconds += Number(spent);
  }
  return nanoseconds / 1e6;
}

function readMemoryBytes(pid: number): number | undefined {
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(readText(`/proc/${pid}/smaps_rollup`) ?? "")?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024;
}

/** Undefined if it is gone, or may not be read: a process may end between two looks, and that is no error. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
}

/** None if it is gone. */
export function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
