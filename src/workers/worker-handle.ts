/**
 * One worker as the master sees it: its process, what it was handed and has not yet taken, how many it serves.
 *
 *     starting ──ready──► serving ──told to leave──► leaving ──channel closed──► gone
 */
import type { ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import type { MasterToWorker, WorkerToMaster } from "./messages.ts";

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
