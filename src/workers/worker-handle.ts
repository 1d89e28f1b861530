/**
 * One worker as the master sees it: its process, what it was handed and has not yet taken, how many it serves.
 *
 *     starting ──ready──► serving ──told to leave──► leaving ──channel closed──► gone
 */
import { type ChildProcess, fork } from "node:child_process";
import cluster from "node:cluster";
import type { Socket } from "node:net";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { MasterToWorker, WorkerToMaster } from "./messages.ts";
import type { ServerOptions } from "./options.ts";
import { startProcess } from "./start-process.ts";

export type WorkerState = "starting" | "serving" | "leaving" | "gone";

export class WorkerHandle {
  readonly startedMs: number;
  /** From 1, in the order in which they were started. */
  readonly number: number;
  readonly #process: ChildProcess;
  /** When its process has ended. */
  readonly exited: Promise<void>;
  state: WorkerState = "starting";
  /** When it said something last. */
  heardMs: number;
  /** Until then the master itself did not listen: nothing of before is held against it. */
  excusedMs = -Infinity;
  /** How late it was for its last heartbeat, if somebody watches. */
  delayMs = 0;
  /** Why it could not work, in one line, if it or the system said so. */
  trouble = "";
  /** Handed over, not yet accepted, oldest first. The master's copies of them are still open. */
  readonly unacknowledged: { readonly socket: Socket; readonly sentMs: number }[] = [];
  /** A worker without a descriptor left cannot receive a socket, and nobody would be told. */
  maxConnections = 0;
  /** Accepted and not yet closed, as it said last. */
  openConnections = 0;
  /** Memory it holds, as it said last. */
  residentBytes = 0;
  /** A message with a socket is on its way into the channel. */
  isSending = false;
  /** It accepts by itself. */
  isListening = false;

  constructor(process: ChildProcess, nowMs: number, number: number) {
    this.#process = process;
    this.number = number;
    this.exited = new Promise((resolve) => process.once("exit", () => resolve()));
    this.startedMs = nowMs;
    this.heardMs = nowMs;
  }

  excuse(nowMs: number): void {
    this.heardMs = nowMs;
    this.excusedMs = nowMs;
  }

  /** Whether it has nothing to do and nobody can come. */
  get isIdle(): boolean {
    return !this.isListening && this.unacknowledged.length + this.openConnections === 0;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  onMessage(listener: (message: WorkerToMaster) => void): void {
    this.#process.on("message", (message) => listener(message as WorkerToMaster));
  }

  /**
   * The process has ended and all it ever said has been heard, or it could not be started; called once.
   *
   * `close` says so, not `exit`, nor `disconnect`: Node holds that back for as long as a socket is on its way, which is
   * for ever if the worker was killed then.
   */
  onGone(listener: (how: string) => void): void {
    let isTold = false;
    const tell = (how: string): void => {
      if (!isTold) listener(how);
      isTold = true;
    };
    this.#process.on("error", (error) => {
      this.trouble = error.message;
      if (this.pid === undefined) tell("could not be started");
    });
    this.#process.on("close", (code, signal) => tell(signal ?? `exit code ${code}`));
  }

  /** @param onSent when the message is in the channel, or cannot be any more; not when it was read */
  send(message: MasterToWorker, socket?: Socket, onSent: () => void = () => undefined): void {
    if (!this.#process.connected) return;
    if (socket === undefined) this.#process.send(message, () => onSent());
    else this.#process.send(message, socket, { keepOpen: true }, () => onSent());
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }
}

/** @param number from 1, in the order in which they are started */
export function startWorker(options: ServerOptions, nowMs: number, number: number): WorkerHandle {
  const child = startProcess(() => forkWorker(options));
  return new WorkerHandle(child, nowMs, number);
}

/** Compiled, this file is .js and so is the worker; imports are rewritten then, but this is none. */
const WORKER_FILE = fileURLToPath(new URL(`./worker${extname(import.meta.filename)}`, import.meta.url));

/**
 * For `shared`, node:cluster keeps the listening socket for as long as one worker has it, accepts nothing (SCHED_NONE),
 * and gives it to each that wants to listen. All that is said between master and worker is said as ever.
 */
function forkWorker(options: ServerOptions): ChildProcess {
  const args = [JSON.stringify(options)]; // not a message: with node:cluster one that comes early is lost
  if (options.accept !== "shared") return fork(WORKER_FILE, args, { serialization: "json" });
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({ exec: WORKER_FILE, args, serialization: "json" });
  return cluster.fork().process;
}
