/**
 * How much memory a process holds, as Linux accounts for it (proc_pid_smaps_rollup(5)).
 */
import { namesIn, readText } from "./process-tree.ts";

export type ProcessMemory = {
  /** All that is in memory, also what it shares with others: the figure that `top` shows. */
  readonly rssBytes: number;
  /** What is shared counts by its share, so that the figures of several processes may be added. */
  readonly pssBytes: number;
  /** What would be free if it ended. */
  readonly privateBytes: number;
};

/** @returns undefined where the system does not tell, or does not tell us */
export function readProcessMemory(pid: number): ProcessMemory | undefined {
  const text = readText(`/proc/${pid}/smaps_rollup`);
  return text === undefined ? undefined : parseSmapsRollup(text);
}

/** `Pss:   31415 kB`, a line for each kind */
export function parseSmapsRollup(text: string): ProcessMemory | undefined {
  const bytes = new Map<string, number>();
  for (const [, kind = "", kilobytes] of text.matchAll(/^(\w+): +(\d+) kB$/gm)) {
    bytes.set(kind, Number(kilobytes) * 1_024);
  }
  const [rssBytes, pssBytes] = [bytes.get("Rss"), bytes.get("Pss")];
  const [clean, dirty] = [bytes.get("Private_Clean"), bytes.get("Private_Dirty")];
  if (rssBytes === undefined || pssBytes === undefined) return undefined;
  if (clean === undefined || dirty === undefined) return undefined;
  return { rssBytes, pssBytes, privateBytes: clean + dirty };
}

/** In no order. None of a process that is gone. Each of its threads may have started some. */
export function childrenOf(pid: number): number[] {
  const lists = namesIn(`/proc/${pid}/task`).map(
    (thread) => readText(`/proc/${pid}/task/${thread}/children`) ?? "",
  );
  return [...lists.join(" ").matchAll(/\d+/g)].map(Number);
}

/** Whether it decodes pictures for our server, instead of serving anybody. */
export function isDarkroom(pid: number): boolean {
  return readText(`/proc/${pid}/cmdline`)?.includes("/darkroom.js\0") === true;
}
