/**
 * Asks for many things over a few kept connections: as soon as one is free it asks for the next.
 */
import { setMaxListeners } from "node:events";
import { openConnection, type TimedAnswer } from "./kept-connection.ts";

/**
 * @param onAnswer throws Error if the answer is not what it should be
 * @returns how long it took, without opening the connections
 */
export async function askAll(
  url: string,
  paths: Iterable<string>,
  connectionCount: number,
  signal: AbortSignal,
  onAnswer: (answer: TimedAnswer, path: string) => void,
): Promise<{ wallMs: number }> {
  const own = AbortSignal.any([signal]); // each connection listens to it
  setMaxListeners(0, own);
  const opening = Array.from({ length: connectionCount }, () => openConnection(url, own));
  const connections = await Promise.all(opening);
  const queue = paths[Symbol.iterator]();
  const work = async (index: number): Promise<void> => {
    let connection = connections[index] ?? (await openConnection(url, own));
    for (let next = queue.next(); next.done !== true; next = queue.next()) {
      const answer = await connection.get(next.value);
      onAnswer(answer, next.value);
      if (answer.isKept) continue;
      connection.close();
      connection = await openConnection(url, own);
      connections[index] = connection;
    }
  };
  const startMs = performance.now();
  try {
    await Promise.all(connections.map((_, index) => work(index)));
    return { wallMs: performance.now() - startMs };
  } finally {
    for (const connection of connections) connection.close();
  }
}

/** @throws Error if this is no success */
export function expectSuccess({ status }: TimedAnswer, path: string): void {
  if (status !== 200) throw new Error(`${path} was answered with ${status}`);
}
