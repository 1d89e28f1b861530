/**
 * Turns (see gallery/turns.ts) as a worker gets them: from the master, by message.
 */
import type { WorkerToMaster } from "./messages.ts";

export class RemoteTurns {
  readonly #tellMaster: (message: WorkerToMaster) => void;
  readonly #waiting = new Map<string, () => void>();

  constructor(tellMaster: (message: WorkerToMaster) => void) {
    this.#tellMaster = tellMaster;
  }

  /** At most one at a time for each key. */
  async take(key: string): Promise<() => void> {
    await new Promise<void>((resolve) => {
      this.#waiting.set(key, resolve);
      this.#tellMaster({ kind: "turn-wanted", key });
    });
    return () => this.#tellMaster({ kind: "turn-done", key });
  }

  /** The master says that it is this worker's turn. */
  granted(key: string): void {
    this.#waiting.get(key)?.();
    this.#waiting.delete(key);
  }
}
