/**
 * A process of its own that asks for the same small thing again and again, however long the last answer takes: what
 * everybody else feels while the server is busy. In a process of its own, or it would wait for us instead.
 *
 *     node probe-process.js URL PATH INTERVAL_MS
 *
 * Asks until it is told `"stop"`, then tells a ProbeReport and ends.
 */
import { setMaxListeners } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { type KeptConnection, openConnection } from "./kept-connection.ts";
import type { ProbeReport } from "./probe.ts";

/** From the beginning, and in turn, so that several workers are asked. More are opened while none is free. */
const FIRST_CONNECTIONS = 4;

const [, , url = "", path = "", interval = ""] = process.argv;
const { signal } = new AbortController();
setMaxListeners(0, signal); // each connection listens to it
const answersMs: number[] = [];
const failures: string[] = [];
const pending = new Set<Promise<void>>();
const free: KeptConnection[] = [];

async function ask(): Promise<void> {
  try {
    const connection = free.shift() ?? (await openConnection(url, signal));
    const { status, ms, isKept } = await connection.get(path);
    answersMs.push(ms);
    if (status !== 200) failures.push(`${path} was answered with ${status}`);
    if (isKept) free.push(connection);
    else connection.close();
  } catch (error) {
    failures.push(error instanceof Error ? error.message : String(error));
  }
}

const stopped = new AbortController();
process.on("message", () => stopped.abort());
process.on("disconnect", () => process.exit(1)); // nobody is there to be told

for (let i = 0; i < FIRST_CONNECTIONS; i += 1) free.push(await openConnection(url, signal));
for (let i = 0; i < FIRST_CONNECTIONS; i += 1) await ask(); // both sides compile their code
answersMs.length = 0;
process.send?.("ready");
while (!stopped.signal.aborted) {
  const asking = ask().finally(() => pending.delete(asking));
  pending.add(asking);
  await wait(Number(interval));
}
await Promise.all(pending);
const report: ProbeReport = { answersMs, failures };
process.send?.(report, () => process.exit(0));
