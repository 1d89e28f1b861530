import { expect, test } from "vitest";
import type { WorkerHandle } from "../../src/workers/worker-handle.ts";
import { isOutgrown, whyWedged } from "../../src/workers/worker-health.ts";

const LIMITS = { silentMs: 9_000, bootMs: 30_000, maxMemoryBytes: 1_000, maxMemoryPerConnectionBytes: 10 };

const workerWith = (changes: Partial<WorkerHandle>): WorkerHandle =>
  ({
    state: "serving",
    heardMs: 0,
    excusedMs: -Infinity,
    unacknowledged: [],
    residentBytes: 0,
    openConnections: 0,
    ...changes,
  }) as unknown as WorkerHandle;

const handedOver = (sentMs: number): Partial<WorkerHandle> =>
  ({ unacknowledged: [{ sentMs }] }) as unknown as Partial<WorkerHandle>;

test.each([
  { heardMs: 1, is: undefined },
  { heardMs: 0, is: "It did not react." },
  { state: "leaving" as const, heardMs: 0, is: "It did not react." },
  { state: "starting" as const, heardMs: 0, is: undefined },
])("after 9 s, $state worker that was heard at $heardMs ms: $is", ({ is, ...worker }) => {
  expect(whyWedged(workerWith(worker), 9_000, LIMITS)).toBe(is);
});

test("who says that it is alive, but takes no connection, is wedged as well", () => {
  expect(whyWedged(workerWith({ heardMs: 9_000, ...handedOver(1) }), 9_000, LIMITS)).toBeUndefined();
  expect(whyWedged(workerWith({ heardMs: 9_000, ...handedOver(0) }), 9_000, LIMITS)).toBe(
    "It did not take a connection.",
  );
});

test("nothing is held against it of a time in which nobody listened", () => {
  const worker = workerWith({ heardMs: 9_000, excusedMs: 9_000, ...handedOver(0) });
  expect(whyWedged(worker, 9_000, LIMITS)).toBeUndefined();
  worker.heardMs = 18_000;
  expect(whyWedged(worker, 18_000, LIMITS)).toBe("It did not take a connection.");
});

test("how much memory it may hold depends on how many connections it has", () => {
  expect(isOutgrown(workerWith({ residentBytes: 1_000 }), LIMITS)).toBe(false);
  expect(isOutgrown(workerWith({ residentBytes: 1_001 }), LIMITS)).toBe(true);
  expect(isOutgrown(workerWith({ residentBytes: 1_001, openConnections: 1 }), LIMITS)).toBe(false);
});
