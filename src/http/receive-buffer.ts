/**
 * Octets that arrived and were not used yet.
 *
 *     taken │ unread            │ room
 *     ──────┼───────────────────┼──────
 *           start               end
 *
 * What was given out stays as it is: octets are only ever written behind `end`, and when there is no room the unread
 * ones move to new memory. So a `Fields` may point into it for as long as it lives.
 */
const EMPTY = new Uint8Array(0);
const MIN_CAPACITY = 1_024;

export class ReceiveBuffer {
  #bytes: Uint8Array = EMPTY;
  #start = 0;
  #end = 0;
  #taken = 0;

  /** The number of unread octets. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** How many octets of the current message were taken: the offset of the first unread one. */
  get offset(): number {
    return this.#taken;
  }

  /** From here on offsets count anew. */
  startMessage(): void {
    this.#taken = 0;
  }

  /** Appends. The common case, a whole request in one piece, copies nothing; so `bytes` must not change later. */
  push(bytes: Uint8Array): void {
    if (this.length === 0) {
      this.#bytes = bytes;
      this.#start = 0;
      this.#end = bytes.length;
      return;
    }
    if (this.#end + bytes.length > this.#bytes.length) this.#move(bytes.length); // always, if the memory is not ours
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** The unread octets, without taking them. Octets that arrive later are not in it. */
  peek(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  /** One of the unread octets, the first of which is number 0; undefined where none has arrived. */
  at(index: number): number | undefined {
    return index < this.length ? this.#bytes[this.#start + index] : undefined;
  }

  /** Takes the first `count` unread octets, or all if there are fewer. */
  take(count: number): Uint8Array {
    const start = this.#start;
    this.skip(count);
    return this.#bytes.subarray(start, this.#start);
  }

  /** Takes them as well, for nobody. */
  skip(count: number): void {
    const taken = Math.min(count, this.length);
    this.#taken += taken;
    this.#start += taken;
  }

  /** Doubling keeps a message that comes octet by octet from being copied once for each of them. */
  #move(extraBytes: number): void {
    const unread = this.peek();
    this.#bytes = Buffer.allocUnsafe(Math.max(MIN_CAPACITY, 2 * (unread.length + extraBytes)));
    this.#bytes.set(unread);
    this.#start = 0;
    this.#end = unread.length;
  }
}
