/**
 * Turns (see gallery/turns.ts) as a worker gets them: from the master, by message.
 */
import type { TurnMessage, WorkerToMaster } from "./messages.ts";

export type RemoteTurn = { readonly kind: "mine"; readonly done: () => void } | { readonly kind: "over" };

export class RemoteTurns {
  readonly #tellMaster: (message: WorkerToMaster) => void;
  readonly #waiting = new Map<string, (message: TurnMessage) => void>();

  constructor(tellMaster: (message: WorkerToMaster) => void) {
    this.#tellMaster = tellMaster;
  }

  /** At most one at a time for each key. */
  async take(key: string, after: readonly string[]): Promise<RemoteTurn> {
    const { kind } = await new Promise<TurnMessage>((resolve) => {
      this.#waiting.set(key, resolve);
      this.#tellMaster({ kind: "turn-wanted", key, after });
    });
    if (kind === "turn-over") return { kind: "over" };
    return { kind: "mine", done: () => this.#tellMaster({ kind: "turn-done", key }) };
  }

  /** The master says that it is this worker's turn, or that it was another one's. */
  receive(message: TurnMessage): void {
    this.#waiting.get(message.key)?.(message);
    this.#waiting.delete(message.key);
  }
}
