/**
 * The man page says what the command says of itself: the same options, the same signals, in order.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { runCommand } from "../support/server.ts";
import { groupedSignals } from "../support/signal-table.ts";

const pageFile = fileURLToPath(new URL("../../man/httpd.1", import.meta.url));
const page = readFileSync(pageFile, "utf8");

const hasGroff = spawnSync("groff", ["--version"]).status === 0;
if (!hasGroff && process.env["REQUIRE_ALL_TESTS"] !== undefined) {
  throw new Error("There is no groff: apt-get install groff-base.");
}

/** What stands under a heading, without escapes of hyphens and fonts. */
function sectionOf(heading: string): string {
  const section = page.split(/^\.SH /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
  return section.replaceAll("\\-", "-").replace(/\\f[BIR]/g, "");
}

/** What each of its paragraphs is about. */
function tagsOf(section: string): string[] {
  return Array.from(section.matchAll(/^\.TP\n\.[A-Z]+ (.*)$/gm), ([, tag = ""]) => tag);
}

function flagsIn(text: string): string[] {
  return text.match(/(?<![\w-])--?[a-z][a-z-]*/g) ?? [];
}

/** The names at the beginning of a line of `--help`; those of the root stand there without their hyphens. */
function flagsOfHelp(help: string): string[] {
  return Array.from(help.matchAll(/^ {2,6}((?:[a-z-]+, )*[a-z-]+)(?= {2}|$)/gm), ([, names = ""]) =>
    names.split(", "),
  ).flatMap((names) => {
    const isOption = names.every((name) => name.startsWith("-"));
    if (isOption) return names;
    return names.length === 1 ? [] : names.map((name) => (name.length === 1 ? `-${name}` : `--${name}`));
  });
}

describe("the man page has every option, and no other,", () => {
  test.each([
    { command: "httpd", args: ["--help"], heading: "OPTIONS" },
    { command: "httpd explain", args: ["explain", "--help"], heading: "EXPLAIN" },
  ])("of $command", async ({ args, heading }) => {
    const { stdout } = await runCommand(args);
    const documented = tagsOf(sectionOf(heading)).flatMap((tag) => flagsIn(tag));
    expect(documented.length).toBeGreaterThan(4);
    expect(documented.sort()).toEqual(flagsOfHelp(stdout).sort());
  });
});

test("the man page has the signals as the server knows them", () => {
  const signals = tagsOf(sectionOf("SIGNALS")).map((tag) => tag.match(/[A-Z\d]+/g));
  expect(signals).toEqual(groupedSignals());
});

describe("the man page is well-formed", () => {
  test("by the macros it uses", () => {
    const macros = new Set(page.match(/^[.'].*/gm)?.map((line) => line.split(/[ "]/)[0]));
    const known = new Set([".TH", ".SH", ".TP", ".PP", ".B", ".BR", ".I", ".IR", ".RI", ".br", ".\\"]);
    expect([...macros].filter((macro) => !known.has(macro ?? ""))).toEqual([]);
  });

  test("by its sections, in the order in which people look for them", () => {
    const headings = Array.from(page.matchAll(/^\.SH (.*)$/gm), ([, heading]) => heading);
    expect(headings.slice(0, 4)).toEqual(["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS"]);
    expect(headings.slice(-4)).toEqual(["EXIT STATUS", "FILES", "EXAMPLES", "SEE ALSO"]);
  });

  test.skipIf(!hasGroff)("as groff sees it, which warns of nothing", () => {
    const { status, stdout, stderr } = spawnSync("groff", ["-man", "-ww", "-Tutf8", "-z", pageFile], {
      encoding: "utf8",
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
  });
});
