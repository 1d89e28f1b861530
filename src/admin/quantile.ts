/**
 * How long it took for nearly all, as far as classes of durations can tell.
 */
import type { Durations } from "./snapshot.ts";

/**
 * @param share of all, above 0 and up to 1
 * @returns seconds that so many took at most: a bound between classes, or Infinity beyond the last one; undefined
 *   where nothing was counted
 */
export function longestOf(share: number, { boundsSeconds, counts }: Durations): number | undefined {
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all === 0) return undefined;
  let sum = 0;
  const i = counts.findIndex((count) => {
    sum += count;
    return sum >= share * all;
  });
  return boundsSeconds[i] ?? Infinity;
}
