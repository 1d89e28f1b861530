/**
 * How samples of memory become tables, plots, sentences and goals. The figures are made up.
 */
import { expect, test } from "vitest";
import { PEER_STATE, memoryResult } from "../../bench/memory-tables.ts";

const memoryOf = (round: number, state: string, requests: number, rss: number) => {
  const memory = { rssBytes: rss * 1e6, pssBytes: (rss * 1e6) / 2, privateBytes: (rss * 1e6) / 4 };
  return { round, state, requests, master: memory, worker: memory, togetherBytes: rss * 4e6 };
};

test("memory: the goal is held against the RSS of a worker, and several servers of a round count as one", () => {
  const { tables, plots, growth, goals } = memoryResult([
    memoryOf(1, PEER_STATE, 0, 40),
    memoryOf(1, "after the start", 0, 50),
    memoryOf(1, "after 1,000 front pages", 1_000, 60),
    memoryOf(1, "after the start", 0, 52),
    memoryOf(1, "after 100,000 front pages", 100_000, 66),
    memoryOf(2, PEER_STATE, 0, 40),
    memoryOf(2, "after the start", 0, 55),
    memoryOf(2, "after 1,000 front pages", 1_000, 60),
    memoryOf(2, "after 100,000 front pages", 100_000, 66),
  ]);
  expect(tables[0]?.rows[0]?.slice(0, 3)).toEqual(["after the start", "53 (51–55)", "26.5 (25.5–27.5)"]);
  expect(tables[0]?.rows.at(-1)?.[0]).toBe(PEER_STATE);
  expect(tables[1]?.rows[0]?.[1]).toBe("1.33 (1.28–1.38)");
  expect(plots[0]?.series[0]?.points[0]).toEqual({ at: "after the start", values: [51, 55] });
  expect(growth[0]).toMatch(/front pages.*30.*33/);
  expect(goals).toMatchObject([
    { text: "RSS of a worker after the start ≤ 45 MB", measured: "53 (51–55) MB", isMet: false },
  ]);
});
