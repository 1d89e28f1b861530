/**
 * How cost grows, in a sentence.
 */
import { formatFigure, median } from "./statistics.ts";

export type GrowthPoint = {
  /** How it is called: `200 KB`. */
  readonly label: string;
  readonly size: number;
  readonly values: readonly (number | undefined)[];
};

/**
 * `CPU µs a request by file size: 35.1 at 10 KB, 2,400 at 5 MB: 68.4 times as much for 500 times the file size.`
 *
 * @param points by size, the smallest first
 * @returns nothing where fewer than two were measured
 */
export function formatGrowth(cost: string, size: string, points: readonly GrowthPoint[]): string[] {
  const known = points.flatMap(({ values, ...point }) => {
    const middle = median(values.filter((value) => value !== undefined));
    return Number.isFinite(middle) && middle > 0 ? [{ ...point, middle }] : [];
  });
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined || known.length < 2) return [];
  const list = known.map(({ label, middle }) => `${formatFigure(middle)} at ${label}`).join(", ");
  const [sizes, costs] = [last.size / first.size, last.middle / first.middle].map(formatFigure);
  return [`${cost} by ${size}: ${list}: ${costs} times as much for ${sizes} times the ${size}.`];
}
