/**
 * What is said of a goal, and of what the cost grows with.
 */
import { expect, test } from "vitest";
import { atLeast, atMost, formatGoals, noneOf } from "../../bench/goals.ts";
import { formatGrowth } from "../../bench/growth.ts";

test("the median of the rounds decides whether a goal is met", () => {
  expect(atMost("CPU", 1.3, [1.2, 9, 1.1])).toEqual({
    text: "CPU: ≤ 1.30",
    measured: "1.20 (1.10–9)",
    isMet: true,
    distance: "by 8 %",
  });
  expect(atMost("CPU", 1.3, [1.2, 9, 8])).toMatchObject({ isMet: false, distance: "by a factor of 6.15" });
});

test("a limit that is reached is kept", () => {
  expect(atMost("CPU", 2, [2])).toEqual({ text: "CPU: ≤ 2", measured: "2", isMet: true });
  expect(atLeast("speed", 2, [2]).isMet).toBe(true);
  expect(atMost("CPU", 2, [2.001])).toMatchObject({ isMet: false, distance: "by less than 1 %" });
});

test("of a speed at least so much is asked", () => {
  expect(atLeast("speed", 1_000, [500])).toEqual({
    text: "speed: ≥ 1,000",
    measured: "500",
    isMet: false,
    distance: "by a factor of 2",
  });
  expect(atLeast("speed", 1_000, [1_100])).toMatchObject({ isMet: true, distance: "by 10 %" });
});

test("of what must not happen once is too often", () => {
  expect(noneOf("failed", 0)).toEqual({ text: "failed: 0", measured: "0", isMet: true });
  expect(noneOf("failed", 1).isMet).toBe(false);
});

test("what was not measured is neither met nor missed", () => {
  const goals = [atMost("CPU", 1, []), atMost("CPU", 1, [undefined]), atMost("CPU", 1, [2])];
  expect(formatGoals(goals).rows).toEqual([
    ["CPU: ≤ 1", "not measured", "–"],
    ["CPU: ≤ 1", "not measured", "–"],
    ["CPU: ≤ 1", "2", "**missed** by a factor of 2"],
  ]);
});

test("growth is told from the smallest size to the largest that was measured", () => {
  const points = [
    { label: "10 KB", size: 10, values: [30, 10, 20] },
    { label: "200 KB", size: 200, values: [40] },
    { label: "5 MB", size: 5_000, values: [undefined] },
  ];
  expect(formatGrowth("CPU µs a request", "file size", points)).toEqual([
    "CPU µs a request by file size: 20 at 10 KB, 40 at 200 KB: 2 times as much for 20 times the file size.",
  ]);
  expect(formatGrowth("CPU µs a request", "file size", points.slice(1))).toEqual([]);
});
