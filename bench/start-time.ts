/**
 * How long a server takes from nothing to the line that says it listens.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { get } from "./get.ts";
import { readTreeUsage } from "./process-tree.ts";

export type Start = {
  readonly listeningMs: number;
  /** Of the whole process tree until then; undefined where the system does not tell. */
  readonly cpuMs: number | undefined;
};

const TIMEOUT_MS = 20_000;

/**
 * Starts it, waits for `listening on URL`, asks for the root page, and stops it.
 *
 * @param args of Node
 * @throws Error if it does not get so far, or answers with anything but 200
 */
export async function takeStart(args: readonly string[], signal: AbortSignal): Promise<Start> {
  signal.throwIfAborted();
  const startMs = performance.now();
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const kill = (): void => void child.kill("SIGKILL");
  const patience = setTimeout(kill, TIMEOUT_MS);
  process.once("exit", kill); // if we go without a word
  signal.addEventListener("abort", kill);
  const gone = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  try {
    const url = await readUrl(child.stdout);
    const listeningMs = performance.now() - startMs;
    const cpuMs = child.pid === undefined ? undefined : readTreeUsage(child.pid)?.cpuMs;
    if (url === undefined) throw new Error(`${args.join(" ")} did not start`);
    const { status } = await get(`${url}/`, signal);
    if (status !== 200) throw new Error(`right after its start it answered with ${status}`);
    child.kill("SIGTERM");
    await gone;
    return { listeningMs, cpuMs };
  } finally {
    kill();
    clearTimeout(patience);
    process.off("exit", kill);
    signal.removeEventListener("abort", kill);
  }
}

/** @returns undefined if the output ends without it */
export async function readUrl(output: NodeJS.ReadableStream): Promise<string | undefined> {
  for await (const line of createInterface({ input: output })) {
    const url = /^listening on (http:\/\/\S+)$/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  return undefined;
}
