/**
 * `npm run fuzz -- [--seconds N] [--seed S] [--only CONNECTION]`: broken and valid requests at the real server, over
 * many sockets at once, each answer held against what the pure parser says of the same octets.
 *
 *     corpus, grammar ──► plan ──┬──► oracle (the parser alone) ──► what must come ──┐
 *                                └──► socket ──► server ──────────► what came ───────┴──► judge
 *
 * Prints its seed. The same seed sends the same octets; a failure names its connection, and `--only` repeats that one.
 */
import { setMaxListeners } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { formatOctets, readCorpus } from "../tests/support/corpus.ts";
import { converse } from "./converse.ts";
import { judge } from "./judge.ts";
import { predict } from "./oracle.ts";
import { planConnection } from "./plan.ts";
import { type FuzzedServer, type Usage, launchFuzzedServer } from "./server.ts";

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130; // as a shell reports a process that Ctrl-C ended

const CONNECTIONS_AT_ONCE = 64;
const MAX_FAILURES = 3; // then it ends: more of them say nothing new
const LOOK_MS = 1_000; // between two looks at processes and log
const SETTLE_MS = 4_000; // for the last connections of clients that vanished to be closed (settings.ts: lingerMs)
const MAX_GROWTH = 1.5; // of memory from a third of the time to its end: garbage is collected late, but it is
const MAX_MORE_BYTES = 64 * 1_024 * 1_024;
const MAX_MORE_DESCRIPTORS = 40; // both workers keep the files of the album open for a while (settings.ts: files)

type Wishes = { readonly seconds: number; readonly seed: number; readonly only: number | undefined };

/** What was done, and what went wrong, with single connections and with the server as a whole. */
type Tally = { connections: number; responses: number; octets: number; readonly failures: string[] };

/** @throws Error about what cannot be meant */
function readWishes(args: string[]): Wishes {
  const options = {
    seconds: { type: "string" },
    seed: { type: "string" },
    only: { type: "string" },
  } as const;
  const { values } = parseArgs({ args, options });
  const numberOf = (name: keyof typeof options, otherwise: number): number => {
    const text = values[name];
    if (text !== undefined && !/^\d{1,10}$/.test(text)) throw new Error(`--${name} takes a whole number`);
    return text === undefined ? otherwise : Number(text);
  };
  return {
    seconds: numberOf("seconds", 60),
    seed: numberOf("seed", Math.floor(Math.random() * 2 ** 32)),
    only: values.only === undefined ? undefined : numberOf("only", 0),
  };
}

async function fuzz(wishes: Wishes, signal: AbortSignal): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), "share-my-photos-fuzz-"));
  try {
    const server = await launchFuzzedServer(directory, signal);
    const tally: Tally = { connections: 0, responses: 0, octets: 0, failures: [] };
    const { failures } = tally;
    await fire(server, wishes, tally, signal);
    if (!(await server.stop())) failures.push("the server did not stop when it was asked to");
    failures.push(...(await server.readErrors()));
    const { connections, responses, octets } = tally;
    say(`${connections} connections, ${responses} responses, ${Math.round(octets / 1_000)} kB sent`);
    for (const failure of failures) say(`FAILED: ${failure}`);
    if (failures.length === 0) return 0;
    say(`All of it again: npm run fuzz -- --seconds ${wishes.seconds} --seed ${wishes.seed}`);
    return EXIT_FAILED;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function fire(
  server: FuzzedServer,
  { seconds, seed, only }: Wishes,
  tally: Tally,
  signal: AbortSignal,
): Promise<void> {
  const { failures } = tally;
  const corpus = readCorpus(new URL("tests/http/corpus/", pathToFileURL(`${process.cwd()}/`))).map(
    ({ wire }) => Buffer.from(wire).toString("latin1"),
  ); // npm runs scripts at the root of the package
  if (only !== undefined) {
    await fireOnce(server.port, seed, only, corpus, tally);
    return;
  }
  const pids = server.readWorkerPids();
  const before = await server.readUsage();
  const startMs = Date.now();
  const isOver = (): boolean =>
    Date.now() - startMs >= seconds * 1_000 || failures.length >= MAX_FAILURES || signal.aborted;
  let next = 0;
  const lanes = Array.from({ length: CONNECTIONS_AT_ONCE }, async () => {
    while (!isOver()) await fireOnce(server.port, seed, next++, corpus, tally);
  });
  let warm: Usage | undefined;
  while (!isOver()) {
    await wait(LOOK_MS);
    if (Date.now() - startMs >= (seconds * 1_000) / 3) warm ??= await server.readUsage();
    failures.push(...(await server.readErrors()));
    const pidsNow = server.readWorkerPids();
    if (pidsNow.join() !== pids.join()) failures.push(`workers ${pids.join()} are now ${pidsNow.join()}`);
  }
  await Promise.all(lanes);
  signal.throwIfAborted();
  await wait(SETTLE_MS);
  const after = await server.readUsage();
  if (after.descriptors > before.descriptors + MAX_MORE_DESCRIPTORS) {
    failures.push(`${before.descriptors} open descriptors have become ${after.descriptors}`);
  }
  if (warm !== undefined && after.residentBytes > warm.residentBytes * MAX_GROWTH + MAX_MORE_BYTES) {
    failures.push(`${inMegabytes(warm)} of memory have become ${inMegabytes(after)}`);
  }
  say(
    `workers: ${before.descriptors} descriptors, then ${after.descriptors}; ${inMegabytes(after)} of memory`,
  );
}

async function fireOnce(
  port: number,
  seed: number,
  index: number,
  corpus: readonly string[],
  tally: Tally,
): Promise<void> {
  const plan = planConnection(seed, index, corpus);
  const prediction = predict(plan.wire);
  const conversation = await converse(port, plan, prediction);
  tally.connections += 1;
  tally.responses += conversation.responses.length;
  tally.octets += plan.wire.length;
  const complaints = judge(plan, prediction, conversation);
  if (complaints.length === 0) return;
  const pieces = plan.pieces.map(({ end }) => end).join(" ");
  tally.failures.push(
    [
      `connection ${index}:`,
      ...complaints.map((complaint) => `  ${complaint}`),
      `  statuses: ${conversation.responses.map(({ status }) => status).join(" ")}`,
      `  sent up to ${pieces}, then: ${plan.ending}`,
      `  repeat: npm run fuzz -- --seed ${seed} --only ${index}`,
      "```octets",
      formatOctets(plan.wire),
      "```",
    ].join("\n"),
  );
}

function inMegabytes({ residentBytes }: Usage): string {
  return `${Math.round(residentBytes / 1_000_000)} MB`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const interruption = new AbortController();
setMaxListeners(100, interruption.signal);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (interruption.signal.aborted) process.exit(EXIT_INTERRUPTED); // asked twice: the server is killed
    interruption.abort();
  });
}

async function main(): Promise<number> {
  let wishes: Wishes;
  try {
    wishes = readWishes(process.argv.slice(2));
  } catch (error) {
    say(`fuzz: ${error instanceof Error ? error.message : String(error)}`);
    return EXIT_USAGE;
  }
  say(`seed ${wishes.seed}`);
  try {
    return await fuzz(wishes, interruption.signal);
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    return EXIT_INTERRUPTED;
  }
}

process.exit(await main());
