/**
 * Many clients at once, each with one request on a connection of its own.
 */
import { connect } from "node:net";

/** Longer without an octet, and a client counts as hung. */
const HANGS_MS = 5_000;

export type Tally = { answered: number; failed: number; refused: number; hung: number };

/** Goes on until it is told to stop. */
export function startLoad(
  port: number,
  clientsAtOnce: number,
): { readonly tally: Tally; readonly finish: () => Promise<Tally> } {
  const tally: Tally = { answered: 0, failed: 0, refused: 0, hung: 0 };
  const load = { isOver: false };
  const clients = Array.from({ length: clientsAtOnce }, async (_, i) => {
    while (!load.isOver) tally[await askOnce(port, i % 2 === 0 ? "/note.txt" : "/photo.jpg")]++;
  });
  return {
    tally,
    async finish() {
      load.isOver = true;
      await Promise.all(clients);
      return tally;
    },
  };
}

export function askOnce(port: number, target: string): Promise<keyof Tally> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const pieces: Buffer[] = [];
    let error: string | undefined;
    let isHung = false;
    socket.setTimeout(HANGS_MS, () => {
      isHung = true;
      socket.destroy();
    });
    socket.write(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    socket.on("data", (piece: Buffer) => pieces.push(piece));
    socket.on("error", (cause: NodeJS.ErrnoException) => (error = cause.code));
    socket.on("close", () => {
      if (isHung) resolve("hung");
      else if (error === "ECONNREFUSED") resolve("refused");
      else resolve(isWhole(Buffer.concat(pieces)) ? "answered" : "failed");
    });
  });
}

function isWhole(response: Buffer): boolean {
  const headBytes = response.indexOf("\r\n\r\n") + 4;
  const head = response.toString("latin1", 0, headBytes);
  const length = /^Content-Length: (\d+)\r$/m.exec(head)?.[1];
  return head.startsWith("HTTP/1.1 200 ") && response.length - headBytes === Number(length);
}
