/**
 * Numbers, sizes and dates in words. One language so far; whatever needs a language stands here.
 */
const LANGUAGE = "en";

const integers = new Intl.NumberFormat(LANGUAGE);
const plurals = new Intl.PluralRules(LANGUAGE);
/** Cameras know no time zone: what their clock showed is kept, and shown, as if it were UTC. */
const days = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "long", timeZone: "UTC" });
const moments = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });

const SIZE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
const sizes = SIZE_UNITS.map(
  (unit) =>
    new Intl.NumberFormat(LANGUAGE, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 1 }),
);

/** "1 photo", "2,400 photos" */
export function count(number: number, one: string, other: string): string {
  return `${integers.format(number)} ${plurals.select(number) === "one" ? one : other}`;
}

/** "1.2 GB", in powers of 1000 */
export function fileSize(sizeBytes: number): string {
  let unit = 0;
  let value = sizeBytes;
  while (value >= 999.95 && unit < SIZE_UNITS.length - 1) {
    value /= 1_000;
    unit++;
  }
  return sizes[unit]?.format(value) ?? "";
}

/** "May 3 – 9, 2021" */
export function dateRange(firstMs: number, lastMs: number): string {
  return days.formatRange(firstMs, lastMs);
}

/** "May 3, 2021 at 8:15 AM" */
export function dateAndTime(timeMs: number): string {
  return moments.format(timeMs);
}
