/**
 * A client of a handler, without a connection: it is there, or leaves, when the test says so.
 */
import type { Client, Presence } from "../../src/http/message.ts";

export class TestClient implements Client {
  presence: Presence;
  #listener: (() => void) | undefined;

  constructor(presence: Presence = "waiting") {
    this.presence = presence;
  }

  get isWatched(): boolean {
    return this.#listener !== undefined;
  }

  watch(listener: () => void): () => void {
    this.#listener = listener;
    return () => (this.#listener = undefined);
  }

  become(presence: Presence): void {
    this.presence = presence;
    this.#listener?.();
  }
}
