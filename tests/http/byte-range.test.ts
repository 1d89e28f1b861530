import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseByteRanges } from "../../src/http/byte-range.ts";

const WHOLE = 10_000;
const MAX_RANGES = 16;
const DIGITS_30 = "9".repeat(30);

describe("of 10000 octets (RFC 9110 §14.1.2)", () => {
  test.each([
    { value: "bytes=0-499", are: "the first 500 octets", first: 0, last: 499 },
    { value: "bytes=500-999", are: "the second 500 octets", first: 500, last: 999 },
    { value: "bytes=-500", are: "the final 500 octets", first: 9_500, last: 9_999 },
    { value: "bytes=9500-", are: "the final 500 octets too", first: 9_500, last: 9_999 },
    { value: "bytes=0-0", are: "the first octet", first: 0, last: 0 },
    { value: "bytes=-1", are: "the last octet", first: 9_999, last: 9_999 },
    { value: "bytes=9999-9999", are: "the last octet too", first: 9_999, last: 9_999 },
    { value: "bytes=0-", are: "all of them", first: 0, last: 9_999 },
    { value: "bytes=0-9999", are: "all of them", first: 0, last: 9_999 },
    {
      value: "bytes=9500-10000",
      are: "those up to the end, as there are no more",
      first: 9_500,
      last: 9_999,
    },
    {
      value: `bytes=9500-${DIGITS_30}`,
      are: "those up to the end, 30 digits or not",
      first: 9_500,
      last: 9_999,
    },
    { value: "bytes=-10000", are: "all of them", first: 0, last: 9_999 },
    { value: "bytes=-10001", are: "all, where more are asked for than there are", first: 0, last: 9_999 },
    { value: `bytes=-${DIGITS_30}`, are: "all, 30 digits or not", first: 0, last: 9_999 },
    { value: `bytes=${"0".repeat(30)}5-9`, are: "five, whatever zeros stand before", first: 5, last: 9 },
    { value: "Bytes=0-499", are: "500, as range units are case-insensitive (§14.1)", first: 0, last: 499 },
    { value: "bytes=,0-499 , ,", are: "500, as empty elements are ignored (§5.6.1)", first: 0, last: 499 },
  ])("$value are $are", ({ value, first, last }) => {
    expect(parseByteRanges(value, WHOLE, MAX_RANGES)).toEqual([{ first, last }]);
  });

  test.each([
    { value: "bytes=10000-" },
    { value: "bytes=10000-10000" },
    { value: "bytes=20000-30000" },
    { value: `bytes=${DIGITS_30}-` },
    { value: `bytes=${DIGITS_30}-${DIGITS_30}` },
    { value: "bytes=-0" },
    { value: "bytes=-000" },
  ])("$value cannot be satisfied", ({ value }) => {
    expect(parseByteRanges(value, WHOLE, MAX_RANGES)).toBe("unsatisfiable");
  });
});

describe("the field is ignored", () => {
  test.each([
    { because: "two ranges have an octet in common", value: "bytes=0-5,5-9" },
    { because: "one range lies in another", value: "bytes=0-99,200-299,10-19" },
    { because: "the last 500 octets are twice the same", value: "bytes=-500,9500-" },
    { because: "one of several is malformed", value: "bytes=0-5,7-6" },
    { because: "there are more ranges than anybody needs", value: `bytes=${manyRanges(17)}` },
    { because: "there are two fields", value: "bytes=0-0, bytes=1-1" },
    { because: "200 ranges are no way to fetch a photo", value: `bytes=${"0-,".repeat(200)}` },
    { because: "its last position lies before its first (§14.1.1)", value: "bytes=500-499" },
    { because: "it has no position", value: "bytes=-" },
    { because: "it has no range", value: "bytes=" },
    { because: "it has no range but commas", value: "bytes=, ," },
    { because: "it has no hyphen", value: "bytes=500" },
    { because: "it has two hyphens", value: "bytes=0--1" },
    { because: "it has letters", value: "bytes=a-b" },
    { because: "digits are decimal", value: "bytes=0x0-0xf" },
    { because: "numbers have no exponent", value: "bytes=0-1e3" },
    { because: "numbers have no sign", value: "bytes=+0-+1" },
    { because: "numbers have no fraction", value: "bytes=0.0-1.0" },
    { because: "digits are US-ASCII", value: "bytes=0-\u0661" },
    { because: "no space is allowed inside", value: "bytes=0 - 499" },
    { because: "no space is allowed before the equals sign", value: "bytes =0-499" },
    { because: "there is no unit", value: "0-499" },
    { because: "there is no unit before the equals sign", value: "=0-499" },
    { because: "the unit is another one", value: "seconds=0-499" },
    { because: "the unit only begins like ours", value: "bytess=0-499" },
    { because: "the unit only ends like ours", value: "kilobytes=0-499" },
    { because: "it is empty", value: "" },
  ])("because $because", ({ value }) => {
    expect(parseByteRanges(value, WHOLE, MAX_RANGES)).toBe("whole");
  });
});

