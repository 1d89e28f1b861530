import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatHttpDate, parseHttpDate } from "../../src/http/http-date.ts";

const NOW = Date.UTC(2026, 2, 1);
const EXAMPLE = Date.UTC(1994, 10, 6, 8, 49, 37);

describe("the three formats of RFC 9110 §5.6.7 are the same moment", () => {
  test.each([
    { format: "IMF-fixdate", text: "Sun, 06 Nov 1994 08:49:37 GMT" },
    { format: "the obsolete RFC 850 format", text: "Sunday, 06-Nov-94 08:49:37 GMT" },
    { format: "ANSI C's asctime() format", text: "Sun Nov  6 08:49:37 1994" },
  ])("$format", ({ text }) => {
    expect(parseHttpDate(text, NOW)).toBe(EXAMPLE);
  });
});

test("asctime() writes a day of two digits without a space before it", () => {
  expect(parseHttpDate("Wed Nov 16 08:49:37 1994", NOW)).toBe(EXAMPLE + 10 * 86_400_000);
});

test("the format that is sent is IMF-fixdate, and a fraction of a second is cut off", () => {
  expect(formatHttpDate(EXAMPLE)).toBe("Sun, 06 Nov 1994 08:49:37 GMT");
  expect(formatHttpDate(EXAMPLE + 999.9)).toBe("Sun, 06 Nov 1994 08:49:37 GMT");
});

test("every whole second that is formatted is parsed again", () => {
  const seconds = fc.integer({ min: Date.UTC(100, 0) / 1_000, max: Date.UTC(9999, 11, 31) / 1_000 });
  fc.assert(
    fc.property(seconds, (second) => {
      expect(parseHttpDate(formatHttpDate(second * 1_000), NOW)).toBe(second * 1_000);
    }),
  );
});

test("every second reads the same in all three formats", () => {
  const [soonest, latest] = [Date.UTC(1977, 0), Date.UTC(2076, 0)]; // a two-digit year is meant within 50 years
  fc.assert(
    fc.property(fc.integer({ min: soonest / 1_000, max: latest / 1_000 - 1 }), (second) => {
      const date = new Date(second * 1_000);
      const [, weekday = "", day = "", month = "", year = "", time = ""] =
        /^(\w+), (\d+) (\w+) (\d+) (\S+) GMT$/.exec(formatHttpDate(second * 1_000)) ?? [];
      const longWeekday = date.toLocaleDateString("en-GB", { weekday: "long", timeZone: "UTC" });
      const obsolete = [
        `${longWeekday}, ${day}-${month}-${year.slice(2)} ${time} GMT`,
        `${weekday} ${month} ${day.replace(/^0/, " ")} ${time} ${year}`,
      ];
      expect(obsolete.map((text) => parseHttpDate(text, NOW))).toEqual([second * 1_000, second * 1_000]);
    }),
  );
});

describe("every weekday and every month has its name", () => {
  const days = Array.from({ length: 7 }, (_, day) => Date.UTC(1994, 10, 6 + day));
  const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
  test.each(
    days.map((timeMs, i) => ({ timeMs, weekday: weekdays[i] ?? "", day: `${6 + i}`.padStart(2, "0") })),
  )("$weekday", ({ timeMs, weekday, day }) => {
    expect(parseHttpDate(`${weekday}, ${day}-Nov-94 00:00:00 GMT`, NOW)).toBe(timeMs);
    expect(parseHttpDate(`${weekday.slice(0, 3)}, ${day} Nov 1994 00:00:00 GMT`, NOW)).toBe(timeMs);
  });

  test.each("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ").map((month, i) => ({ month, i })))(
    "$month",
    ({ month, i }) => {
      expect(parseHttpDate(`Mon, 01 ${month} 2024 00:00:00 GMT`, NOW)).toBe(Date.UTC(2024, i));
    },
  );
});

function yearOf(digits: string, nowMs: number): number | undefined {
  const timeMs = parseHttpDate(`Sunday, 06-Nov-${digits} 08:49:37 GMT`, nowMs);
  return timeMs === undefined ? undefined : new Date(timeMs).getUTCFullYear();
}

