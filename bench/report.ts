/**
 * What a suite measured → Markdown and pictures. BENCHMARKS.md keeps a place for each suite, and the harness writes
 * between its markers only:
 *
 *     <!-- bench:accept -->
 *     …
 *     <!-- /bench:accept -->
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { formatGoals } from "./goals.ts";
import { describeMachine, formatDay } from "./machine.ts";
import { type Plot, renderPlot } from "./plot.ts";
import type { Bench, Suite, SuiteResult } from "./suite.ts";
import { formatTable } from "./table.ts";
import { howToInstall } from "./tools.ts";

/** npm runs scripts at the root of the package. */
const REPORT = "BENCHMARKS.md";
const PLOT_FOLDER = "docs/bench";

type Conditions = Pick<Bench, "tools" | "peers" | "pace">;

/** Goals first: whoever reads on wants to know why. */
export function formatBlock(suite: Suite, result: SuiteResult, bench: Conditions): string {
  const { tables, goals = [], growth = [], notes = [], plots = [], commands, rounds } = result;
  const isQuick = bench.pace === "quick" ? " --quick" : "";
  return [
    ...(goals.length > 0 ? [formatTable(formatGoals(goals))] : []),
    ...plots.map((plot) => `![${plot.title}: ${plot.unit}](${PLOT_FOLDER}/${plot.name}.svg)`),
    ...(growth.length > 0 ? [`How it grows:`, formatList(growth)] : []),
    ...tables.map(formatTable),
    ...(notes.length > 0 ? [formatList(notes)] : []),
    `Median (range) of ${formatRounds(rounds)}${bench.pace === "quick" ? " (a look: nothing was warmed up)" : ""}, ${formatDay(new Date())}, ${describeMachine(versionsOf(suite, bench))}.`,
    ...missingOf(suite, bench),
    [
      "```sh",
      `npm run bench -- ${suite.name}${isQuick}`,
      ...[...new Set(commands)].map((command) => `# the load: ${command}`),
      "```",
    ].join("\n"),
  ].join("\n\n");
}

function formatRounds(rounds: number): string {
  return `${rounds} round${rounds === 1 ? "" : "s"} in alternating order`;
}

function formatList(sentences: readonly string[]): string {
  return sentences.map((sentence) => `- ${sentence}`).join("\n");
}

/** Of the tools it cannot do without, and of its peers. */
function versionsOf({ name, needs }: Suite, { tools, peers }: Conditions): string[] {
  const peerTools = peers.flatMap(({ tool, suites }) =>
    tool !== undefined && suites.includes(name) ? [tool] : [],
  );
  return [...needs, ...peerTools].flatMap((tool) => tools.get(tool)?.version ?? []);
}

function missingOf({ name }: Suite, { tools, peers }: Conditions): string[] {
  const missing = peers.flatMap(({ tool, suites }) =>
    tool !== undefined && suites.includes(name) && !tools.has(tool) ? [howToInstall(tool)] : [],
  );
  return missing.length === 0 ? [] : [`Not compared with: ${missing.join("; ")}.`];
}

export async function writeBlock(name: string, block: string, plots: readonly Plot[]): Promise<void> {
  const document = replaceBlock(await readFile(REPORT, "utf8"), name, block);
  await mkdir(PLOT_FOLDER, { recursive: true });
  for (const plot of plots) await writeFile(join(PLOT_FOLDER, `${plot.name}.svg`), await renderPlot(plot));
  await writeFile(REPORT, document);
}

/**
 * @param name of the suite
 * @param block Markdown, without a line end at its end
 * @throws Error if the document has no place for it
 */
export function replaceBlock(document: string, name: string, block: string): string {
  const opening = `<!-- bench:${name} -->`;
  const closing = `<!-- /bench:${name} -->`;
  const start = document.indexOf(opening);
  const end = document.indexOf(closing, start);
  if (start === -1 || end === -1) throw new Error(`BENCHMARKS.md has no ${opening} … ${closing}`);
  return `${document.slice(0, start + opening.length)}\n\n${block}\n\n${document.slice(end)}`;
}
