/**
 * What is read of processes: their memory and their children.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { childrenOf, parseSmapsRollup, readProcessMemory } from "../../bench/process-memory.ts";

const isLinux = process.platform === "linux";

test("reads what a process shares and what it has for itself", () => {
  const text = readFileSync(new URL("recorded/smaps-rollup.txt", import.meta.url), "utf8");
  expect(parseSmapsRollup(text)).toEqual({
    rssBytes: 1_768 * 1_024,
    pssBytes: 330 * 1_024,
    privateBytes: (76 + 112) * 1_024,
  });
});

test("takes a report without one of the figures for none", () => {
  expect(parseSmapsRollup("Rss:  100 kB\nPss:  50 kB\nPrivate_Clean:  10 kB\n")).toBeUndefined();
});

test.runIf(isLinux)("finds the children of a process, and what they have in memory", async () => {
  const child = spawn(process.execPath, ["-e", "process.stdin.resume()"], { stdio: "pipe" });
  const gone = new Promise((resolve) => child.once("exit", resolve));
  try {
    const pid = child.pid ?? 0;
    expect(childrenOf(process.pid)).toContain(pid);
    const memory = readProcessMemory(pid);
    expect(memory?.privateBytes).toBeGreaterThan(0);
    expect(memory?.pssBytes).toBeGreaterThanOrEqual(memory?.privateBytes ?? 0);
    expect(memory?.rssBytes).toBeGreaterThanOrEqual(memory?.pssBytes ?? 0);
  } finally {
    child.stdin.end();
    await gone;
  }
  expect(childrenOf(process.pid)).not.toContain(child.pid);
  expect(readProcessMemory(child.pid ?? 0)).toBeUndefined();
});
