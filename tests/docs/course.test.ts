/**
 * The course in docs/ does what it says: every block of every chapter is typed into a real shell, and answered by the
 * real command.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type Chapter, type Step, findDifference, formProblems, parseChapter } from "../support/chapter.ts";
import { ReaderShell } from "../support/reader-shell.ts";

/** Of one block, on a machine that is busy with other tests. */
const BLOCK_MS = 90_000;
const CHAPTER_MS = 600_000;

/** What not every reader has: blocks that need them are left out without them. */
const RARE_TOOLS = ["ab", "siege"];

const docs = fileURLToPath(new URL("../../docs/", import.meta.url));

const chapters = readdirSync(docs)
  .filter((file) => /^\d\d-.+\.md$/.test(file))
  .sort()
  .map((file) => parseChapter(file, readFileSync(join(docs, file), "utf8")));

/** Of settings.ts and of all below src, without their indentation. */
const sourceLines = new Set(
  [
    "settings.ts",
    ...readdirSync(join(docs, "../src"), { recursive: true, encoding: "utf8" }).map((f) => `src/${f}`),
  ]
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => readFileSync(join(docs, "..", file), "utf8").split("\n"))
    .map((line) => line.trim()),
);

const missing = RARE_TOOLS.filter((tool) => !isInstalled(tool));
if (missing.length > 0 && process.env["REQUIRE_ALL_TESTS"] !== undefined) {
  throw new Error(`There is no ${missing.join(", no ")}.`);
}

function isInstalled(tool: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, tool)));
}

function canBeTyped({ commands }: Step): boolean {
  return !missing.some((tool) => new RegExp(`^(?:.*[\\s|;&(])?${tool}\\s`, "m").test(commands));
}

describe("the form of the course", () => {
  test.each(chapters.map((chapter, index) => ({ chapter, following: chapters[index + 1] })))(
    "$chapter.file is a chapter",
    ({ chapter, following }) => {
      expect(formProblems(chapter, (path) => existsSync(join(docs, path)), following)).toEqual([]);
    },
  );

  test("chapters are counted from 1 without a gap", () => {
    expect(chapters.map(({ number }) => number)).toEqual(chapters.map((_, index) => index + 1));
  });

  test("the index names every chapter, in order", () => {
    const index = readFileSync(join(docs, "README.md"), "utf8");
    const named = [...index.matchAll(/\[(\d+\. [^\]]+)\]\((\d\d-[^)]+\.md)\)/g)];
    expect(named.map(([, title, file]) => [title, file])).toEqual(
      chapters.map(({ number, title, file }) => [`${number}. ${title}`, file]),
    );
  });
});

test.each(chapters.map(({ file }) => file))("%s quotes the source as it stands there", (file) => {
  const quoted = [...readFileSync(join(docs, file), "utf8").matchAll(/^```ts\n([^]*?)^```$/gm)];
  const lines = quoted.flatMap(([, block = ""]) => block.split("\n").map((line) => line.trim()));
  expect(lines.filter((line) => line !== "" && !sourceLines.has(line))).toEqual([]);
});

describe("what a reader types leads to what the chapter shows:", () => {
  test.each(chapters)("$file", { timeout: CHAPTER_MS }, async (chapter) => {
    expect(await differencesOf(chapter)).toBe("");
  });
});

/** In words, one paragraph each; none after a block that did not end, since nobody knows what then goes on. */
async function differencesOf({ file, steps }: Chapter): Promise<string> {
  const shell = await ReaderShell.open();
  const differences: string[] = [];
  for (const step of steps.filter(canBeTyped)) {
    const at = `docs/${file}:${step.line}`;
    try {
      const { status, printed } = await shell.type(step.commands, BLOCK_MS);
      const difference = compare(step, status, printed);
      if (difference !== undefined) differences.push(`${at}: ${difference}`);
    } catch (error) {
      differences.push(`${at}: ${error instanceof Error ? error.message : String(error)}`);
      break;
    }
  }
  return differences.join("\n\n");
}

function compare({ expected, commands }: Step, status: number, printed: string): string | undefined {
  if (expected === undefined)
    return status === 0 ? undefined : `exit status ${status}\n${commands}\n${printed}`;
  const difference = findDifference(expected, printed);
  if (difference === undefined) return undefined;
  return `${difference}\n--- typed\n${commands}\n--- expected\n${expected.join("\n")}\n--- seen\n${printed.trimEnd()}`;
}
