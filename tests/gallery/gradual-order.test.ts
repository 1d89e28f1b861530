import * as fc from "fast-check";
import { expect, test } from "vitest";
import { GradualOrder } from "../../src/gallery/gradual-order.ts";

/** All different, in an order that is none, the same each time. */
function shuffledNumbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => (i * 7_919) % count);
}

/** How often it compared tells how much was put in order. */
function countComparisons(): { compare: (a: number, b: number) => number; comparisons: () => number } {
  let comparisons = 0;
  const compare = (a: number, b: number): number => {
    comparisons++;
    return a - b;
  };
  return { compare, comparisons: () => comparisons };
}

test("is the order of a sorted list, in whatever places it is looked at", async () => {
  const place = fc.integer({ min: 0, max: 3_000 });
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.integer(), { maxLength: 3_000, size: "max" }),
      fc.array(fc.tuple(place, place), { minLength: 1, maxLength: 5 }),
      async (items, looks) => {
        const order = new GradualOrder(items, (a, b) => a - b);
        const sorted = items.toSorted((a, b) => a - b);
        expect(order.length).toBe(items.length);
        for (const [start, end] of looks) {
          expect(await order.slice(start, end)).toEqual(sorted.slice(start, end));
          const item = sorted[start];
          const isThere = item !== undefined;
          expect(isThere ? await order.indexOf(item) : -1).toBe(isThere ? start : -1);
        }
      },
    ),
    { numRuns: 50 },
  );
});

test.each(["shuffled", "rising", "falling"])(
  "finds the first of many without sorting them all: %s",
  async (kind) => {
    const count = 20_011;
    const shuffled = shuffledNumbers(count);
    const rising = shuffled.toSorted((a, b) => a - b);
    const items = { shuffled, rising, falling: rising.toReversed() }[kind] ?? [];
    const { compare, comparisons } = countComparisons();
    const order = new GradualOrder(items, compare);
    expect(await order.slice(0, 3)).toEqual([0, 1, 2]);
    expect(comparisons()).toBeLessThan(8 * count); // two to three times the count; sorting: fifteen times
  },
);

test("what was put in order once is not compared again", async () => {
  const { compare, comparisons } = countComparisons();
  const order = new GradualOrder(shuffledNumbers(5_003), compare);
  await order.slice(0, Infinity);
  const before = comparisons();
  expect(await order.slice(4_000, 4_002)).toEqual([4_000, 4_001]);
  expect(await order.indexOf(17)).toBe(17);
  expect(comparisons()).toBe(before);
});

test("many may look at once", async () => {
  const order = new GradualOrder(shuffledNumbers(5_003), (a, b) => a - b);
  const found = await Promise.all([
    order.slice(0, 2),
    order.slice(5_001, 9_999),
    order.indexOf(2_500),
    order.indexOf(-1),
  ]);
  expect(found).toEqual([[0, 1], [5_001, 5_002], 2_500, -1]);
});

test("an error of the comparison is that of who looked, and nobody else's", async () => {
  let isBroken = true;
  const order = new GradualOrder([2, 1], (a, b) => {
    if (isBroken) throw new Error("broken");
    return a - b;
  });
  await expect(order.slice(0, 1)).rejects.toThrow("broken");
  isBroken = false;
  expect(await order.slice(0, 1)).toEqual([1]);
});

test("an empty list is in order", async () => {
  const order = new GradualOrder<number>([], () => 0);
  expect([await order.slice(0, 10), await order.indexOf(1)]).toEqual([[], -1]);
});
