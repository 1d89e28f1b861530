import { expect, test } from "vitest";
import { Tally } from "../../src/workers/tally.ts";

test("counts responses by status, by how long they took, and what was sent", () => {
  const tally = new Tally([1, 10]);
  tally.answered(200, 1_000, 0);
  tally.answered(200, 500, 1); // as long as the bound: still in its class
  tally.answered(404, 10, 2);
  tally.answered(200, 0, 10);
  tally.answered(503, 0, 11);
  const { responses, durations, tookMs, contentBytes } = tally.sum;
  expect(responses).toEqual({ 200: 3, 404: 1, 503: 1 });
  expect(durations).toEqual([2, 2, 1]);
  expect({ tookMs, contentBytes }).toEqual({ tookMs: 24, contentBytes: 1_510 });
});

test("a clock that is set back takes nothing away", () => {
  const tally = new Tally([1, 10]);
  tally.answered(200, 0, 5);
  tally.answered(200, 0, -3_600_000);
  expect(tally.sum).toMatchObject({ durations: [1, 1, 0], tookMs: 5 });
});

test("counts connections that came, and those there was no room for", () => {
  const tally = new Tally([1]);
  for (let i = 0; i < 3; i++) tally.connectionAccepted();
  tally.connectionRefused();
  expect(tally.sum).toEqual({
    responses: {},
    durations: [0, 0],
    tookMs: 0,
    contentBytes: 0,
    connectionsAccepted: 3,
    connectionsRefused: 1,
  });
});

test("what was read of it does not change any more", () => {
  const tally = new Tally([1]);
  tally.answered(200, 1, 0);
  const { sum } = tally;
  tally.answered(200, 1, 0);
  expect(sum).toMatchObject({ responses: { 200: 1 }, durations: [1, 0], contentBytes: 1 });
});
