import { describe, expect, test } from "vitest";
import { mutate, mutators } from "../../fuzz/mutate.ts";
import { Random } from "../../fuzz/random.ts";

const REQUEST = "GET /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
const OTHER = "POST / HTTP/1.0\r\nX: y\r\n\r\n";
const SEEDS = Array.from({ length: 50 }, (_, seed) => seed);

describe.each(Object.entries(mutators))("%s", (_name, mutator) => {
  test("changes a request, and in the same way with the same seed", () => {
    const mutated = SEEDS.map((seed) => mutator(REQUEST, new Random(seed), OTHER));
    expect(mutated.filter((wire) => wire !== REQUEST).length).toBeGreaterThan(5);
    expect(new Set(mutated).size).toBeGreaterThan(_name === "append" ? 0 : 2);
    expect(SEEDS.map((seed) => mutator(REQUEST, new Random(seed), OTHER))).toEqual(mutated);
  });

  test("leaves octets: no character is above U+00FF", () => {
    const mutated = SEEDS.map((seed) => mutator("\xff\0\r\n1", new Random(seed), OTHER));
    expect(mutated.filter((wire) => /[^\0-\xff]/.test(wire))).toEqual([]);
  });

  test("takes what has no line, no token and no number", () => {
    for (const seed of SEEDS) expect(typeof mutator(" ", new Random(seed), "")).toBe("string");
  });
});

test("several mutators in a row, down to nothing at all", () => {
  const mutated = SEEDS.map((seed) => mutate("a", new Random(seed), [OTHER]));
  expect(mutated).toContain("");
  expect(new Set(mutated).size).toBeGreaterThan(20);
});
