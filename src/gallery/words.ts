/**
 * Numbers, sizes and dates in words, and what names are ordered by. One language so far; whatever needs a language
 * stands here.
 */
const LANGUAGE = "en";

/**
 * Made when first needed: together they take 10 MB and a fifth of the time in which a worker starts (BENCHMARKS.md),
 * and a worker that shows no page needs none.
 */
const integers = whenNeeded(() => new Intl.NumberFormat(LANGUAGE));
const tenths = whenNeeded(() => new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 1 }));
const plurals = whenNeeded(() => new Intl.PluralRules(LANGUAGE));
/** Cameras know no time zone: what their clock showed is kept, and shown, as if it were UTC. */
const days = whenNeeded(() => new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "long", timeZone: "UTC" }));
const moments = whenNeeded(
  () => new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "long", timeStyle: "short", timeZone: "UTC" }),
);
/** Natural order: "IMG_9" stands before "IMG_10". natural-order.ts knows most of its answers without asking. */
export const nameCollator = whenNeeded(() => new Intl.Collator(LANGUAGE, { numeric: true }));

const SIZE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
const sizes = SIZE_UNITS.map((unit) =>
  whenNeeded(
    () =>
      new Intl.NumberFormat(LANGUAGE, {
        style: "unit",
        unit,
        unitDisplay: "short",
        maximumFractionDigits: 1,
      }),
  ),
);

function whenNeeded<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** "1 photo", "2,400 photos" */
export function count(number: number, one: string, other: string): string {
  return `${integers().format(number)} ${plurals().select(number) === "one" ? one : other}`;
}

/** "2,400", and "0.3" where that says more than a whole number */
export function figure(number: number): string {
  return Math.abs(number) < 10 ? tenths().format(number) : integers().format(Math.round(number));
}

/** "45 ms", "12 s", "3 h 5 min": the largest unit that fits, and what is left in the next one */
export function timeSpan(spanMs: number): string {
  let unit = 0;
  let value = Math.max(0, Math.round(spanMs));
  let rest = 0;
  for (const { perNext } of SPAN_UNITS) {
    if (value < perNext) break;
    rest = value % perNext;
    value = Math.floor(value / perNext);
    unit++;
  }
  const whole = spanUnit(unit, value);
  return rest === 0 || unit < FIRST_WITH_REST ? whole : `${whole} ${spanUnit(unit - 1, rest)}`;
}

const SPAN_UNITS = [
  { name: "ms", perNext: 1_000 },
  { name: "s", perNext: 60 },
  { name: "min", perNext: 60 },
  { name: "h", perNext: 24 },
  { name: "d", perNext: Infinity },
] as const;

/** "2 h 5 min", but not "3 s 211 ms" nor "3 min 12 s". */
const FIRST_WITH_REST = 3;

function spanUnit(unit: number, value: number): string {
  return `${integers().format(value)} ${SPAN_UNITS[unit]?.name ?? ""}`;
}

/** "1.2 GB", in powers of 1000 */
export function fileSize(sizeBytes: number): string {
  let unit = 0;
  let value = sizeBytes;
  while (value >= 999.95 && unit < SIZE_UNITS.length - 1) {
    value /= 1_000;
    unit++;
  }
  return sizes[unit]?.().format(value) ?? "";
}

/** "May 3 – 9, 2021" */
export function dateRange(firstMs: number, lastMs: number): string {
  return days().formatRange(firstMs, lastMs);
}

/** "May 3, 2021 at 8:15 AM" */
export function dateAndTime(timeMs: number): string {
  return moments().format(timeMs);
}
