/**
 * How samples of thumbnails become tables, plots, sentences and goals. The figures are made up.
 */
import { expect, test } from "vitest";
import { CASES, thumbsResult } from "../../bench/thumbs-tables.ts";

const thumbsRound = (factor: number) => ({
  cold: CASES.map(({ megapixels, sizePx }) => ({
    megapixels,
    sizePx,
    ours: { cpuMs: megapixels * 3 * factor, perSecond: 50, coreShare: 0.975 },
    loop: { cpuMs: megapixels * 3, perSecond: 40, coreShare: 1 },
  })),
  warm: { cpuUs: 60, perSecond: 9_000 },
  stampede: { cpuMs: 144 * factor, makings: 1, longestMs: 250 },
  idleP99Ms: 2,
  busyP99Ms: 8,
});

test("thumbnails: the cost beside the bare loop, and what it grows with", () => {
  const { tables, plots, growth, goals } = thumbsResult(
    [thumbsRound(1), thumbsRound(1.25), thumbsRound(1.125)],
    2,
  );
  expect(tables[0]?.rows[0]).toEqual([
    "12 Mpx → 320 px",
    "40.5 (36–45)",
    "36",
    "1.13 (1–1.25)",
    "50",
    "40",
    "1.25",
    "98",
  ]);
  expect(tables[1]?.rows.map(([, figure]) => figure)).toEqual([
    "9,000",
    "60",
    "1",
    "2",
    "250",
    "2",
    "8",
    "4",
  ]);
  expect(plots[0]).toMatchObject({ kind: "bars", name: "thumbs" });
  expect(plots[0]?.series[1]?.points[5]).toEqual({ at: "24 Mpx → 1600 px", values: [72, 72, 72] });
  expect(growth[0]).toMatch(/320 px thumbnail by megapixels.*40\.5.*81/);
  expect(goals.map(({ isMet }) => isMet)).toEqual([false, false, true]);
  expect(goals[1]?.measured).toBe("4 times idle");
  const twice = { ...thumbsRound(1), stampede: { cpuMs: 200, makings: 2, longestMs: 250 } };
  const often = thumbsResult([thumbsRound(1), twice, thumbsRound(1)], 2);
  expect(often.goals[2]).toMatchObject({ measured: "2 times", isMet: false }); // not their median
});
