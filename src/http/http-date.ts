/**
 * HTTP-date (RFC 9110 §5.6.7): one format out, three in.
 *
 *     Sun, 06 Nov 1994 08:49:37 GMT    IMF-fixdate, the one we send
 *     Sunday, 06-Nov-94 08:49:37 GMT   obsolete RFC 850 format
 *     Sun Nov  6 08:49:37 1994         ANSI C's asctime() format
 */
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MONTH = `(?<month>${MONTHS.join("|")})`;
const TIME = String.raw`(?<hour>\d{2}):(?<minute>\d{2}):(?<second>\d{2})`;

const FORMATS = [
  new RegExp(
    String.raw`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\d{2}) ${MONTH} (?<year>\d{4}) ${TIME} GMT$`,
  ),
  new RegExp(
    String.raw`^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\d{2})-${MONTH}-(?<year>\d{2}) ${TIME} GMT$`,
  ),
  new RegExp(String.raw`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${MONTH} (?<day>[ \d]\d) ${TIME} (?<year>\d{4})$`),
];

const LONGEST = "Wednesday, 06-Nov-94 08:49:37 GMT".length;
const FIFTY_YEARS_MS = 50 * 365.25 * 86_400_000;

/** @param timeMs since the epoch; its fraction of a second is cut off */
export function formatHttpDate(timeMs: number): string {
  return new Date(timeMs).toUTCString();
}

/**
 * @param nowMs decides the century of a two-digit year: one that seems more than 50 years ahead is in the past
 * @returns milliseconds since the epoch, or undefined for what is no HTTP-date: its field is then to be ignored
 */
export function parseHttpDate(text: string, nowMs: number): number | undefined {
  if (text.length > LONGEST) return undefined;
  for (const format of FORMATS) {
    const parts = format.exec(text)?.groups;
    if (parts === undefined) continue;
    const number = (name: string): number => Number(parts[name]);
    const month = MONTHS.indexOf(parts["month"] ?? "");
    const time = [number("hour"), number("minute"), number("second")] as const;
    if (time[0] > 23 || time[1] > 59 || time[2] > 60) return undefined;
    const day = number("day");
    const year = parts["year"]?.length === 2 ? fullYear(number("year"), nowMs) : number("year");
    const date = new Date(Date.UTC(year, month, day, ...time));
    return new Date(Date.UTC(year, month, day)).getUTCDate() === day ? date.getTime() : undefined;
  }
  return undefined;
}

function fullYear(twoDigits: number, nowMs: number): number {
  const century = Math.floor(new Date(nowMs).getUTCFullYear() / 100) * 100;
  const year = century + twoDigits;
  return Date.UTC(year, 0) > nowMs + FIFTY_YEARS_MS ? year - 100 : year;
}
