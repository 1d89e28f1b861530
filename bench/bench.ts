/**
 * `npm run bench -- [suite …] [--quick] [--write] [--rounds N]`: the seeds' own load tests, with the real tools, on
 * the real server.
 *
 *     the library of the demo ──► each suite: start, check the answers, load in rounds, stop ──► tables
 *
 * A suite whose answers are wrong prints FAILED and why, and writes nothing.
 */
import { setMaxListeners } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { AB_SUITES } from "./ab-suites.ts";
import { openLibrary } from "./library.ts";
import { describeMachine, formatDay } from "./machine.ts";
import { replaceBlock } from "./report.ts";
import { SIEGE_SUITE } from "./siege-suite.ts";
import type { Bench, Suite, SuiteResult } from "./suite.ts";
import { formatTable } from "./table.ts";
import { type Tool, findTools, howToInstall } from "./tools.ts";

/** A place for more: page, static, thumbs, start, memory … each a file of its own. */
const SUITES: readonly Suite[] = [...AB_SUITES, SIEGE_SUITE];
const REPORT = "BENCHMARKS.md"; // npm runs scripts at the root of the package
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
};

/** @throws Error about what cannot be meant */
function readWishes(args: string[]): Wishes {
  const options = {
    quick: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    rounds: { type: "string" },
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
  };
}

async function runSuites(wishes: Wishes, signal: AbortSignal): Promise<number> {
  const scratchDirectory = await mkdtemp(join(tmpdir(), "share-my-photos-bench-"));
  try {
    const tools = await findTools(scratchDirectory, signal);
    if (!tools.has("nginx")) say(`${howToInstall("nginx")}: measured without it`);
    say("The sample library: made now, or found from the last time …");
    const library = await orAborted(openLibrary(), signal);
    const bench: Bench = { ...wishes, library, scratchDirectory, tools, signal, say };
    const outcomes: Outcome[] = [];
    for (const suite of wishes.suites) outcomes.push(await runSuite(suite, bench, wishes));
    if (outcomes.includes("failed") || !outcomes.includes("measured")) return EXIT_FAILED;
    return 0;
  } finally {
    await rm(scratchDirectory, { recursive: true, force: true });
  }
}

async function runSuite(suite: Suite, bench: Bench, { isWritten }: Wishes): Promise<Outcome> {
  const missing = suite.needs.filter((name) => !bench.tools.has(name));
  if (missing.length > 0) {
    print(`${suite.name}: skipped: ${missing.map(howToInstall).join("; ")}\n`);
    return "skipped";
  }
  try {
    const result = await suite.run(bench);
    const block = formatBlock(suite, result, bench);
    print(`${suite.name}\n\n${block}\n`);
    if (result.failures.length > 0) throw new Error(result.failures.join("\n  "));
    if (isWritten) await writeFile(REPORT, replaceBlock(await readFile(REPORT, "utf8"), suite.name, block));
    return "measured";
  } catch (error) {
    bench.signal.throwIfAborted();
    print(`FAILED: ${suite.name}:\n  ${error instanceof Error ? error.message : String(error)}\n`);
    return "failed";
  }
}

function formatBlock(suite: Suite, result: SuiteResult, { pace, tools }: Bench): string {
  const isUsed = ({ name }: Tool): boolean =>
    suite.needs.includes(name) || (name === "nginx" && NGINX_SUITES.has(suite.name));
  const versions = [...tools.values()].filter(isUsed).map(({ version }) => version);
  const rounds = `${result.rounds} round${result.rounds === 1 ? "" : "s"} in alternating order`;
  return [
    ...result.tables.map(formatTable),
    `Median (range) of ${rounds}, ${formatDay(new Date())}, ${describeMachine(versions)}.`,
    [
      "```sh",
      `npm run bench -- ${suite.name}${pace === "quick" ? " --quick" : ""}`,
      ...result.commands.map((command) => `# the load: ${command}`),
      "```",
    ].join("\n"),
  ].join("\n\n");
}

const NGINX_SUITES: ReadonlySet<string> = new Set(AB_SUITES.map(({ name }) => name));

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
