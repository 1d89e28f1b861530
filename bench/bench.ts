/**
 * `npm run bench -- [suite …] [--quick] [--write] [--rounds N] [--peer NAME=COMMAND]`: the real server against others,
 * with the real tools, the seeds' own load tests among them.
 *
 *     one folder for everybody ──► each suite: start, check the answers, load in rounds, stop ──► tables and plots
 *
 * A suite whose answers are wrong prints FAILED and why, and writes nothing.
 */
import { setMaxListeners } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openLibrary } from "./library.ts";
import { knowsAccept } from "./our-server.ts";
import { parseGuest } from "./peers/guest.ts";
import type { Peer } from "./peers/peer.ts";
import { PEERS } from "./peers/peers.ts";
import { formatBlock, writeBlock } from "./report.ts";
import { type Site, makeSite } from "./site.ts";
import type { Bench, Suite } from "./suite.ts";
import { SUITES, estimateSeconds } from "./suites.ts";
import { findTools, howToInstall } from "./tools.ts";

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130; // as a shell reports a process that Ctrl-C ended
const MAX_ROUNDS = 100;
type Outcome = "measured" | "failed" | "skipped";

type Wishes = {
  readonly suites: readonly Suite[];
  readonly pace: "quick" | "full";
  readonly rounds: number | undefined;
  readonly isWritten: boolean;
  readonly guests: readonly Peer[];
};

/** @throws Error about what cannot be meant */
function readWishes(args: string[]): Wishes {
  const options = {
    quick: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    rounds: { type: "string" },
    peer: { type: "string", multiple: true },
  } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const names = SUITES.map(({ name }) => name);
  const unknown = positionals.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new Error(`there is no suite ${unknown.join(", ")}; there are ${names.join(", ")}`);
  }
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0 && rounds <= MAX_ROUNDS)) {
    throw new Error(`--rounds takes a whole number from 1 to ${MAX_ROUNDS}`);
  }
  return {
    suites: SUITES.filter(({ name }) => positionals.length === 0 || positionals.includes(name)),
    pace: values.quick ? "quick" : "full",
    rounds,
    isWritten: values.write,
    guests: (values.peer ?? []).map(parseGuest),
  };
}

async function runSuites(wishes: Wishes, signal: AbortSignal): Promise<number> {
  const scratchDirectory = await mkdtemp(join(tmpdir(), "share-my-photos-bench-"));
  try {
    await chmod(scratchDirectory, 0o755); // a peer that gives up root's rights has to read what it serves
    const tools = await findTools(scratchDirectory, signal);
    const peers = [...PEERS, ...wishes.guests];
    for (const { tool } of peers) {
      if (tool !== undefined && !tools.has(tool)) say(`${howToInstall(tool)}: measured without it`);
    }
    say(formatEstimate(wishes));
    say("The sample library: made now, or found from the last time …");
    const library = await orAborted(openLibrary(), signal);
    let site: Promise<Site> | undefined;
    const bench: Bench = {
      library,
      openSite() {
        if (site === undefined) say("The folder that everybody serves …");
        site ??= makeSite({ library, scratchDirectory, signal });
        return site;
      },
      peers,
      knowsAccept: await knowsAccept(signal),
      scratchDirectory,
      tools,
      pace: wishes.pace,
      rounds: wishes.rounds,
      signal,
      say,
    };
    const outcomes: Outcome[] = [];
    for (const suite of wishes.suites) outcomes.push(await runSuite(suite, bench, wishes));
    if (outcomes.includes("failed") || !outcomes.includes("measured")) return EXIT_FAILED;
    return 0;
  } finally {
    await rm(scratchDirectory, { recursive: true, force: true });
  }
}

function formatEstimate({ suites, pace, rounds }: Wishes): string {
  const seconds = estimateSeconds(suites, pace, rounds);
  return `This takes about ${seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} minutes`}.`;
}

async function runSuite(suite: Suite, bench: Bench, { isWritten }: Wishes): Promise<Outcome> {
  const missing = suite.needs.filter((name) => !bench.tools.has(name));
  if (missing.length > 0) {
    print(`${suite.name}: skipped: ${missing.map(howToInstall).join("; ")}\n`);
    return "skipped";
  }
  const start = performance.now();
  try {
    const result = await suite.run(bench);
    const block = formatBlock(suite, result, bench);
    print(`${suite.name}\n\n${block}\n`);
    if (result.failures.length > 0) throw new Error(result.failures.join("\n  "));
    if (isWritten) await writeBlock(suite.name, block, result.plots ?? []);
    say(`${suite.name}: measured in ${Math.round((performance.now() - start) / 1_000)} s`);
    return "measured";
  } catch (error) {
    bench.signal.throwIfAborted();
    print(`FAILED: ${suite.name}:\n  ${error instanceof Error ? error.message : String(error)}\n`);
    return "failed";
  }
}

/** What cannot be stopped is no longer waited for. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(new Error("interrupted")));
    promise.then(resolve, reject);
  });
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

const interruption = new AbortController();
setMaxListeners(100, interruption.signal); // every request and every tool listens
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (interruption.signal.aborted) process.exit(EXIT_INTERRUPTED); // asked twice: the servers are killed
    say("Stopping the servers …");
    interruption.abort();
  });
}

async function main(): Promise<number> {
  let wishes: Wishes;
  try {
    wishes = readWishes(process.argv.slice(2));
  } catch (error) {
    say(`bench: ${error instanceof Error ? error.message : String(error)}`);
    return EXIT_USAGE;
  }
  try {
    return await runSuites(wishes, interruption.signal);
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    return EXIT_INTERRUPTED;
  }
}

process.exit(await main());
