import { describe, expect, test } from "vitest";
import { parseUse, readProcessUse } from "../../src/workers/process-use.ts";

const STATUS = "Name:\tnode\nVmPeak:\t 1200000 kB\nVmRSS:\t   51200 kB\n";

test("fields are counted from behind the name, whatever that is", () => {
  const stat = "4711 (a) b (c) 1) S 1 4711 4711 0 -1 4194560 9000 0 3 0 250 50 7 8 20 0 11 0 100 1 1\n";
  expect(parseUse(stat, STATUS)).toEqual({ cpuSeconds: 3, residentBytes: 51_200 * 1_024 });
});

test.each([
  ["nothing", "", STATUS],
  ["half of it", "4711 (node) S 1", STATUS],
  [
    "a process without memory",
    "4711 (node) Z 1 1 1 0 -1 4 9 0 3 0 250 50 7 8 20 0 0 0 100 0 0",
    "Name:\tnode\n",
  ],
])("is no use where there is %s to read", (_what, stat, status) => {
  expect(() => parseUse(stat, status)).toThrow("/proc");
});

test("of a process that is not there nothing is known", async () => {
  expect(await readProcessUse(2 ** 30)).toBeUndefined();
});

describe.skipIf(process.platform !== "linux")("this process", () => {
  test("uses what it says itself that it uses", async () => {
    const use = await readProcessUse(process.pid);
    const { user, system } = process.cpuUsage();
    expect(use?.cpuSeconds).toBeGreaterThan(0);
    expect(use?.cpuSeconds).toBeLessThanOrEqual((user + system) / 1e6 + 0.02);
    expect(use?.residentBytes).toBeGreaterThan(10_000_000);
    expect(use?.openDescriptors).toBeGreaterThan(2);
  });
});
