/** What the master hears of a worker's connections, and when. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ConnectionCount } from "../../src/workers/connection-count.ts";
import type { WorkerToMaster } from "../../src/workers/messages.ts";

const PATIENCE_MS = 50;

let said: WorkerToMaster[];
let count: ConnectionCount;

beforeEach(() => {
  vi.useFakeTimers();
  said = [];
  count = new ConnectionCount((message) => said.push(message), PATIENCE_MS);
});

afterEach(() => void vi.useRealTimers());

test("that connections were accepted is said at once, with how many there are", () => {
  count.accepted(2);
  count.closed();
  count.accepted(1);
  expect(said).toEqual([
    { kind: "accepted", count: 2, open: 2 },
    { kind: "accepted", count: 1, open: 2 },
  ]);
});

test("that some were closed is said once, a moment later", () => {
  count.accepted(3);
  for (let i = 0; i < 3; i++) count.closed();
  vi.advanceTimersByTime(PATIENCE_MS - 1);
  expect(said).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(said.slice(1)).toEqual([{ kind: "open", open: 0 }]);
});

test("nothing is said of what came and went meanwhile", () => {
  count.opened();
  count.closed();
  vi.advanceTimersByTime(10 * PATIENCE_MS);
  expect(said).toEqual([]);
});

test("a server that stops hears of each close at once", () => {
  for (let i = 0; i < 2; i++) count.opened();
  count.reportFromNowOnAtOnce();
  count.closed();
  vi.advanceTimersByTime(1);
  count.closed();
  vi.advanceTimersByTime(1);
  expect(said).toEqual([2, 1, 0].map((open) => ({ kind: "open", open })));
});
