/**
 * Starts and stops the process that feels what everybody else feels; see probe-process.ts.
 */
import { askChild, forkScript, nextMessage } from "./child-messages.ts";

export type ProbeReport = { readonly answersMs: readonly number[]; readonly failures: readonly string[] };

export interface Probe {
  /** @throws Error if it has come to its end before */
  stop(): Promise<ProbeReport>;
  /** Without a report; nothing happens after `stop`. */
  kill(): void;
}

/** Resolves when it asks. */
export async function startProbe(
  url: string,
  path: string,
  intervalMs: number,
  signal: AbortSignal,
): Promise<Probe> {
  const child = forkScript("probe-process", [url, path, String(intervalMs)]);
  const kill = (): void => void child.kill("SIGKILL");
  try {
    await nextMessage(child, signal);
  } catch (error) {
    kill();
    throw error;
  }
  return { stop: async () => (await askChild(child, "stop", signal)) as ProbeReport, kill };
}

/** What others feel while something is done. */
export async function probeDuring(
  url: string,
  path: string,
  intervalMs: number,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<ProbeReport> {
  const probe = await startProbe(url, path, intervalMs, signal);
  try {
    await work();
    return await probe.stop();
  } finally {
    probe.kill();
  }
}
