/**
 * What was measured during an attack: written down by whoever measures, and printed as one table when all are done.
 */
import { randomUUID } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";
import { formatTable } from "../../bench/table.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A file for each row of the table. */
    figuresFolder: string;
  }
}

export type Figures = {
  readonly attack: string;
  readonly visits: number;
  readonly failed: number;
  readonly medianMs: number;
  readonly slowestMs: number;
  /** Of all processes of the server: before the attack, the most during it, some seconds after it. */
  readonly megabytes: readonly [before: number, most: number, after: number];
  readonly descriptors: readonly [before: number, most: number, after: number];
};

const COLUMNS = [
  "during",
  "normal requests",
  "failed",
  "median, ms",
  "slowest, ms",
  "MB before, at most, after",
  "descriptors before, at most, after",
];

export function recordFigures(figures: Figures): void {
  const name = `${Date.now()}-${randomUUID()}.json`;
  writeFileSync(join(inject("figuresFolder"), name), JSON.stringify(figures));
}

/** Of all rows that were written down, the oldest first. */
export function formatFigures(folder: string): string {
  const names = readdirSync(folder).sort();
  const rows = names.map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Figures);
  return formatTable({ columns: COLUMNS, rows: rows.map(cellsOf) });
}

const inWhole = (value: number): string => Math.round(value).toLocaleString("en");
const inTenths = (ms: number): string => (ms < 100 ? ms.toFixed(1) : inWhole(ms));

function cellsOf(figures: Figures): string[] {
  const { attack, visits, failed, medianMs, slowestMs, megabytes, descriptors } = figures;
  return [
    attack,
    inWhole(visits),
    inWhole(failed),
    inTenths(medianMs),
    inTenths(slowestMs),
    megabytes.map(inWhole).join(" → "),
    descriptors.map(inWhole).join(" → "),
  ];
}