describe("a two-digit year (RFC 9110 §5.6.7)", () => {
  test.each([
    { now: 2026, digits: "26", year: 2026 },
    { now: 2026, digits: "27", year: 2027 },
    { now: 2026, digits: "75", year: 2075 },
    { now: 2026, digits: "77", year: 1977 },
    { now: 2026, digits: "94", year: 1994 },
    { now: 2026, digits: "99", year: 1999 },
    { now: 2026, digits: "00", year: 2000 },
    { now: 1994, digits: "94", year: 1994 },
    { now: 1994, digits: "99", year: 1999 },
    { now: 2060, digits: "99", year: 2099 },
  ])("in $now, $digits means $year", ({ now, digits, year }) => {
    expect(yearOf(digits, Date.UTC(now, 5, 15))).toBe(year);
  });

  test("49 years and 11 months ahead are ahead", () => {
    expect(yearOf("76", Date.UTC(2026, 11, 6))).toBe(2076);
  });

  test("50 years and 10 months ahead are in the past, though the year alone is 50 ahead", () => {
    expect(yearOf("76", Date.UTC(2026, 0, 6))).toBe(1976);
  });
});

test("a year of four digits below 100 is not one of the last century", () => {
  expect(parseHttpDate("Sat, 06 Nov 0094 08:49:37 GMT", NOW)).not.toBe(EXAMPLE);
});

test("the 60th second is a leap second, and the next minute begins with it", () => {
  expect(parseHttpDate("Tue, 30 Jun 2015 23:59:60 GMT", NOW)).toBe(Date.UTC(2015, 6, 1));
});

test("the 29th of February exists in leap years", () => {
  expect(parseHttpDate("Thu, 29 Feb 2024 00:00:00 GMT", NOW)).toBe(Date.UTC(2024, 1, 29));
});

describe("what is no date is undefined", () => {
  test.each([
    { because: "there is no 29th of February in this year", text: "Wed, 29 Feb 2023 00:00:00 GMT" },
    { because: "no month has 32 days", text: "Mon, 32 Jan 2024 00:00:00 GMT" },
    { because: "November has 30 days", text: "Sun, 31 Nov 1994 08:49:37 GMT" },
    { because: "no month has a day 0", text: "Mon, 00 Jan 2024 00:00:00 GMT" },
    { because: "there is no hour 24", text: "Sun, 06 Nov 1994 24:00:00 GMT" },
    { because: "there is no minute 60", text: "Sun, 06 Nov 1994 08:60:00 GMT" },
    { because: "there is no second 61", text: "Sun, 06 Nov 1994 08:49:61 GMT" },
    { because: "the time zone is not GMT", text: "Sun, 06 Nov 1994 08:49:37 CET" },
    { because: "there is no time zone", text: "Sun, 06 Nov 1994 08:49:37" },
    { because: "UTC is not what the grammar says", text: "Sun, 06 Nov 1994 08:49:37 UTC" },
    { because: "an offset is not what the grammar says", text: "Sun, 06 Nov 1994 08:49:37 +0000" },
    { because: "names of months are case-sensitive", text: "Sun, 06 nov 1994 08:49:37 GMT" },
    { because: "names of days are case-sensitive", text: "sun, 06 Nov 1994 08:49:37 GMT" },
    { because: "the day has one digit", text: "Sun, 6 Nov 1994 08:49:37 GMT" },
    { because: "the hour has one digit", text: "Sun, 06 Nov 1994 8:49:37 GMT" },
    { because: "IMF-fixdate has a year of four digits", text: "Sun, 06 Nov 94 08:49:37 GMT" },
    { because: "RFC 850 has a year of two digits", text: "Sunday, 06-Nov-1994 08:49:37 GMT" },
    { because: "RFC 850 spells the day out", text: "Sun, 06-Nov-94 08:49:37 GMT" },
    { because: "there is a space before it", text: " Sun, 06 Nov 1994 08:49:37 GMT" },
    { because: "there is something behind it", text: "Sun, 06 Nov 1994 08:49:37 GMT; length=1" },
    { because: "a list is no date", text: "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT" },
    { because: "it is a date of another kind", text: "1994-11-06T08:49:37Z" },
    { because: "it is a number", text: "784111777" },
    { because: "it is 0", text: "0" },
    { because: "it is empty", text: "" },
  ])("because $because", ({ text }) => {
    expect(parseHttpDate(text, NOW)).toBeUndefined();
  });

  test("and never an exception, whatever it is", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseHttpDate(text, NOW)).toBeUndefined();
      }),
    );
  });
});
