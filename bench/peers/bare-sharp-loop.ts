/**
 * Starts bare-sharp.ts and gives it work.
 */
import { askChild, forkScript } from "../child-messages.ts";

export type SharpJob = {
  readonly files: readonly string[];
  readonly sizePx: number;
  readonly atOnce: number;
};

export interface SharpLoop {
  readonly pid: number;
  /**
   * @returns SHA-256 in hexadecimal of each that was made
   * @throws Error if it came to its end
   */
  run(job: SharpJob): Promise<readonly string[]>;
  stop(): void;
}

export function startSharpLoop(signal: AbortSignal): SharpLoop {
  const child = forkScript("peers/bare-sharp");
  if (child.pid === undefined) throw new Error("the sharp loop did not start");
  return {
    pid: child.pid,
    run: async (job) => (await askChild(child, job, signal)) as readonly string[],
    stop: () => void child.kill("SIGKILL"), // it holds nothing
  };
}
