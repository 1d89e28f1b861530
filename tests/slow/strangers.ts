/**
 * Many clients who mean no good, or do not care: bare connections, all at once.
 */
import { readFileSync } from "node:fs";
import { type Socket, connect } from "node:net";
import { releaseAfter } from "../support/lifetime.ts";

/** What a stranger remembers of what the server said to it. */
const MAX_HEARD_BYTES = 4_096;

export class Stranger {
  readonly socket: Socket;
  /** Whether it got through to the server. */
  readonly connected: Promise<boolean>;
  /** Until nothing more comes: how the server ended it, or "left" if it was the stranger. */
  readonly gone: Promise<"end" | "reset" | "left">;
  #heard = "";
  #heardBytes = 0;
  #wake: (() => void) | undefined;

  constructor(port: number) {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.socket = socket;
    this.connected = new Promise((resolve) => {
      socket.once("connect", () => resolve(true)).once("close", () => resolve(false));
    });
    this.gone = new Promise((resolve) => {
      let how: "end" | "reset" | "left" = "left";
      socket.on("end", () => (how = "end"));
      socket.on("error", () => (how = "reset"));
      socket.on("close", () => resolve(how));
    });
  }

  /** From now on takes whatever comes. */
  listen(): this {
    this.socket.on("data", (piece: Buffer) => {
      this.#heardBytes += piece.length;
      if (this.#heard.length < MAX_HEARD_BYTES) this.#heard += piece.toString("latin1");
      this.#wake?.();
    });
    return this;
  }

  /** The beginning of it, one character for each octet. */
  get heard(): string {
    return this.#heard;
  }

  get heardBytes(): number {
    return this.#heardBytes;
  }

  /** Of the first answer; undefined if none came. */
  get status(): number | undefined {
    const digits = /^HTTP\/1\.1 (\d{3}) /.exec(this.#heard)?.[1];
    return digits === undefined ? undefined : Number(digits);
  }

  /** When there is as much as this, or nothing more will come. */
  async hears(atLeastBytes: number): Promise<void> {
    const arrived = async (): Promise<void> => {
      while (this.#heardBytes < atLeastBytes) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    };
    await Promise.race([arrived(), this.gone]);
  }

  say(octets: string): void {
    if (this.socket.writable) this.socket.write(octets, "latin1");
  }

  leave(): void {
    this.socket.destroy();
  }
}

/** All at once. They leave with the test at the latest. */
export async function comeIn(port: number, count: number): Promise<Stranger[]> {
  const strangers = Array.from({ length: count }, () => new Stranger(port));
  releaseAfter("test", () => strangers.forEach((stranger) => stranger.leave()));
  await Promise.all(strangers.map(({ connected }) => connected));
  return strangers;
}

export function get(target: string, ...fields: readonly string[]): string {
  return `${[`GET ${target} HTTP/1.1`, "Host: localhost", ...fields].join("\r\n")}\r\n\r\n`;
}

/** How often each of them was there: `{ "408 end": 1000 }`. */
export function countBy<T>(values: readonly T[], kindOf: (value: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[kindOf(value)] = (counts[kindOf(value)] ?? 0) + 1;
  return counts;
}

/** Descriptors that this process may still use; what a test needs itself is left out. Node has raised its limit already. */
export function mayConnect(wanted: number): number {
  const limits = readFileSync("/proc/self/limits", "utf8");
  const most = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Infinity);
  return Math.min(wanted, most - 200);
}

/** So many times, so many of them at once; each is told its number. */
export async function manyTimes(
  count: number,
  atOnce: number,
  perform: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await perform(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}
