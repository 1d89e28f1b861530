/**
 * A limit that we promised ourselves to stay within, in the unit of the figure; the median decides.
 */
import { formatFigure, formatSpread, median } from "./statistics.ts";
import type { Goal } from "./suite.ts";

/**
 * `a start with 8 workers ≤ 600 ms`
 *
 * @param figures round by round; without any the promise is not kept
 */
export function within(
  what: string,
  limit: number,
  unit: string,
  figures: readonly (number | undefined)[],
): Goal {
  const known = figures.filter((figure) => figure !== undefined);
  return {
    text: `${what} ≤ ${limit < 10 ? limit : formatFigure(limit)} ${unit}`,
    measured: known.length === 0 ? "not measured" : `${formatSpread(known)} ${unit}`,
    isMet: median(known) <= limit, // the median of nothing is within no limit
  };
}
