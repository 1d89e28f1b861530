/**
 * The server this is all about, as a user would start it: its logging, deadlines and checks are all on.
 */
import { createReadStream } from "node:fs";
import { extname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { NodeVersion } from "./node-versions.ts";
import { runTool } from "./run-tool.ts";
import { type RunningServer, launch } from "./running-server.ts";

export type OurServerOptions = {
  readonly workers: number;
  /** `--accept`: how connections come to the workers; undefined: as the server finds right. */
  readonly accept?: Accept;
  /** Another Node than the one that runs the harness. */
  readonly node?: NodeVersion;
  readonly photoDirectory: string;
  readonly cacheDirectory: string;
  /** A directory for its log. */
  readonly scratchDirectory: string;
  readonly signal: AbortSignal;
};

export type Accept = "handover" | "shared" | "reuseport";

export type OurServer = RunningServer & {
  /** What it has said so far and should not have: errors, and answers with a 4xx or 5xx, since all links are good. */
  readErrors(): Promise<string[]>;
};

/** Beside the compiled harness the compiled server, beside the source the source. */
const CLI = fileURLToPath(new URL(`../src/cli${extname(import.meta.filename)}`, import.meta.url));

let launches = 0;

export async function launchOurServer(options: OurServerOptions): Promise<OurServer> {
  const { workers, accept, node, photoDirectory, cacheDirectory, scratchDirectory, signal } = options;
  launches += 1;
  const logFile = join(scratchDirectory, `access-${launches}.log`);
  const args = ["-p", "0", "-w", String(workers), "-r", photoDirectory, "--cache", cacheDirectory];
  const server = await launch({
    name: nameOf(options),
    command: node?.executable ?? process.execPath,
    args: [CLI, ...args, "--log-file", logFile, ...(accept === undefined ? [] : ["--accept", accept])],
    signal,
  });
  return {
    ...server,
    async readErrors() {
      const complaints = server.complaints();
      return [
        ...(complaints === "" ? [] : [`it complained: ${complaints}`]),
        ...(await readLogErrors(logFile)),
      ];
    },
  };
}

/** `share-my-photos, Node 24.1.0, shared, 2 workers`: what is not said is as usual. */
function nameOf({ workers, accept, node }: OurServerOptions): string {
  return [
    "share-my-photos",
    ...(node === undefined ? [] : [`Node ${node.version}`]),
    ...(accept === undefined ? [] : [accept]),
    `${workers} worker${workers === 1 ? "" : "s"}`,
  ].join(", ");
}

/** Older ones know one way only, and no flag for it. */
export async function knowsAccept(signal: AbortSignal): Promise<boolean> {
  const help = await runTool(process.execPath, [CLI, "--help"], { timeoutMs: HELP_TIMEOUT_MS, signal });
  return help.stdout.includes("--accept");
}

/** Each worker with a listening socket of its own: `reusePort` of net.Server.listen() came with Node 23.1. */
export function isReusePortPossible(nodeVersion: string): boolean {
  const [major = 0, minor = 0] = nodeVersion.split(".").map(Number);
  return major > 23 || (major === 23 && minor >= 1);
}

const HELP_TIMEOUT_MS = 20_000;
const MAX_ERRORS = 3;

async function readLogErrors(logFile: string): Promise<string[]> {
  const errors: string[] = [];
  let count = 0;
  for await (const line of createInterface({ input: createReadStream(logFile) })) {
    if (!line.startsWith("error: ") && !/" [45]\d\d \S+ \d+$/.test(line)) continue;
    count += 1;
    if (errors.length < MAX_ERRORS) errors.push(`its log says ${line}`);
  }
  return count > MAX_ERRORS ? [...errors, `… and ${count - MAX_ERRORS} more lines like these`] : errors;
}
