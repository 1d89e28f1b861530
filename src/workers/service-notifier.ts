/**
 * Tells the service manager that started us how we are (sd_notify(3)).
 *
 * It listens on a Unix socket for datagrams, of which Node.js knows nothing, so `systemd-notify` carries the messages:
 * one after the other, beside all else, and never waited for. Without it, or whatever it does, all goes on.
 */
import { type ExecFileException, execFile } from "node:child_process";
import { promisify } from "node:util";
import { escapeForLog } from "./log.ts";
import type { NotifyTarget } from "./options.ts";

export interface ServiceNotifier {
  /** Started, or done with a reload. */
  ready(status: string): void;
  /** From now on until `ready`. */
  reloading(): void;
  /** The last that is said, but for signs of life. */
  stopping(): void;
  /** Resolves when all has been said, or after a moment: nobody is waited for in vain. */
  settled(): Promise<void>;
}

export type NotifierSettings = {
  /** For one message; then it is given up. */
  readonly notifyMs: number;
  /** For the last ones, before this process ends. */
  readonly lastNotifyMs: number;
};

/** Of messages that wait the last of each kind counts: there are never more than these. */
type Kind = "ready" | "reloading" | "stopping" | "alive";

/**
 * @param target undefined if nobody wants to hear
 * @param isServing whether the watchdog shall be fed. Whoever can be asked is not stuck: that is its other half.
 * @param warn what a person should know, however often it happens
 */
export function openServiceNotifier(
  target: NotifyTarget | undefined,
  { notifyMs, lastNotifyMs }: NotifierSettings,
  isServing: () => boolean,
  warn: (sentence: string) => void,
): ServiceNotifier {
  if (target === undefined) return NOBODY;
  const { socket, watchdogMs } = target;
  const waiting = new Map<Kind, readonly string[]>();
  let sending: Promise<void> | undefined;
  let isStopping = false;

  function tell(kind: Kind, ...variables: string[]): void {
    waiting.delete(kind); // so that it comes behind what was said since
    waiting.set(kind, variables);
    sending ??= sendAll();
  }

  /** Also what comes to wait meanwhile: a Map shows it to whoever walks through. */
  async function sendAll(): Promise<void> {
    for (const [kind, variables] of waiting) {
      waiting.delete(kind);
      await send(variables);
    }
    sending = undefined;
  }

  async function send(variables: readonly string[]): Promise<void> {
    const env = { ...process.env, NOTIFY_SOCKET: socket };
    try {
      await run(COMMAND, variables, { env, timeout: notifyMs, killSignal: "SIGKILL" });
    } catch (error) {
      const { code, signal, stderr = "" } = error as ExecFileException;
      const how = `${signal ?? code}. ${escapeForLog(stderr.trim())}`.trimEnd();
      warn(`The service manager may not hear how we are: ${COMMAND} failed with ${how}`);
    }
  }

  if (watchdogMs !== undefined) {
    setInterval(() => {
      if (isServing()) tell("alive", "WATCHDOG=1");
    }, watchdogMs / 2).unref(); // as sd_watchdog_enabled(3) recommends
  }

  return {
    ready(status) {
      if (!isStopping) tell("ready", "READY=1", `STATUS=${status}`);
    },
    reloading() {
      const microseconds = process.hrtime.bigint() / 1_000n; // of CLOCK_MONOTONIC
      if (!isStopping) tell("reloading", "RELOADING=1", `MONOTONIC_USEC=${microseconds}`, "STATUS=Reloading");
    },
    stopping() {
      isStopping = true;
      waiting.clear(); // what was to be said before is of no interest any more
      tell("stopping", "STOPPING=1", "STATUS=Finishing the responses under way");
    },
    async settled() {
      const patience = new Promise<void>((resolve) => {
        setTimeout(resolve, lastNotifyMs);
      });
      if (sending !== undefined) await Promise.race([sending, patience]);
    },
  };
}

/** Called without --pid, so that it names no other main process. */
const COMMAND = "systemd-notify";

const run = promisify(execFile);

const ignore = (): void => undefined;

const NOBODY: ServiceNotifier = {
  ready: ignore,
  reloading: ignore,
  stopping: ignore,
  settled: () => Promise.resolve(),
};
