/**
 * Starts a process, and never throws: where none could be started, an event says so.
 */
import { ChildProcess } from "node:child_process";

/** Node.js tells by an `error` event that a process could not be started, but throws for want of memory, say. */
export function startProcess(start: () => ChildProcess): ChildProcess {
  try {
    return start();
  } catch (error) {
    const neverStarted = new ChildProcess();
    process.nextTick(() => neverStarted.emit("error", error));
    return neverStarted;
  }
}
