/**
 * What real reports of siege are taken to say, in both of its forms.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { siegeResult } from "../../bench/siege-tables.ts";
import { doubtsAboutSiege, parseSiege } from "../../bench/siege.ts";

const recorded = (name: string): string => readFileSync(new URL(`recorded/${name}`, import.meta.url), "utf8");

test("reads a report in JSON", () => {
  const result = parseSiege(recorded("siege-json.txt"));
  expect(result).toEqual({
    transactions: 3_396,
    successful: 3_396,
    failed: 0,
    availabilityPercent: 100,
    transactionsPerSecond: 1_342.29,
    meanSeconds: 0.04,
    longestSeconds: 0.19,
  });
  expect(result && doubtsAboutSiege(result)).toEqual([]);
});

test("reads a report in text, and doubts it for its failures", () => {
  const result = parseSiege(recorded("siege-text.txt"));
  expect(result).toMatchObject({ transactions: 5_151, failed: 141, longestSeconds: 0.02 });
  expect(result && doubtsAboutSiege(result)).toEqual([
    "3956 transactions without success",
    "141 failed transactions",
    "availability 97.34 %",
  ]);
});

test("reads milliseconds where the report says so", () => {
  const text = recorded("siege-text.txt").replace(/^(Longest transaction:.*)0\.02$/m, "$120.00 ms");
  expect(parseSiege(text)?.longestSeconds).toBe(0.02);
});

test("takes a run that was cut short for no report", () => {
  expect(parseSiege("** SIEGE 4.0.7\n** Preparing 350 concurrent users for battle.\n")).toBeUndefined();
});

const siegeOf = (longestSeconds: number, failed: number) => ({
  siege: {
    transactions: 100,
    successful: 100,
    failed,
    availabilityPercent: 100,
    transactionsPerSecond: 50,
    meanSeconds: 0.1,
    longestSeconds,
  },
  cpuUs: 700,
  memoryBytes: 5e8,
});

test("siege: the longest of all rounds is held against the goal, not their median", () => {
  const { tables, plots, goals } = siegeResult({
    "none made": [siegeOf(1, 0), siegeOf(2, 0), siegeOf(4, 0)],
    "all made": [siegeOf(9, 0)],
  });
  expect(tables[0]?.rows[0]?.[4]).toBe("4");
  expect(plots.map(({ name }) => name)).toEqual(["siege", "siege-longest"]);
  expect(plots[1]?.series[0]?.points.map(({ values }) => values)).toEqual([[1, 2, 4], [9], [31]]);
  expect(goals).toMatchObject([
    { text: "the longest transaction, no thumbnail made beforehand, ≤ 3 s", measured: "4 s", isMet: false },
    { text: "no failed transaction", measured: "0", isMet: true },
  ]);
  const failed = siegeResult({ "none made": [siegeOf(1, 2)], "all made": [siegeOf(1, 1)] });
  expect(failed.goals[1]).toMatchObject({ measured: "3", isMet: false });
});
