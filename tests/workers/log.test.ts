import { readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeError, escapeForLog, openLog } from "../../src/workers/log.ts";
import { createTemporaryFolder } from "../support/temporary-album.ts";

test("escapes control characters and keeps what can be read", () => {
  expect(escapeForLog("ночь 旅行 🏔 ~\u0000\u007f\u0085")).toBe("ночь 旅行 🏔 ~\\x00\\x7f\\x85");
});

test("describes an error with its causes on one line", () => {
  const cause = new Error("the disk\nis full");
  const text = describeError(new Error("not written", { cause }));
  expect(text).not.toContain("\n");
  expect(text).toMatch(/not written.* \| caused by .*the disk is full/);
  expect(describeError("just words")).toContain("just words");
});

test("describes an error about a file with any name, so that no terminal obeys it", () => {
  expect(describeError(new Error("EACCES: open '/photos/\u001b[2J\u202e.jpg'"))).toContain(
    "/photos/\\x1b[2J\\x202e.jpg",
  );
});

test("describes what the system says without a stack, and what else goes wrong with one", async () => {
  const error: unknown = await readFile("/nowhere/photo.jpg").catch((reason: unknown) => reason);
  const missing = "ENOENT: no such file or directory, open '/nowhere/photo.jpg'";
  expect(describeError(error)).toBe(missing);
  const text = describeError(new Error("not shown", { cause: error }));
  expect(text).toMatch(/^Error: not shown at .*log\.test\.ts/);
  expect(text.endsWith(` | caused by ${missing}`)).toBe(true);
});

test("survives an error that is its own cause", () => {
  const error = new Error("round and round");
  error.cause = error;
  expect(describeError(error).split("caused by").length).toBeLessThan(10);
});

test("writes lines in order, those that come while it writes as well", async () => {
  const file = join(await createTemporaryFolder(), "log");
  const log = openLog(file, { flushMs: 60_000, flushBytes: 50, maxWaitingBytes: 1_000_000, lastFlushMs: 1 });
  const lines = Array.from({ length: 500 }, (_, i) => `line ${i}`);
  for (const line of lines) {
    log.line(line);
    if (line.endsWith("99")) await log.flush();
  }
  await log.flush();
  expect(await readFile(file, "utf8")).toBe(`${lines.join("\n")}\n`);
});

test("drops lines when nobody takes them, and says how many", async () => {
  const file = join(await createTemporaryFolder(), "log");
  const log = openLog(file, { flushMs: 60_000, flushBytes: 1_000, maxWaitingBytes: 12, lastFlushMs: 1 });
  for (const line of ["first", "second", "third", "fourth"]) log.line(line);
  await log.flush();
  log.line("fifth");
  await log.flush();
  expect(await readFile(file, "utf8")).toBe("first\nsecond\nwarning: 2 lines were not logged\nfifth\n");
});

test("counts the lines that a full disk does not take, tells of the trouble once, and says how many when there is room", async () => {
  const file = join(await createTemporaryFolder(), "log");
  const troubles: (string | undefined)[] = [];
  const bounds = { flushMs: 60_000, flushBytes: 1_000, maxWaitingBytes: 1_000_000, lastFlushMs: 1 };
  const lead = async (where: string): Promise<void> => {
    await rm(file, { force: true });
    await symlink(where, file);
  };
  await lead("/dev/full"); // where each write fails with ENOSPC
  const log = openLog(file, bounds, (code) => void troubles.push(code));
  for (const lines of [["first", "second"], ["third"], []]) {
    for (const line of lines) log.line(line);
    await log.flush();
  }
  expect(troubles).toEqual(["ENOSPC"]);
  const disk = join(await createTemporaryFolder(), "log");
  await writeFile(disk, "");
  await lead(disk);
  log.reopen();
  await log.flush();
  expect(await readFile(disk, "utf8")).toBe("warning: 3 lines were not logged\n");
  expect(troubles).toEqual(["ENOSPC", undefined]);
  await lead("/dev/full");
  log.reopen();
  log.line("fourth");
  await log.flush();
  await lead(disk);
  log.reopen();
  log.line("fifth");
  await log.flush();
  expect(troubles).toEqual(["ENOSPC", undefined, "ENOSPC", undefined]);
  expect(await readFile(disk, "utf8")).toBe(
    "warning: 3 lines were not logged\nfifth\nwarning: 1 line was not logged\n",
  );
});
