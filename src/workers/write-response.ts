/**
 * Response → socket, at the client's pace (RFC 9112 §9.5).
 *
 * Small content leaves in one write with its head: the system call is what a small response costs. Large content is
 * read in pooled pieces, the next one when the last was taken; so memory is flat, however slow the client and however
 * large the file.
 */
import type { Socket } from "node:net";
import type { ContentSource } from "../http/message.ts";
import { latin1Text } from "../http/octets.ts";

export type WriteTimeouts = { readonly writeStallMs: number; readonly writePieceMs: number };

export type WriteOutcome = "sent" | Unfinished;

export type Unfinished = {
  readonly because: "client-gone" | "source-too-short";
  /** Of the content, that the system has taken for sure. */
  readonly contentBytes: number;
};

const NOTHING_SENT: Unfinished = { because: "client-gone", contentBytes: 0 };

/** Pieces of equal size that are used again and again. */
export class ChunkPool {
  readonly chunkBytes: number;
  readonly #maxFree: number;
  readonly #free: Buffer[] = [];

  constructor(chunkBytes: number, maxFree: number) {
    this.chunkBytes = chunkBytes;
    this.#maxFree = maxFree;
  }

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.chunkBytes);
  }

  giveBack(chunk: Buffer): void {
    if (this.#free.length < this.#maxFree) this.#free.push(chunk);
  }
}

/**
 * Up to here content is joined to its head, as a string of one character for each octet, which Node hands to the system
 * without any memory of its own. Beyond, copying costs more than handing both over as they are, which is still one
 * system call (BENCHMARKS.md).
 */
const MAX_COPIED_BYTES = 4_096;

/** Head and content in one write; waits only if the socket is full. `content` must not change later. */
export function writeSmall(
  socket: Socket,
  head: string,
  content: Uint8Array | undefined,
  timeouts: WriteTimeouts,
): WriteOutcome | Promise<WriteOutcome> {
  if (socket.destroyed) return NOTHING_SENT;
  const hasRoom =
    content !== undefined && content.length > MAX_COPIED_BYTES
      ? writeTogether(socket, head, content)
      : socket.write(content === undefined ? head : head + latin1Text(content, 0, content.length), "latin1");
  return hasRoom ? "sent" : waitForDrain(socket, timeouts);
}

function writeTogether(socket: Socket, head: string, content: Uint8Array): boolean {
  socket.cork();
  socket.write(head, "latin1");
  const hasRoom = socket.write(content);
  socket.uncork();
  return hasRoom;
}

/**
 * Head, then exactly `lengthBytes` octets of the source, which stays open.
 *
 * The length is in the head by now. A file that became shorter meanwhile leaves no way to keep that promise but to
 * break the connection (RFC 9112 §8); what it grew by is not sent.
 */
export async function writeFromSource(
  socket: Socket,
  head: string,
  source: ContentSource,
  lengthBytes: number,
  pool: ChunkPool,
  timeouts: WriteTimeouts,
): Promise<WriteOutcome> {
  const chunk = pool.take();
  try {
    let start = chunk.write(head, "latin1");
    let bytesLeft = lengthBytes;
    const unfinished = (because: Unfinished["because"]): Unfinished => ({
      because,
      contentBytes: lengthBytes - bytesLeft,
    });
    do {
      const wanted = Math.min(bytesLeft, chunk.length - start);
      const count = wanted === 0 ? 0 : await source.read(chunk.subarray(start, start + wanted));
      if (count === 0 && wanted > 0) return unfinished("source-too-short");
      if (!(await writeAndWait(socket, chunk.subarray(0, start + count), timeouts))) {
        return unfinished("client-gone");
      }
      bytesLeft -= count;
      start = 0;
    } while (bytesLeft > 0);
    return "sent";
  } finally {
    pool.giveBack(chunk);
  }
}

/** @returns false if the client was gone, or took nothing for too long */
function writeAndWait(socket: Socket, bytes: Uint8Array, timeouts: WriteTimeouts): Promise<boolean> {
  if (socket.destroyed) return Promise.resolve(false);
  return withStallTimeout(socket, timeouts, (settle) => {
    socket.write(bytes, (error) => settle(error === null || error === undefined));
  });
}

async function waitForDrain(socket: Socket, timeouts: WriteTimeouts): Promise<WriteOutcome> {
  const isDrained = await withStallTimeout(socket, timeouts, (settle) => {
    const finish = (isWritten: boolean): void => {
      socket.off("drain", onDrain).off("close", onClose);
      settle(isWritten);
    };
    const onDrain = (): void => finish(true);
    const onClose = (): void => finish(false);
    socket.on("drain", onDrain).on("close", onClose);
  });
  return isDrained ? "sent" : NOTHING_SENT;
}

/**
 * The socket's own timeout sees octets of a write leave one by one, so a client is slow only if none does. But octets
 * that come in count as well; whoever sends and never takes anything is cut off by a bound on each piece as a whole.
 */
async function withStallTimeout(
  socket: Socket,
  { writeStallMs, writePieceMs }: WriteTimeouts,
  start: (settle: (isWritten: boolean) => void) => void,
): Promise<boolean> {
  const onTimeout = (): void => void socket.destroy();
  socket.setTimeout(writeStallMs, onTimeout);
  const timer = setTimeout(onTimeout, writePieceMs);
  try {
    return await new Promise<boolean>(start);
  } finally {
    clearTimeout(timer);
    socket.setTimeout(0).off("timeout", onTimeout);
  }
}
