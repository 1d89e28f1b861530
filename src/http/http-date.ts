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
    if (parts !== undefined) return timeOf(parts, nowMs);
  }
  return undefined;
}

function timeOf(parts: Readonly<Record<string, string>>, nowMs: number): number | undefined {
  const number = (name: string): number => Number(parts[name]);
  const [hour, minute, second] = [number("hour"), number("minute"), number("second")];
  if (hour > 23 || minute > 59 || second > 60) return undefined; // 60: a leap second
  const inYear = (year: number): Date => {
    const date = new Date(0);
    date.setUTCFullYear(year, MONTHS.indexOf(parts["month"] ?? ""), number("day")); // Date.UTC takes 94 for 1994
    date.setUTCHours(hour, minute, second);
    return date;
  };
  const isTwoDigits = parts["year"]?.length === 2;
  const century = isTwoDigits ? Math.floor(new Date(nowMs).getUTCFullYear() / 100) * 100 : 0;
  const date = inYear(century + number("year"));
  const isPast = isTwoDigits && date.getTime() > fiftyYearsAfter(nowMs);
  const meant = isPast ? inYear(century - 100 + number("year")) : date;
  const isOnCalendar = new Date(meant.getTime() - second * 1_000).getUTCDate() === number("day");
  return isOnCalendar ? meant.getTime() : undefined;
}

function fiftyYearsAfter(nowMs: number): number {
  const date = new Date(nowMs);
  return date.setUTCFullYear(date.getUTCFullYear() + 50);
}
