import { expect, test } from "vitest";
import { Random } from "../../fuzz/random.ts";

function drawFrom(random: Random): number[] {
  return Array.from({ length: 1_000 }, () => random.below(10));
}

test("the same seed draws the same numbers, another seed others", () => {
  expect(drawFrom(new Random(1))).toEqual(drawFrom(new Random(1)));
  expect(drawFrom(new Random(1))).not.toEqual(drawFrom(new Random(2)));
});

test("every number below the bound comes about as often as the others, and no other does", () => {
  const counts = new Map<number, number>();
  for (const number of drawFrom(new Random(3))) counts.set(number, (counts.get(number) ?? 0) + 1);
  expect([...counts.keys()].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(Math.min(...counts.values())).toBeGreaterThan(50);
});

test("each connection of a run has numbers of its own", () => {
  const firsts = Array.from({ length: 1_000 }, (_, i) => Random.forConnection(5, i).below(2 ** 32));
  expect(new Set(firsts).size).toBe(1_000);
});
