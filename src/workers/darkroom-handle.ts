/**
 * One darkroom as the master sees it: a process that is given one job at a time.
 */
import { fork } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { DarkroomToMaster, MasterToDarkroom } from "./messages.ts";
import { startProcess } from "./start-process.ts";

export interface DarkroomHandle {
  /** Undefined if it could not be started. */
  readonly pid: number | undefined;
  onMessage(listener: (message: DarkroomToMaster) => void): void;
  /** The process has ended, or could not be started; called once. */
  onGone(listener: (how: string) => void): void;
  send(message: MasterToDarkroom): void;
  kill(): void;
}

/** Compiled, this file is .js and so is the darkroom; imports are rewritten then, but this is none. */
const DARKROOM_FILE = fileURLToPath(new URL(`./darkroom${extname(import.meta.filename)}`, import.meta.url));

export function startDarkroom(): DarkroomHandle {
  const child = startProcess(() => fork(DARKROOM_FILE, [], { serialization: "json" }));
  return {
    pid: child.pid,
    onMessage: (listener) => void child.on("message", (message) => listener(message as DarkroomToMaster)),
    onGone(listener) {
      let isTold = false;
      const tell = (how: string): void => {
        if (!isTold) listener(how);
        isTold = true;
      };
      child.on("error", (error) => {
        if (child.pid === undefined) tell(error.message);
      });
      child.on("close", (code, signal) => tell(signal ?? `exit code ${code}`));
    },
    send(message) {
      if (child.connected) child.send(message, () => undefined); // if it cannot be sent, it is gone
    },
    kill: () => void child.kill("SIGKILL"),
  };
}
