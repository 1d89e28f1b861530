/**
 * A function of a field value, worked out once for each: most clients are one of a handful of browsers, and say the same.
 *
 * @param find must depend on its argument only
 * @param maxValues then all are forgotten: whoever makes them up gains nothing
 */
export function memo<R>(
  find: (value: string | undefined) => R,
  maxValues: number,
): (value: string | undefined) => R {
  const found = new Map<string | undefined, R>();
  return (value) => {
    const known = found.get(value);
    if (known !== undefined) return known;
    const result = find(value);
    if (found.size >= maxValues) found.clear();
    found.set(value, result);
    return result;
  };
}
