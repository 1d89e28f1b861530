/**
 * A server as a child process. It is stopped by its process id and nothing else, on errors and Ctrl-C too.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import { get } from "./get.ts";

export type RunningServer = {
  readonly name: string;
  /** Without a slash at its end. */
  readonly url: string;
  readonly pid: number;
  /** The end of what it said on standard error. */
  complaints(): string;
  /** SIGTERM, and SIGKILL if that does not help. Resolves to whether it went when it was asked to. */
  stop(): Promise<boolean>;
};

export type Launch = {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Where it will listen, for a server that does not tell; otherwise it prints `listening on URL` first. */
  readonly knownUrl?: string;
  /** Beside the environment of the harness. */
  readonly environment?: Readonly<Record<string, string>>;
  /** For a command that is a shell with a server below it: both are one process group, and are stopped together. */
  readonly isGroup?: boolean;
  readonly signal: AbortSignal;
};

const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 10_000;
const POLL_MS = 50;
const KEPT_COMPLAINT_CHARACTERS = 2_000;

/** Whether each leads a process group. */
const children = new Map<ChildProcess, boolean>();

// If we go without a word, by an error nobody caught or by a second Ctrl-C, nobody else will stop them.
process.on("exit", () => {
  for (const child of children.keys()) kill(child, "SIGKILL");
});

function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(children.get(child) === true ? -child.pid : child.pid, signal);
  } catch {
    return; // it is gone already
  }
}

/** @throws Error with what the server complained about, if it does not get ready */
export async function launch(options: Launch): Promise<RunningServer> {
  const { name, command, args, knownUrl, environment, isGroup = false, signal } = options;
  signal.throwIfAborted();
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
    detached: isGroup,
  });
  children.set(child, isGroup);
  let said = "";
  let complained = "";
  child.stdout.on("data", (piece: Buffer) => (said = (said + piece.toString()).slice(0, 1_000)));
  child.stderr.on("data", (piece: Buffer) => {
    complained = (complained + piece.toString()).slice(-KEPT_COMPLAINT_CHARACTERS);
  });
  const gone = new Promise<void>((resolve) => {
    child.on("error", (error) => {
      complained += error.message;
      children.delete(child);
      resolve();
    });
    child.on("exit", () => {
      if (isGroup) kill(child, "SIGKILL"); // whomever the shell left behind
      children.delete(child);
      resolve();
    });
  });

  async function stop(): Promise<boolean> {
    if (!children.has(child)) return false; // it was not to end before we said so
    kill(child, "SIGTERM");
    const patience = wait(STOP_TIMEOUT_MS, undefined, { ref: false }).then(() => false); // the child keeps us here
    const isStopped = await Promise.race([gone.then(() => true), patience]);
    if (!isStopped) {
      kill(child, "SIGKILL");
      await gone;
    }
    return isStopped;
  }

  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const url = knownUrl ?? /^listening on (http:\/\/\S+)$/m.exec(said)?.[1];
    const { pid } = child;
    if (url !== undefined && pid !== undefined && children.has(child) && (await answers(url, signal))) {
      return { name, url, pid, complaints: () => complained.trim(), stop };
    }
    if (!children.has(child) || Date.now() > deadline || signal.aborted) {
      await stop();
      signal.throwIfAborted();
      throw new Error(`${name} did not start: ${complained.trim() || "no word from it"}`);
    }
    await wait(POLL_MS);
  }
}

async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  return await get(`${url}/`, signal).then(
    () => true,
    () => false,
  );
}
