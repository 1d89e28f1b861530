import { readFile } from "node:fs/promises";
import { Socket } from "node:net";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { beginTraceFile, openTrace, showOctets } from "../../src/workers/trace.ts";
import { settings } from "../../settings.ts";
import { temporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = temporaryFolders();
const SETTINGS = { ...settings.log, ...settings.trace };

test("without anybody who asks there is no trace", () => {
  expect(openTrace(undefined, SETTINGS)).toBeUndefined();
});

test("a line has the time, who it is about, and what happened", async () => {
  const file = join(await temporaryFolder(), "trace");
  openTrace({ file }, SETTINGS)?.(new Socket(), "accepted");
  await vi.waitFor(async () => {
    expect(await readFile(file, "utf8")).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z \?:\? accepted\n$/);
  });
});

test("it ends at its bound, and says so once", async () => {
  const file = join(await temporaryFolder(), "trace");
  const trace = openTrace({ file }, { ...SETTINGS, maxBytes: 200 });
  for (let i = 0; i < 100; i++) trace?.(new Socket(), `event ${i}`);
  await vi.waitFor(async () => expect(await readFile(file, "utf8")).toMatch(/ends here.*\n$/));
  const text = await readFile(file, "utf8");
  expect(text.match(/ends here/g)).toHaveLength(1);
  expect(text.length).toBeLessThan(400);
  expect(text).toContain("event 0");
});

test("a file is begun anew", async () => {
  const file = join(await temporaryFolder(), "trace");
  openTrace({ file }, SETTINGS)?.(new Socket(), "of yesterday");
  await vi.waitFor(async () => expect(await readFile(file, "utf8")).not.toBe(""));
  beginTraceFile(file);
  expect(await readFile(file, "utf8")).toBe("");
});

describe("octets are shown", () => {
  test.each([
    { octets: "GET / HTTP/1.1\r\n", shown: '"GET / HTTP/1.1␍␊"' },
    { octets: "a\tb\0c", shown: '"a␉b␀c"' },
    { octets: "\x1b[31m\x7f\xe9", shown: String.raw`"\x1B[31m\x7F\xE9"` },
    { octets: 'a"b\\c', shown: String.raw`"a\x22b\x5Cc"` },
    { octets: "12345678", shown: '"12345678"' },
    { octets: "123456789abcdefghij", shown: '"123456789abcdefg" …' },
  ])("$shown", ({ octets, shown }) => {
    expect(showOctets(Buffer.from(octets, "latin1"), 16)).toBe(shown);
  });
});
