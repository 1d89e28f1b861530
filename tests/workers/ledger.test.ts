import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Ledger } from "../../src/workers/ledger.ts";
import type { WorkDone } from "../../src/workers/messages.ts";
import { Tally } from "../../src/workers/tally.ts";

const WINDOW_MS = 5_000;

/** What somebody has done who has answered so often. */
function answered(times: number, status: 200 | 404 = 200): WorkDone {
  const tally = new Tally([10, 100]);
  for (let i = 0; i < times; i++) tally.answered(status, 10, 20);
  return tally.sum;
}

function createLedger(): { readonly ledger: Ledger<string>; readonly pass: (ms: number) => void } {
  let nowMs = 0;
  return { ledger: new Ledger<string>(WINDOW_MS, () => nowMs), pass: (ms) => void (nowMs += ms) };
}

test("adds up what all workers have done", () => {
  const { ledger } = createLedger();
  ledger.heard("a", answered(3));
  ledger.heard("b", answered(2, 404));
  expect(ledger.sum).toMatchObject({
    responses: { 200: 3, 404: 2 },
    durations: [0, 5, 0],
    tookMs: 100,
    contentBytes: 50,
  });
});

test("a worker says all that it has done, so the last word counts", () => {
  const { ledger } = createLedger();
  for (const times of [1, 4, 4, 9]) ledger.heard("a", answered(times));
  expect(ledger.sum.responses).toEqual({ 200: 9 });
  expect(ledger.doneBy("a").responses).toEqual({ 200: 9 });
});

test("what a worker that is gone has done stays, and its successor begins at nothing", () => {
  const { ledger } = createLedger();
  ledger.heard("a", answered(3));
  ledger.gone("a");
  expect(ledger.doneBy("a").responses).toEqual({});
  ledger.heard("b", answered(1));
  expect(ledger.sum).toMatchObject({ responses: { 200: 4 }, durations: [0, 4, 0], contentBytes: 40 });
});

test("nobody has to have said anything", () => {
  const { ledger } = createLedger();
  ledger.gone("a");
  expect(ledger.sum).toMatchObject({ responses: {}, durations: [], contentBytes: 0 });
  expect(ledger.responsesPerSecondOf("a")).toBe(0);
});

test("no number becomes smaller, whoever comes, works and goes, in whatever order", () => {
  const step = fc.record({
    worker: fc.constantFrom("a", "b", "c"),
    does: fc.oneof(fc.nat({ max: 20 }), fc.constant("goes" as const)),
  });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const { ledger } = createLedger();
      const doneBy = new Map<string, number>();
      let before = 0;
      let all = 0;
      for (const { worker, does } of steps) {
        if (does === "goes") {
          ledger.gone(worker);
          doneBy.delete(worker);
        } else {
          all += does;
          doneBy.set(worker, (doneBy.get(worker) ?? 0) + does);
          ledger.heard(worker, answered(doneBy.get(worker) ?? 0));
        }
        const now = ledger.sum.responses[200] ?? 0;
        expect(now).toBeGreaterThanOrEqual(before);
        expect(now).toBe(all);
        before = now;
      }
    }),
  );
});

describe("how many responses a second", () => {
  test("is told of the last few seconds, not of the whole life", () => {
    const { ledger, pass } = createLedger();
    ledger.heard("a", answered(0));
    for (let second = 1; second <= 20; second++) {
      pass(1_000);
      ledger.heard("a", answered(second * 10));
    }
    expect(ledger.responsesPerSecondOf("a")).toBe(10);
    for (let second = 0; second < 5; second++) {
      pass(1_000);
      ledger.heard("a", answered(200));
    }
    expect(ledger.responsesPerSecondOf("a")).toBe(0);
  });

  test("is nothing for who has not been heard twice, or not for long", () => {
    const { ledger, pass } = createLedger();
    ledger.heard("a", answered(100));
    expect(ledger.responsesPerSecondOf("a")).toBe(0);
    pass(1_000);
    ledger.heard("a", answered(150));
    expect(ledger.responsesPerSecondOf("a")).toBe(50);
    pass(WINDOW_MS + 1);
    expect(ledger.responsesPerSecondOf("a")).toBe(0);
  });
});
