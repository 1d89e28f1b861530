/**
 * All who wait for one and the same thing. It is wanted for as long as one of them does.
 */
import type { Client, Presence } from "../http/message.ts";

export class Audience {
  readonly #counts: Record<Presence, number> = { waiting: 0, silent: 0, gone: 0 };
  #onChange: (() => void) | undefined;

  /** That of who is most surely there. */
  get presence(): Presence {
    if (this.#counts.waiting > 0) return "waiting";
    return this.#counts.silent > 0 ? "silent" : "gone";
  }

  /** @returns to be called when the client need not be watched any more: it has what it waited for */
  join(client: Client): () => void {
    let presence = client.presence;
    this.#move(undefined, presence);
    return client.watch(() => {
      const former = presence;
      presence = client.presence;
      this.#move(former, presence);
    });
  }

  /** Performs something that takes long. Meanwhile the listener is told when the presence of all has changed. */
  async during<T>(perform: () => Promise<T>, onChange: () => void): Promise<T> {
    this.#onChange = onChange;
    try {
      return await perform();
    } finally {
      this.#onChange = undefined;
    }
  }

  #move(from: Presence | undefined, to: Presence): void {
    const before = this.presence;
    if (from !== undefined) this.#counts[from]--;
    this.#counts[to]++;
    if (this.presence !== before) this.#onChange?.();
  }
}
