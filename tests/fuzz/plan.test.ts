import { describe, expect, test } from "vitest";
import { generateRequest } from "../../fuzz/generate.ts";
import { planConnection } from "../../fuzz/plan.ts";
import { Random } from "../../fuzz/random.ts";
import { latin1Bytes } from "../../src/http/octets.ts";
import { formatEvents } from "../support/events.ts";

const CORPUS = ["GET / HTTP/1.1\r\nHost: a\r\n\r\n", "POST / HTTP/1.0\r\nContent-Length: 1\r\n\r\na"];
const INDICES = Array.from({ length: 500 }, (_, index) => index);

describe("a plan", () => {
  const plans = INDICES.map((index) => planConnection(1, index, CORPUS));

  test("is the same for the same seed and number", () => {
    const few = plans.slice(0, 50);
    expect(few.map((_, index) => planConnection(1, index, CORPUS))).toEqual(few);
    expect(planConnection(2, 0, CORPUS)).not.toEqual(plans[0]);
  });

  test("sends its octets once, from the first to the last", () => {
    for (const { wire, pieces } of plans) {
      const ends = pieces.map(({ end }) => end);
      expect(ends).toEqual([...ends].sort((a, b) => a - b));
      expect(ends.at(-1) ?? 0).toBe(wire.length);
    }
  });

  test("ends in each of the three ways", () => {
    expect(new Set(plans.map(({ ending }) => ending))).toEqual(new Set(["half-close", "hold", "abort"]));
  });
});

function isRefused(wire: string): boolean {
  return formatEvents([latin1Bytes(wire)]).some((event) => event.startsWith("refused"));
}

test("a generated request is a valid one", () => {
  const requests = INDICES.map((index) => generateRequest(new Random(index)));
  expect(requests.filter(isRefused)).toEqual([]);
});
