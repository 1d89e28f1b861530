/**
 * What a process uses of the machine, as Linux tells it under /proc (proc(5)); other systems do not.
 */
import { readFile, readdir } from "node:fs/promises";
import type { ProcessUse } from "../admin/snapshot.ts";

/** USER_HZ: what /proc counts in, whatever the kernel ticks in. 100 on every machine Node runs on. */
const TICKS_PER_SECOND = 100;

/** @returns undefined where there is no /proc, for a process that is gone or never was, and for one of somebody else */
export async function readProcessUse(pid: number | undefined): Promise<ProcessUse | undefined> {
  if (pid === undefined) return undefined;
  try {
    const [stat, status, descriptors] = await Promise.all([
      readFile(`/proc/${pid}/stat`, "latin1"),
      readFile(`/proc/${pid}/status`, "latin1"),
      readdir(`/proc/${pid}/fd`),
    ]);
    return { ...parseUse(stat, status), openDescriptors: descriptors.length };
  } catch {
    return undefined;
  }
}

/**
 * `1234 (node) S 1 …`: the name may hold spaces and brackets, so fields are counted from its last bracket.
 *
 * @throws Error for what is no such text
 */
export function parseUse(stat: string, status: string): Pick<ProcessUse, "cpuSeconds" | "residentBytes"> {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  const kilobytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
  if (Number.isNaN(ticks + kilobytes)) throw new Error("This is not what /proc says of a process.");
  return { cpuSeconds: ticks / TICKS_PER_SECOND, residentBytes: kilobytes * 1_024 };
}
