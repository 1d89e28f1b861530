/**
 * Around all attacks: a folder for their figures before, a table of them behind. With WRITE_FIGURES=1 the table is
 * written into docs/operations.md as well.
 */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { describeMachine, formatDay } from "../../bench/machine.ts";
import { formatFigures } from "./figures.ts";

const OPERATIONS = new URL("../../docs/operations.md", import.meta.url);

/** Between these two lines. */
const BLOCK = /(?<=<!-- figures of npm run test:slow -->\n)[^]*(?=<!-- end of figures -->)/;

export function setup({ provide }: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), "share-my-photos-figures-"));
  provide("figuresFolder", folder);
  return () => {
    if (existsSync(folder) && readdirSync(folder).length > 0) publish(formatFigures(folder));
    rmSync(folder, { recursive: true, force: true });
  };
}

function publish(table: string): void {
  process.stdout.write(`\n${table}\n\n`);
  if (process.env["WRITE_FIGURES"] !== "1") return;
  const block = `\n${describeMachine([])}, ${formatDay(new Date())}\n\n${table}\n\n`;
  const text = readFileSync(OPERATIONS, "utf8");
  writeFileSync(
    OPERATIONS,
    text.replace(BLOCK, () => block),
  );
}
