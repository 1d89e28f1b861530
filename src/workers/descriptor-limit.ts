/**
 * How many descriptors (files, sockets, pipes) the system lets a process have open at once: `ulimit -n`.
 */
import { readFileSync } from "node:fs";

/** Of this process, as Linux tells; Infinity where the system does not limit it, or cannot say so. */
export function descriptorLimit(): number {
  try {
    return Number(
      /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1] ?? Infinity,
    );
  } catch {
    return Infinity;
  }
}
