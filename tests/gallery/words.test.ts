import { describe, expect, test } from "vitest";
import { count, dateAndTime, dateRange, figure, fileSize, timeSpan } from "../../src/gallery/words.ts";

/** Spaces that no line breaks at, and thin ones, are spaces here. */
function plain(text: string): string {
  return text.replace(/[\u00a0\u2009\u202f]/g, " ");
}

describe("how many", () => {
  test.each([
    { number: 0, text: "0 photos" },
    { number: 1, text: "1 photo" },
    { number: 2, text: "2 photos" },
    { number: 2_400, text: "2,400 photos" },
    { number: 1_000_001, text: "1,000,001 photos" },
  ])("$text", ({ number, text }) => {
    expect(count(number, "photo", "photos")).toBe(text);
  });
});

describe("a figure", () => {
  test.each([
    [0, "0"],
    [0.04, "0"],
    [0.26, "0.3"],
    [9.5, "9.5"],
    [10.4, "10"],
    [2_400, "2,400"],
  ])("%d is %s", (number, text) => {
    expect(figure(number)).toBe(text);
  });
});

describe("how long", () => {
  const MIN = 60_000;
  const H = 60 * MIN;
  test.each([
    [-1, "0 ms"],
    [45.4, "45 ms"],
    [999, "999 ms"],
    [1_000, "1 s"],
    [59_999, "59 s"],
    [MIN, "1 min"],
    [59 * MIN + 59_000, "59 min"],
    [H, "1 h"],
    [3 * H + 5 * MIN, "3 h 5 min"],
    [24 * H, "1 d"],
    [50 * H + 59 * MIN, "2 d 2 h"],
    [2_400 * 24 * H, "2,400 d"],
  ])("%d ms are %s", (spanMs, text) => {
    expect(timeSpan(spanMs)).toBe(text);
  });
});

describe("how large, in powers of 1000", () => {
  test.each([
    { sizeBytes: 0, text: "0 byte" },
    { sizeBytes: 999, text: "999 byte" },
    { sizeBytes: 1_000, text: "1 kB" },
    { sizeBytes: 1_250, text: "1.3 kB" },
    { sizeBytes: 999_940, text: "999.9 kB" },
    { sizeBytes: 999_950, text: "1 MB" }, // never "1,000 kB"
    { sizeBytes: 12_345_678, text: "12.3 MB" },
    { sizeBytes: 1_200_000_000, text: "1.2 GB" },
    { sizeBytes: 3_000_000_000_000, text: "3 TB" },
    { sizeBytes: 3_000_000_000_000_000, text: "3,000 TB" },
  ])("$sizeBytes octets are $text", ({ sizeBytes, text }) => {
    expect(plain(fileSize(sizeBytes))).toBe(text);
  });
});

function day(year: number, month: number, date: number): number {
  return Date.UTC(year, month - 1, date, 8, 15);
}

describe("when", () => {
  test.each([
    { first: day(2021, 5, 3), last: day(2021, 5, 9), text: "May 3 \u2013 9, 2021" },
    { first: day(2021, 5, 3), last: day(2021, 5, 3), text: "May 3, 2021" },
    { first: day(2021, 5, 3), last: day(2021, 6, 1), text: "May 3 \u2013 June 1, 2021" },
    { first: day(2020, 12, 31), last: day(2021, 1, 1), text: "December 31, 2020 \u2013 January 1, 2021" },
  ])("$text", ({ first, last, text }) => {
    expect(plain(dateRange(first, last))).toBe(text);
  });

  test("a moment is what the camera's clock showed, wherever the server stands", () => {
    expect(plain(dateAndTime(day(2021, 5, 3)))).toBe("May 3, 2021 at 8:15 AM");
    expect(plain(dateAndTime(Date.UTC(2021, 11, 31, 23, 59)))).toBe("December 31, 2021 at 11:59 PM");
  });
});
