/**
 * What we promised ourselves, against what was measured: the median decides.
 */
import { formatFigure, formatSpread, median } from "./statistics.ts";
import type { Goal } from "./suite.ts";
import type { Table } from "./table.ts";

type Figures = readonly (number | undefined)[];

export function atMost(text: string, limit: number, figures: Figures): Goal {
  return judge(`${text}: ≤ ${formatFigure(limit)}`, "", figures, (value) => value / limit);
}

export function atLeast(text: string, limit: number, figures: Figures): Goal {
  return judge(`${text}: ≥ ${formatFigure(limit)}`, "", figures, (value) => limit / value);
}

export function noneOf(text: string, count: number): Goal {
  return { text: `${text}: 0`, measured: formatFigure(count), isMet: count === 0 };
}

/**
 * @param unit of the figures, behind a space; none for a ratio
 * @param excessOf how many times the limit: up to 1 is within it
 */
export function judge(
  text: string,
  unit: string,
  figures: Figures,
  excessOf: (value: number) => number,
): Goal {
  const known = figures.filter((figure) => figure !== undefined);
  if (known.length === 0) return { text, measured: "not measured", isMet: undefined };
  const excess = excessOf(median(known));
  return {
    text,
    measured: `${formatSpread(known)}${unit}`,
    isMet: excess <= 1,
    ...(Number.isFinite(excess) && excess > 0 && excess !== 1 ? { distance: formatDistance(excess) } : {}),
  };
}

/** `by 12 %`, `by a factor of 3.42` */
function formatDistance(excess: number): string {
  const factor = excess > 1 ? excess : 1 / excess;
  if (factor >= 2) return `by a factor of ${formatFigure(factor)}`;
  const percent = Math.round((factor - 1) * 100);
  return percent === 0 ? "by less than 1 %" : `by ${percent} %`;
}

export function formatGoals(goals: readonly Goal[]): Table {
  return {
    columns: ["goal", "measured", "result"],
    rows: goals.map(({ text, measured, isMet, distance }) => {
      const result = isMet === undefined ? "–" : isMet ? "met" : "**missed**";
      return [text, measured, distance === undefined ? result : `${result} ${distance}`];
    }),
  };
}
