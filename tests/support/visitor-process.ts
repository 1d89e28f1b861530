/**
 * A process of its own that looks at an album as people do, while others look at something else: every now and then one
 * thing, over connections that it keeps and over new ones. In a process of its own, or it would feel what it costs to
 * attack instead of what it is like to be a visitor meanwhile.
 *
 *     node visitor-process.js PORT '["/album/", …]' EVERY_MS PATIENCE_MS
 *
 * Node's own client, so that somebody else judges the framing. What came for a target at first is what has to come ever
 * after. Says "ready" when it knows all of them, goes on until it is told to stop, then tells its Visits.
 */
import { createHash } from "node:crypto";
import { Agent, type IncomingMessage, get } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";

export type Visits = {
  /** Of the whole ones; with the time it took to connect, where the connection was new. */
  readonly answersMs: number[];
  /** A sentence for each of the others. */
  readonly failures: string[];
};

const [, , port = "", targetList = "[]", everyMs = "", patienceMs = ""] = process.argv;
const targets = JSON.parse(targetList) as readonly string[];

/** Until code is compiled on both sides, and the page knows what its pictures measure. */
const ROUNDS_BEFORE = 3;

/**
 * As many connections as a browser has for one host. Asked on in turn: none is idle for so long that the server closes it
 * in the same moment.
 */
const kept = new Agent({ keepAlive: true, maxSockets: 6, scheduling: "fifo" });
/** By target: a digest of what it is. */
const known = new Map<string, string>();

/**
 * @returns a digest of what came
 * @throws Error if it is not whole, or no success
 */
async function look(target: string, agent: Agent | false): Promise<string> {
  const signal = AbortSignal.timeout(Number(patienceMs));
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ host: "127.0.0.1", port, path: target, agent, signal }, resolve).on("error", reject);
  });
  const content = await buffer(response);
  if (response.statusCode !== 200) throw new Error(`the answer is ${response.statusCode ?? "none"}`);
  return createHash("sha256").update(content).digest("base64url");
}

const visits: Visits = { answersMs: [], failures: [] };

async function visit(target: string, agent: Agent | false): Promise<void> {
  const startMs = performance.now();
  try {
    if ((await look(target, agent)) !== known.get(target)) throw new Error("it is another one than before");
    visits.answersMs.push(performance.now() - startMs);
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const reason = name === "AbortError" || name === "TimeoutError" ? `nothing in ${patienceMs} ms` : message;
    visits.failures.push(`${agent === false ? "new connection" : "kept connection"}, ${target}: ${reason}`);
  }
}

const told = new AbortController();
process.on("message", () => told.abort());
process.on("disconnect", () => process.exit(1)); // nobody is there to be told

for (let round = 0; round < ROUNDS_BEFORE; round++) {
  for (const target of targets) {
    for (const agent of [kept, false] as const) known.set(target, await look(target, agent));
  }
}
process.send?.("ready");
const under = new Set<Promise<void>>();
for (let i = 0; !told.signal.aborted; i++) {
  const target = targets[Math.floor(i / 2) % targets.length] ?? "/";
  const visiting = visit(target, i % 2 === 0 ? kept : false).finally(() => under.delete(visiting));
  under.add(visiting);
  await wait(Number(everyMs));
}
await Promise.all(under);
process.send?.(visits, () => process.exit(0));
