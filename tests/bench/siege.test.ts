/**
 * What real reports of siege are taken to say, in both of its forms.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
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
