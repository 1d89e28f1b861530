/**
 * Octets kept in memory, bounded by their number: those that were not asked for the longest go first.
 */
export class MemoryCache<V extends { readonly bytes: Uint8Array }> {
  readonly #maxBytes: number;
  readonly #values = new Map<string, V>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(name: string): V | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    this.#values.delete(name);
    this.#values.set(name, value); // last in line to go
    return value;
  }

  set(name: string, value: V): void {
    this.#remove(name);
    this.#values.set(name, value);
    this.#bytes += value.bytes.length;
    for (const oldest of this.#values.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#remove(oldest);
    }
  }

  #remove(name: string): void {
    this.#bytes -= this.#values.get(name)?.bytes.length ?? 0;
    this.#values.delete(name);
  }
}
