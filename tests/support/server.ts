/**
 * The real command as a process of its own, ended by its id whatever becomes of the test.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { type Lifetime, releaseAfter } from "./lifetime.ts";
import { createTemporaryFolder } from "./temporary-album.ts";

/** What `npm run build` makes; `npm test` does so first. */
export const COMMAND_FILE = fileURLToPath(new URL("../../dist/src/cli.js", import.meta.url));

const START_TIMEOUT_MS = 20_000;
const EXIT_TIMEOUT_MS = 20_000;

export type Exit = {
  /** Null for a process that a signal ended. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type CommandOptions = {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Another one than that of this tree. */
  readonly commandFile?: string;
  /** Whether it leads a process group of its own. */
  readonly detached?: boolean;
  /** A command, with its arguments, that starts the one behind them in its own place. */
  readonly through?: readonly string[];
  /** As `ulimit -n` sets it; the system's own limit without. */
  readonly maxDescriptors?: number;
  readonly lifetime?: Lifetime;
};

export type Command = {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves with the whole standard output as soon as it matches. */
  readonly printed: (pattern: RegExp) => Promise<string>;
  readonly signal: (signal: NodeJS.Signals) => void;
};

/** All that this Node.js can do: of SO_REUSEPORT it knows since 23.1. */
export const ACCEPT_MODES = ["handover", "shared", "reuseport"].filter(
  (mode) => mode !== "reuseport" || process.versions.node.localeCompare("23.1", "en", { numeric: true }) >= 0,
);

/** Starts `httpd` with these arguments and no others, without any HTTPD_ variable of whoever runs the tests. */
export function startCommand(args: readonly string[], options: CommandOptions = {}): Command {
  const limit = options.maxDescriptors === undefined ? "" : `ulimit -n ${options.maxDescriptors} && `;
  const command = [
    ...(options.through ?? []),
    process.execPath,
    options.commandFile ?? COMMAND_FILE,
    ...args,
  ];
  const child = spawn("sh", ["-c", `${limit}exec "$0" "$@"`, ...command], {
    cwd: options.cwd,
    env: { ...environment(), ...options.env },
    detached: options.detached ?? false,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return watch(child, options.lifetime ?? "test");
}

/** Until it ends by itself. */
export function runCommand(args: readonly string[], options: CommandOptions = {}): Promise<Exit> {
  return within(EXIT_TIMEOUT_MS, startCommand(args, options).exited, "the command did not end");
}

export type ServerOptions = CommandOptions & {
  readonly root: string;
  readonly args?: readonly string[];
  /** Two if it is not said; undefined to say nothing of them on the command line. */
  readonly workers?: number | undefined;
};

export type Server = Omit<Command, "printed"> & {
  readonly port: number;
  readonly cacheDirectory: string;
  readonly logFile: string;
  readonly workerPids: () => Promise<number[]>;
  /** Of the processes that decode pictures; none before there was a picture to decode. */
  readonly darkroomPids: () => Promise<number[]>;
  /** What the log file holds so far. */
  readonly log: () => Promise<string>;
  /** Sends the signal and waits for the end. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<Exit>;
};

/** With two workers, a free port, and a cache and a log of its own, unless `args` say otherwise. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const folder = await createTemporaryFolder(options.lifetime);
  const cacheDirectory = join(folder, "cache");
  const logFile = join(folder, "server.log");
  const { workers } = { workers: 2, ...options };
  const own = ["-p", "0", "--cache", cacheDirectory, "--log-file", logFile, "-r", options.root];
  if (workers !== undefined) own.push("-w", String(workers));
  const command = startCommand([...own, ...(options.args ?? [])], options);
  const stdout = await command.printed(/\n/);
  const port = Number(/^listening on http:\/\/\S+:(\d+)\n/.exec(stdout)?.[1]);
  if (!(port > 0)) throw new Error(`The first line names no port: ${JSON.stringify(stdout)}`);
  return {
    ...command,
    port,
    cacheDirectory,
    logFile,
    workerPids: () => childrenOf(command.pid, "worker"),
    darkroomPids: () => childrenOf(command.pid, "darkroom"),
    log: () => readFile(logFile, "utf8"),
    stop(signal = "SIGTERM") {
      command.signal(signal);
      return within(EXIT_TIMEOUT_MS, command.exited, "the server did not end");
    },
  };
}

function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("HTTPD_")));
}

function watch(child: ChildProcessByStdio<null, Readable, Readable>, lifetime: Lifetime): Command {
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const { pid } = child;
  if (pid === undefined) throw new Error("The command could not be started.");
  const exited = once(child, "close").then(([code, signal]): Exit => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    stdout,
    stderr,
  }));
  releaseAfter(lifetime, async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const children = await childrenOf(pid);
    child.kill("SIGKILL");
    for (const each of children) kill(each, "SIGKILL");
    await exited;
  });
  return {
    pid,
    exited,
    stdout: () => stdout,
    stderr: () => stderr,
    async printed(pattern) {
      const matches = async (): Promise<string> => {
        while (!pattern.test(stdout)) {
          const ended = await Promise.race([once(child.stdout, "data"), exited]);
          if ("code" in ended) throw new Error(`The command ended: ${ended.stdout}${ended.stderr}`);
        }
        return stdout;
      };
      return await within(START_TIMEOUT_MS, matches(), `standard output did not match ${pattern}`);
    },
    signal: (signal) => void child.kill(signal),
  };
}

/** To a process that may be gone by now. */
export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it is gone
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * Linux only, as are the tests that kill.
 *
 * @param program name of the script that they run, without extension; undefined for all
 */
async function childrenOf(pid: number, program?: "worker" | "darkroom"): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  const all = text.split(" ").filter(Boolean).map(Number);
  if (program === undefined) return all;
  const isWanted = await Promise.all(
    all.map(async (child) => {
      const commandLine = await readFile(`/proc/${child}/cmdline`, "utf8").catch(() => ""); // gone meanwhile
      return commandLine.includes(`/${program}.js\0`);
    }),
  );
  return all.filter((_, i) => isWanted[i]);
}

/** Memory a process holds, in octets. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
}

export async function within<T>(ms: number, promise: Promise<T>, otherwise: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`After ${ms} ms ${otherwise}.`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
