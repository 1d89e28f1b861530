/**
 * A connection that stays open, with one request on it at a time. Bare sockets: a client that shares the cores with the
 * server it measures has to cost little, and has to know exactly when it asked and when the last octet was there.
 */
import { type Socket, connect } from "node:net";
import { type Answered, ResponseReader } from "./response-reader.ts";

export type TimedAnswer = Answered & { readonly ms: number };

export interface KeptConnection {
  /** @throws Error if the connection ends first, or the signal is given */
  get(path: string): Promise<TimedAnswer>;
  close(): void;
}

type Pending = { resolve(this: void, answer: Answered): void; reject(this: void, error: Error): void };

const TIMEOUT_MS = 60_000;

export async function openConnection(url: string, signal: AbortSignal): Promise<KeptConnection> {
  signal.throwIfAborted();
  const { hostname, port, host } = new URL(url);
  const socket: Socket = connect({ host: hostname, port: Number(port), noDelay: true });
  let pending: Pending | undefined;
  const reader = new ResponseReader();
  const end = (error: Error): void => {
    socket.destroy();
    pending?.reject(error);
    pending = undefined;
  };
  const interrupt = (): void => end(new Error("interrupted"));
  signal.addEventListener("abort", interrupt);
  socket.setTimeout(TIMEOUT_MS, () => pending !== undefined && end(new Error("no answer in a minute")));
  socket.on("error", end);
  socket.on("close", () => {
    signal.removeEventListener("abort", interrupt);
    end(new Error("the server closed the connection"));
  });
  socket.on("data", (piece: Buffer) => {
    try {
      const answer = reader.push(piece);
      if (answer === undefined) return;
      const asked = pending;
      pending = undefined;
      asked?.resolve(answer);
    } catch (error) {
      end(error instanceof Error ? error : new Error(String(error)));
    }
  });
  await new Promise<void>((resolve, reject) => {
    pending = { resolve: () => undefined, reject };
    socket.once("connect", resolve);
  });
  pending = undefined;
  return {
    async get(path) {
      const startMs = performance.now();
      const answer = await new Promise<Answered>((resolve, reject) => {
        if (socket.destroyed) return reject(new Error("the server closed the connection"));
        pending = { resolve, reject };
        socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAccept: */*\r\n\r\n`);
      });
      return { ...answer, ms: performance.now() - startMs };
    },
    close: () => socket.destroy(),
  };
}
