/**
 * docs/operations.md promises what is tested: its tables are held against the tests, the signals, the
 * metrics and the settings.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { settings } from "../../settings.ts";
import { metricsOf } from "../../src/admin/metrics.ts";
import { snapshotWith } from "../support/snapshots.ts";
import { createTemporaryFolder } from "../support/temporary-album.ts";
import { groupedSignals, signalsOfTable } from "../support/signal-table.ts";

const project = new URL("../../", import.meta.url);
const hasPromtool = spawnSync("promtool", ["--version"]).status === 0;
const read = (file: string): string => readFileSync(new URL(file, project), "utf8");

/** What stands under a heading of the second level. */
function sectionOf(text: string, heading: string): string {
  return text.split(/^## /m).find((section) => section.startsWith(`${heading}\n`)) ?? "";
}

/** Cells of all rows of a table but its head. */
function rowsOf(section: string): string[][] {
  return section
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2)
    .map((line) => line.split("|").slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()));
}

const operations = read("docs/operations.md");

describe("a promise", () => {
  const promises = rowsOf(sectionOf(operations, "Promises, and how they are tested"));

  test("is made of more than a few things", () => {
    expect(promises.length).toBeGreaterThan(30);
  });

  test.each(promises)("is tested: %s", (_promise, file = "", title = "") => {
    const path = `tests/${file.replaceAll("`", "")}`;
    expect(existsSync(new URL(path, project)) ? path : `no file ${path}`).toMatch(/^tests\/.*\.test\.ts$/);
    expect(titlesOf(read(path))).toContain(title);
  });
});

/** Of all tests and groups of tests, as they are written. */
function titlesOf(source: string): string[] {
  const calls = source.matchAll(/\b(?:test|describe)\b[^"'`;]*?\(\s*(["'`])(.*?)\1/gs);
  return Array.from(calls, ([, , title = ""]) => title);
}

test("titles of tests are found, however they are called", () => {
  const source = [
    'test("one", () => 1);',
    'test.skipIf(isRoot)("two", () => 2);',
    'describe.each(MODES)("with %s", (mode) => {',
    "  test(`three ${mode}`, () => 3);",
    '  test(\n    "four",\n    { timeout: 1 },\n  );',
    '  expect("five").toBe("six");',
  ];
  expect(titlesOf(source.join("\n"))).toEqual(["one", "two", "with %s", "three ${mode}", "four"]);
});

describe("signals", () => {
  test.each(["README.md", "docs/operations.md"])("stand in %s as the server knows them", (file) => {
    expect(signalsOfTable(sectionOf(read(file), "Signals"))).toEqual(groupedSignals());
  });
});

describe("watching", () => {
  const watching = sectionOf(operations, "Watching");

  test("every metric there is stands in the table, and no other", () => {
    const documented = rowsOf(watching).flatMap(([name = ""]) => name.match(/^`(httpd_\w+)`$/)?.[1] ?? []);
    expect(documented).toEqual(metricsOf(snapshotWith()).map(({ name }) => name));
  });

  test("the examples speak of metrics there are", () => {
    const named = Array.from(watching.matchAll(/\b(httpd_\w+)(?=[[{ ])/g), ([, name = ""]) => name);
    const known = new Set(metricsOf(snapshotWith()).map(({ name }) => name));
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  test.skipIf(!hasPromtool).each([
    { what: "scrape_configs", command: "config" },
    { what: "groups", command: "rules" },
  ])("promtool understands what begins with $what", async ({ what, command }) => {
    const blocks = Array.from(watching.matchAll(/^```yaml\n([^]*?)^```$/gm), ([, block = ""]) => block);
    const file = join(await createTemporaryFolder(), "example.yml");
    await writeFile(file, blocks.find((block) => block.startsWith(what)) ?? "");
    const { status, stderr } = spawnSync("promtool", ["check", command, file], { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});

describe("limits", () => {
  const limits = rowsOf(sectionOf(operations, "Limits"));

  test("are many", () => {
    expect(limits.length).toBeGreaterThan(15);
  });

  test.each(limits)("%s: %s is %s", (_what, name = "", value = "") => {
    const [room = "", setting = ""] = name.replaceAll("`", "").split(".");
    const rooms = settings as unknown as Record<string, Record<string, unknown> | undefined>;
    expect(rooms[room]?.[setting]).toBe(Number(value.replaceAll(",", "")));
  });
});

describe("figures", () => {
  const attacks = rowsOf(sectionOf(operations, "Under attack"));
  const slow = readdirSync(new URL("tests/slow/", project)).map((file) => read(`tests/slow/${file}`));

  test("are those of all attacks", () => {
    expect(attacks).toHaveLength(slow.join("").match(/await underAttack\(/g)?.length ?? 0);
  });

  test.each(attacks)("of an attack that there is: %s", (attack) => {
    expect(slow.filter((source) => source.includes(`"${attack}"`))).toHaveLength(1);
  });
});
