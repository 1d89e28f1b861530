/**
 * A limit that we promised ourselves to stay within, in the unit of the figure; the median decides.
 */
import { judge } from "./goals.ts";
import { formatFigure } from "./statistics.ts";
import type { Goal } from "./suite.ts";

/**
 * `a start with 8 workers ≤ 600 ms`
 *
 * @param figures round by round
 */
export function within(
  what: string,
  limit: number,
  unit: string,
  figures: readonly (number | undefined)[],
): Goal {
  const text = `${what} ≤ ${limit < 10 ? limit : formatFigure(limit)} ${unit}`;
  return judge(text, ` ${unit}`, figures, (value) => value / limit);
}
