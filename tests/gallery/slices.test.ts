import { expect, test } from "vitest";
import { forEachInSlices, mapFewAtOnce } from "../../src/gallery/slices.ts";

test("all items come in order, and others' turn in between", async () => {
  const events: (number | "other")[] = [];
  const items = Array.from({ length: 10_000 }, (_, i) => i);
  setImmediate(() => events.push("other"));
  await forEachInSlices(items, (item) => events.push(item));
  const turn = events.indexOf("other");
  expect(turn).toBeGreaterThan(0);
  expect(turn).toBeLessThan(items.length);
  expect(events.filter((event) => event !== "other")).toEqual(items);
});

test("few are done at once", async () => {
  let isOthersTurn = false;
  setImmediate(() => (isOthersTurn = true));
  let sum = 0;
  await forEachInSlices([1, 2, 3], (item) => (sum += item));
  expect([sum, isOthersTurn]).toEqual([6, false]);
});

test("what waits is done a few at once, and its results stand in order", async () => {
  let running = 0;
  let most = 0;
  const items = Array.from({ length: 100 }, (_, i) => i);
  const results = await mapFewAtOnce(items, async (item) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    return item * 2;
  });
  expect(results).toEqual(items.map((item) => item * 2));
  expect(most).toBe(16);
});
