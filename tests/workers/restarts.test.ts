import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Restarts } from "../../src/workers/restarts.ts";

const DELAYS = { restartDelayMs: 100, maxRestartDelayMs: 500, youngMs: 2_000 };
const YOUNG = DELAYS.youngMs - 1;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** @returns after how many milliseconds each of them was replaced; all are gone at the same time */
function delaysAfter(
  ...ages: readonly (readonly [ageMs: number, isChance?: boolean])[]
): (number | undefined)[] {
  const restarts = new Restarts(DELAYS);
  const startMs = Date.now();
  const delays: (number | undefined)[] = ages.map(() => undefined);
  for (const [i, [ageMs, isChance = false]] of ages.entries()) {
    restarts.plan(ageMs, isChance, () => (delays[i] = Date.now() - startMs));
  }
  vi.runAllTimers();
  return delays;
}

test("who was healthy is replaced at once", () => {
  expect(delaysAfter([DELAYS.youngMs], [1e9])).toEqual([0, 0]);
});

test("who dies young is replaced the later the more did, up to a bound", () => {
  expect(delaysAfter([YOUNG], [YOUNG], [0], [0], [0])).toEqual([100, 200, 400, 500, 500]);
});

test("one that was healthy shows that all is well again", () => {
  expect(delaysAfter([YOUNG], [YOUNG], [DELAYS.youngMs], [YOUNG])).toEqual([100, 200, 0, 100]);
});

test("who was killed by chance says nothing of the next one", () => {
  expect(delaysAfter([YOUNG], [YOUNG, true], [YOUNG, true], [YOUNG])).toEqual([100, 100, 100, 200]);
});

test("nobody is started any more when that is wanted", () => {
  const restarts = new Restarts(DELAYS);
  const start = vi.fn<() => void>();
  restarts.plan(YOUNG, false, start);
  expect(restarts.pendingCount).toBe(1);
  restarts.cancel();
  vi.runAllTimers();
  expect(start).not.toHaveBeenCalled();
  expect(restarts.pendingCount).toBe(0);
});
