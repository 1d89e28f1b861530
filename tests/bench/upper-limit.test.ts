/**
 * When a promise counts as kept.
 */
import { expect, test } from "vitest";
import { within } from "../../bench/upper-limit.ts";

test("the median decides whether a promise was kept", () => {
  expect(within("a start", 600, "ms", [590, 580, 900])).toEqual({
    text: "a start ≤ 600 ms",
    measured: "590 (580–900) ms",
    isMet: true,
    distance: "by 2 %",
  });
  expect(within("a start", 600, "ms", [590, 610, 620]).isMet).toBe(false);
  expect(within("a ratio", 1.05, "times", [1.05])).toMatchObject({
    text: "a ratio ≤ 1.05 times",
    isMet: true,
  });
});

test("what was not measured is neither kept nor broken", () => {
  expect(within("a start", 600, "ms", [undefined])).toEqual({
    text: "a start ≤ 600 ms",
    measured: "not measured",
    isMet: undefined,
  });
});
