/**
 * Figures of several rounds → one cell: the median, and the range beside it.
 */

/** Of an even number of values the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  const lower = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** `2,143 (2,001–2,290)`; a range that is no range is left out, and so is what could not be measured. */
export function formatSpread(values: readonly (number | undefined)[]): string {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return UNKNOWN;
  const [least, most] = [Math.min(...known), Math.max(...known)].map(formatFigure);
  const middle = formatFigure(median(known));
  return least === most ? middle : `${middle} (${least}–${most})`;
}

/** Three digits that count: `2,143`, `21.4`, `2.14`, and whole numbers as they are. */
export function formatFigure(value: number): string {
  if (!Number.isFinite(value)) return UNKNOWN; // the median of no rounds
  const size = Math.abs(value);
  const digits = Number.isInteger(value) || size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return new Intl.NumberFormat("en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

/** Round by round, since what disturbs one round disturbs both sides of it. */
export function ratios(
  ours: readonly (number | undefined)[],
  theirs: readonly (number | undefined)[],
): (number | undefined)[] {
  return ours.map((value, round) => {
    const other = theirs[round];
    return value === undefined || other === undefined || other === 0 ? undefined : value / other;
  });
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Bytes → megabytes, the most of all rounds. */
export function formatMegabytes(values: readonly (number | undefined)[]): string {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? UNKNOWN : formatFigure(Math.round(Math.max(...known) / 1e6));
}

/** What stands in a cell when there is no figure for it. */
export const UNKNOWN = "–";
