/**
 * Turns (see gallery/turns.ts) as a worker gets them: from the master, by message.
 */
import { unreachable } from "../http/errors.ts";
import type { TurnMessage, TurnUrgency, TurnWish, WorkerToMaster } from "./messages.ts";

export type RemoteTurn =
  | { readonly kind: "mine"; readonly done: () => void }
  | { readonly kind: "over" }
  | { readonly kind: "refused" };

export class RemoteTurns {
  readonly #tellMaster: (message: WorkerToMaster) => void;
  readonly #waiting = new Map<string, (message: TurnMessage) => void>();

  constructor(tellMaster: (message: WorkerToMaster) => void) {
    this.#tellMaster = tellMaster;
  }

  /** At most one at a time for each key. */
  async take(wish: TurnWish): Promise<RemoteTurn> {
    const { kind, key } = await new Promise<TurnMessage>((resolve) => {
      this.#waiting.set(wish.key, resolve);
      this.#tellMaster({ kind: "turn-wanted", wish });
    });
    switch (kind) {
      case "turn":
        return { kind: "mine", done: () => this.#tellMaster({ kind: "turn-done", key }) };
      case "turn-over":
        return { kind: "over" };
      case "turn-refused":
        return { kind: "refused" };
      default:
        return unreachable(kind);
    }
  }

  /** The master says that it is this worker's turn, that it was another one's, or that it will be nobody's. */
  receive(message: TurnMessage): void {
    const waiting = this.#waiting.get(message.key);
    this.#waiting.delete(message.key);
    if (waiting !== undefined) waiting(message);
    else if (message.kind === "turn") this.#tellMaster({ kind: "turn-done", key: message.key }); // too late
  }

  reconsider(key: string, urgency: TurnUrgency | "none"): void {
    if (!this.#waiting.has(key)) return;
    this.#tellMaster({ kind: "turn-reconsidered", key, urgency });
    if (urgency === "none") this.receive({ kind: "turn-refused", key });
  }
}
