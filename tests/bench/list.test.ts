/**
 * How samples of large folders become tables, plots, sentences and goals. The figures are made up.
 */
import { expect, test } from "vitest";
import { listResult } from "../../bench/list-tables.ts";

const listOf = (count: number, coldMs: number) => ({
  count,
  readdirMs: coldMs / 4,
  coldMs,
  coldCpuMs: undefined,
  warmMs: 1,
  longestWarmMs: 30,
  othersIdleMs: 2,
  othersColdMs: coldMs / 10,
  othersWarmMs: 3,
});

test("list: cold, warm, and everybody else", () => {
  const { tables, growth, goals } = listResult([
    listOf(10_000, 100),
    listOf(100_000, 400),
    listOf(10_000, 120),
    listOf(100_000, 420),
  ]);
  expect(tables[0]?.rows[1]).toEqual([
    "100,000 photos",
    "103 (100–105)",
    "410 (400–420)",
    "–",
    "1",
    "30",
    "4",
  ]);
  expect(tables[1]?.rows[0]).toEqual(["10,000 photos", "2", "11 (10–12)", "3"]);
  expect(growth).toHaveLength(3);
  expect(growth[0]).toMatch(/cold.*110.*410/);
  expect(goals.map(({ isMet }) => isMet)).toEqual([true, true, true, false, true, false]);
});
