/**
 * One load on one server: what the tool says, and what the server's processes used meanwhile.
 */
import { type TreeUsage, readTreeUsage } from "./process-tree.ts";
import { type ToolOptions, type ToolOutput, runTool } from "./run-tool.ts";
import type { RunningServer } from "./running-server.ts";

export type Measurement = {
  /** All the tool printed, on both outputs. */
  readonly report: string;
  readonly output: ToolOutput;
  /** Of the whole process tree, during the load; undefined where the system does not tell. */
  readonly cpuMs: number | undefined;
  /** Of the whole process tree, right after the load. */
  readonly memoryBytes: number | undefined;
};

export async function measure(
  server: RunningServer,
  command: string,
  args: readonly string[],
  options: ToolOptions,
): Promise<Measurement> {
  const before = readTreeUsage(server.pid);
  const output = await runTool(command, args, options);
  const after: TreeUsage | undefined = readTreeUsage(server.pid);
  return {
    report: `${output.stdout}\n${output.stderr}`,
    output,
    cpuMs: before === undefined || after === undefined ? undefined : after.cpuMs - before.cpuMs,
    memoryBytes: after?.memoryBytes,
  };
}

/** The fastest server we know needs 8; who needs less has not answered these requests. */
const MIN_CPU_US_PER_REQUEST = 2;

/**
 * Whether it was this server that answered: a port may be somebody else's, and then we would measure him.
 *
 * @returns microseconds for one request, and what is to be doubted about them
 */
export function cpuPerRequest(
  cpuMs: number | undefined,
  requests: number,
): { cpuUs: number | undefined; doubts: string[] } {
  if (cpuMs === undefined || requests === 0) return { cpuUs: undefined, doubts: [] };
  const cpuUs = (cpuMs * 1_000) / requests;
  const isIdle = cpuUs < MIN_CPU_US_PER_REQUEST;
  return { cpuUs, doubts: isIdle ? ["its processes hardly used the CPU: somebody else answered"] : [] };
}
