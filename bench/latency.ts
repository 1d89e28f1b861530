/**
 * How long answers take.
 */

/**
 * The least value that so large a share of all values does not exceed (nearest rank); NaN of none.
 *
 * @param share 0.99 for p99
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