describe("several ranges", () => {
  test.each([
    {
      value: "bytes=0-0,-1",
      are: [
        [0, 0],
        [9_999, 9_999],
      ],
    },
    {
      value: "bytes=0-999, 4500-5499, -1000",
      are: [
        [0, 999],
        [4_500, 5_499],
        [9_000, 9_999],
      ],
    },
    {
      value: "bytes=500-600,601-999",
      are: [
        [500, 600],
        [601, 999],
      ],
    },
    {
      value: "bytes=9-9,3-3,6-6",
      are: [
        [9, 9],
        [3, 3],
        [6, 6],
      ],
    },
    { value: "bytes=0-0, 20000-", are: [[0, 0]] },
    { value: "bytes=20000-, -0, 1-2", are: [[1, 2]] },
    {
      value: "bytes=0-0, 9000-12000",
      are: [
        [0, 0],
        [9_000, 9_999],
      ],
    },
  ])("$value are parts in the order asked for, without what there is not", ({ value, are }) => {
    const ranges = are.map(([first, last]) => ({ first, last }));
    expect(parseByteRanges(value, WHOLE, MAX_RANGES)).toEqual(ranges);
  });

  test("may be as many as the limit", () => {
    expect(parseByteRanges(`bytes=${manyRanges(16)}`, WHOLE, MAX_RANGES)).toHaveLength(16);
  });

  test("none of which can be satisfied are unsatisfiable", () => {
    expect(parseByteRanges("bytes=10000-, 20000-30000, -0", WHOLE, MAX_RANGES)).toBe("unsatisfiable");
  });
});

describe("of nothing", () => {
  test("no first position can be satisfied", () => {
    expect(parseByteRanges("bytes=0-", 0, MAX_RANGES)).toBe("unsatisfiable");
    expect(parseByteRanges("bytes=0-499", 0, MAX_RANGES)).toBe("unsatisfiable");
  });

  test("a suffix is satisfiable (§14.1.2: non-zero suffix-length), though no Content-Range can say so", () => {
    expect(parseByteRanges("bytes=-500", 0, MAX_RANGES)).toBe("whole");
  });
});

test("a range lies inside the representation, and is what was asked for as far as it goes", () => {
  const anyPosition = fc.nat({ max: 300 });
  fc.assert(
    fc.property(anyPosition, anyPosition, fc.nat({ max: 200 }), (first, last, lengthBytes) => {
      const asked = Array.from({ length: lengthBytes }, (_, i) => i).filter((i) => i >= first && i <= last);
      const satisfied = asked.length > 0 ? [{ first: asked.at(0), last: asked.at(-1) }] : "unsatisfiable";
      expect(parseByteRanges(`bytes=${first}-${last}`, lengthBytes, MAX_RANGES)).toEqual(
        last < first ? "whole" : satisfied,
      );
    }),
  );
});

test("an open range goes to the end, and a suffix begins so far before it", () => {
  fc.assert(
    fc.property(fc.nat({ max: 300 }), fc.integer({ min: 1, max: 200 }), (position, lengthBytes) => {
      const last = lengthBytes - 1;
      expect(parseByteRanges(`bytes=${position}-`, lengthBytes, MAX_RANGES)).toEqual(
        position < lengthBytes ? [{ first: position, last }] : "unsatisfiable",
      );
      expect(parseByteRanges(`bytes=-${position}`, lengthBytes, MAX_RANGES)).toEqual(
        position > 0 ? [{ first: Math.max(0, lengthBytes - position), last }] : "unsatisfiable",
      );
    }),
  );
});

test("ranges that have no octet in common come back as they were asked for, leading zeros or not", () => {
  const anyBounds = fc.uniqueArray(fc.nat({ max: 9_999 }), { minLength: 2, maxLength: 2 * MAX_RANGES });
  const anyZeros = fc.nat({ max: 40 }).map((count) => "0".repeat(count));
  fc.assert(
    fc.property(anyBounds, anyZeros, fc.boolean(), (bounds, zeros, isReversed) => {
      const sorted = bounds.toSorted((a, b) => a - b);
      const pairs = Array.from({ length: Math.floor(sorted.length / 2) }, (_, i) => ({
        first: sorted[2 * i] ?? 0,
        last: sorted[2 * i + 1] ?? 0,
      }));
      const ranges = isReversed ? pairs.toReversed() : pairs;
      const set = ranges.map(({ first, last }) => `${zeros}${first}-${zeros}${last}`).join(", ");
      expect(parseByteRanges(`bytes=${set}`, WHOLE, MAX_RANGES)).toEqual(ranges);
    }),
  );
});

test("whatever stands in the field, it is an answer and no exception", () => {
  const anyValue = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom(..."0123456789-, ".split("")) }).map((set) => `bytes=${set}`),
  );
  fc.assert(
    fc.property(anyValue, fc.nat(), (value, lengthBytes) => {
      const ranges = parseByteRanges(value, lengthBytes, MAX_RANGES);
      if (typeof ranges === "string") return;
      expect(ranges.length).toBeLessThanOrEqual(MAX_RANGES);
      for (const { first, last } of ranges) {
        expect(first).toBeGreaterThanOrEqual(0);
        expect(last).toBeGreaterThanOrEqual(first);
        expect(last).toBeLessThan(lengthBytes);
      }
    }),
  );
});

/** One octet each, with one between. */
function manyRanges(count: number): string {
  return Array.from({ length: count }, (_, i) => `${2 * i}-${2 * i}`).join(",");
}
