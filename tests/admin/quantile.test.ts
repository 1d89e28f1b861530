import { expect, test } from "vitest";
import { longestOf } from "../../src/admin/quantile.ts";

const durations = { boundsSeconds: [0.001, 0.01, 1], counts: [50, 40, 9, 1], sumSeconds: 0 };

test.each([
  [0.5, 0.001],
  [0.51, 0.01],
  [0.9, 0.01],
  [0.99, 1],
  [1, Infinity],
])("%d of all took %d s at most", (share, seconds) => {
  expect(longestOf(share, durations)).toBe(seconds);
});

test("of nothing nothing can be said", () => {
  expect(longestOf(0.5, { ...durations, counts: [0, 0, 0, 0] })).toBeUndefined();
  expect(longestOf(0.5, { ...durations, counts: [] })).toBeUndefined();
});
