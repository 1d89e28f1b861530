/**
 * Runs one of the tools to its end and keeps what it printed.
 */
import { execFile } from "node:child_process";

export type ToolOutput = {
  readonly stdout: string;
  readonly stderr: string;
  /** Undefined if a signal ended it. */
  readonly exitCode: number | undefined;
};

export type ToolOptions = {
  /** Whoever takes longer is killed, and counts as ended by a signal. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Of the tool; ours otherwise. */
  readonly homeDirectory?: string;
};

const MAX_OUTPUT_BYTES = 16 * 2 ** 20;

/** @throws if the tool cannot be started, or the signal was given */
export function runTool(
  command: string,
  args: readonly string[],
  { timeoutMs, signal, homeDirectory }: ToolOptions,
): Promise<ToolOutput> {
  const env = { ...process.env, LC_ALL: "C" }; // decimal points, and the words the parsers know
  if (homeDirectory !== undefined) Object.assign(env, { HOME: homeDirectory });
  const killSignal = "SIGKILL"; // siege goes on at any other while it waits for its servers, which are gone
  const options = { timeout: timeoutMs, maxBuffer: MAX_OUTPUT_BYTES, signal, killSignal, env } as const;
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      if (signal.aborted || child.pid === undefined) reject(error ?? new Error(`${command} did not start`));
      else resolve({ stdout, stderr, exitCode: child.exitCode ?? undefined });
    });
  });
}
