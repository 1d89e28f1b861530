/**
 * The server this is all about, as a user would start it: its logging, deadlines and checks are all on.
 */
import { createReadStream } from "node:fs";
import { extname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type RunningServer, launch } from "./running-server.ts";

export type OurServerOptions = {
  readonly workers: number;
  readonly photoDirectory: string;
  readonly cacheDirectory: string;
  /** A directory for its log. */
  readonly scratchDirectory: string;
  readonly signal: AbortSignal;
};

export type OurServer = RunningServer & {
  /** What it has said so far and should not have: errors, and answers with a 4xx or 5xx, since all links are good. */
  readErrors(): Promise<string[]>;
};

/** Beside the compiled harness the compiled server, beside the source the source. */
const CLI = fileURLToPath(new URL(`../src/cli${extname(import.meta.filename)}`, import.meta.url));

let launches = 0;

export async function launchOurServer(options: OurServerOptions): Promise<OurServer> {
  const { workers, photoDirectory, cacheDirectory, scratchDirectory, signal } = options;
  launches += 1;
  const logFile = join(scratchDirectory, `access-${launches}.log`);
  const args = ["-p", "0", "-w", String(workers), "-r", photoDirectory, "--cache", cacheDirectory];
  const server = await launch({
    name: `share-my-photos, ${workers} worker${workers === 1 ? "" : "s"}`,
    command: process.execPath,
    args: [CLI, ...args, "--log-file", logFile],
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
