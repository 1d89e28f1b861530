import { describe, expect, test } from "vitest";
import { type Chapter, findDifference, formProblems, parseChapter } from "./chapter.ts";

function block(language: string, ...lines: string[]): string {
  return ["```" + language, ...lines, "```"].join("\n");
}

/** A chapter whose parts stand below each other, with an empty line between. */
function chapterOf(...parts: string[]): Chapter {
  return parseChapter("03-fields.md", ["# 3. Fields", ...parts].join("\n\n"));
}

const exercise = "### 1. One\n\nWhy?\n\n<details><summary>Answer</summary>\n\nSo.\n\n</details>";
const sources = "## Read the source\n\n- [`a.ts`](../a.ts): it.\n- [`b.ts`](../b.ts#L4): it.";
const exercises = `## Exercises\n\n${exercise}\n\n${exercise}\n\n${exercise}`;
const next = "Next: [4. Framing](04-framing.md)";

describe("the blocks of a chapter", () => {
  test("commands know their line and what they print", () => {
    const { steps } = chapterOf("Type:", block("sh", "a", "b"), block("text", "c", "…"));
    expect(steps).toEqual([{ line: 6, commands: "a\nb", expected: ["c", "…"] }]);
  });

  test("commands with no text behind them print what they like", () => {
    const { steps } = chapterOf(block("sh", "a"), block("sh", "b"), block("text", "c"));
    expect(steps.map(({ commands, expected }) => [commands, expected])).toEqual([
      ["a", undefined],
      ["b", ["c"]],
    ]);
  });

  test("what stands in an answer counts as well", () => {
    const { steps } = chapterOf("<details><summary>Answer</summary>", block("sh", "a"), "</details>");
    expect(steps).toHaveLength(1);
  });

  test("blocks of other languages are to be read", () => {
    expect(chapterOf(block("octets", "a"), block("ts", "b"), block("", "c")).steps).toEqual([]);
  });

  const refused: { because: string; parts: string[]; message: string }[] = [
    {
      because: "text follows no commands",
      parts: [block("text", "a")],
      message: "03-fields.md:3: what is to be seen stands directly behind its commands",
    },
    {
      because: "prose stands between commands and text",
      parts: [block("sh", "a"), "This prints:", block("text", "b")],
      message: "03-fields.md:9: what is to be seen",
    },
    {
      because: "commands are followed by two texts",
      parts: [block("sh", "a"), block("text", "b"), block("text", "c")],
      message: "03-fields.md:11: what is to be seen",
    },
    {
      because: "a block is indented",
      parts: ["- item\n  ```sh\n  a\n  ```"],
      message: "03-fields.md:4: an indented block would not be checked",
    },
    {
      because: "a block is never closed",
      parts: ["```sh\na"],
      message: "03-fields.md:3: this block is never",
    },
  ];
  test.each(refused)("are refused if $because", ({ parts, message }) => {
    expect(() => chapterOf(...parts)).toThrow(message);
  });

  test("a chapter without its number is refused", () => {
    expect(() => parseChapter("x.md", "# Fields\n")).toThrow("x.md:1: a chapter opens with");
  });
});

describe("the rest of a chapter", () => {
  test("it has a number, a title, sections, sources and exercises, and leads on", () => {
    expect(chapterOf("Intro.", "## One idea", sources, exercises, next)).toMatchObject({
      number: 3,
      title: "Fields",
      sections: ["One idea", "Read the source", "Exercises"],
      sources: [
        { text: "`a.ts`", target: "../a.ts" },
        { text: "`b.ts`", target: "../b.ts#L4" },
      ],
      exercises: [{ answers: 1 }, { answers: 1 }, { answers: 1 }],
      next: { text: "4. Framing", target: "04-framing.md" },
    });
  });

  test("code is no link, and a heading in a block is no heading", () => {
    const { links, sections } = chapterOf("See `[a](b)` and [`c`](d) and ``[`e`](f)``.", block("sh", "## g"));
    expect(links.map(({ text, target }) => [text, target])).toEqual([["`c`", "d"]]);
    expect(sections).toEqual([]);
  });

  test("an answer that is not closed is none", () => {
    const open = exercise.replace("</details>", "");
    expect(chapterOf(`## Exercises\n\n${open}`).exercises).toEqual([{ line: 5, answers: 0 }]);
  });
});

describe("what was printed is as expected", () => {
  const cases: { because: string; expected: string[]; printed: string }[] = [
    { because: "it is the same", expected: ["a", "b"], printed: "a\nb\n" },
    { because: "both are empty", expected: [], printed: "\n" },
    { because: "… is any text in a line", expected: ["Date: …", "…b…d"], printed: "Date: now\nabcd" },
    { because: "… is also no text", expected: ["…a…"], printed: "a" },
    { because: "pieces may occur more than once", expected: ["a…a…b"], printed: "aaabab" },
    { because: "a line of … is any number of lines", expected: ["a", "…", "d"], printed: "a\nb\nc\nd" },
    { because: "a line of … is also no line", expected: ["…", "a", "…", "b", "…"], printed: "a\nb" },
    { because: "what follows … may have come before", expected: ["…", "a", "b"], printed: "a\nc\na\na\nb" },
    { because: "CR at the end of a line is not seen", expected: ["a", "", "b"], printed: "a\r\n\r\nb\r\n" },
    { because: "empty lines around it are not seen", expected: ["a", ""], printed: "\n\na\n\n\n" },
  ];
  test.each(cases)("if $because", ({ expected, printed }) => {
    expect(findDifference(expected, printed)).toBeUndefined();
  });

  test("also where many … could stand for many lines", () => {
    const expected = Array.from({ length: 40 }, () => ["…", "a"]).flat();
    expect(findDifference([...expected, "…"], "a\n".repeat(2_000))).toBeUndefined();
    expect(findDifference([...expected, "b"], "a\n".repeat(2_000))).toBe("nothing matches: b");
  });
});

describe("a difference is found", () => {
  const cases: { because: string; expected: string[]; printed: string; difference: string }[] = [
    { because: "a line differs", expected: ["a", "b"], printed: "a\nc", difference: "nothing matches: b" },
    { because: "a line is missing", expected: ["a", "b"], printed: "a", difference: "nothing matches: b" },
    { because: "nothing was printed", expected: ["a"], printed: "", difference: "nothing matches: a" },
    {
      because: "there is a line more",
      expected: ["a"],
      printed: "a\nb",
      difference: "there is more than expected",
    },
    {
      because: "there should be nothing",
      expected: [],
      printed: "a",
      difference: "there is more than expected",
    },
    { because: "pieces overlap", expected: ["ab…ba"], printed: "aba", difference: "nothing matches: ab…ba" },
    {
      because: "pieces are in another order",
      expected: ["a…b…c…"],
      printed: "acb",
      difference: "nothing matches",
    },
    { because: "a space stands before", expected: ["a"], printed: " a", difference: "nothing matches: a" },
    {
      because: "what follows … never comes",
      expected: ["a", "…", "d", "e"],
      printed: "a\nb\nd\nc",
      difference: "nothing matches: e",
    },
  ];
  test.each(cases)("if $because", ({ expected, printed, difference }) => {
    expect(findDifference(expected, printed)).toContain(difference);
  });
});

describe("the form of a chapter", () => {
  const following = parseChapter("04-framing.md", "# 4. Framing\n");
  const problemsOf = (parts: string[], behind: Chapter | undefined = following): string[] =>
    formProblems(chapterOf(...parts), (path) => path !== "../missing.ts", behind);

  test("is kept", () => {
    expect(problemsOf(["## One idea", sources, exercises, next])).toEqual([]);
  });

  test("of the last chapter leads to the index", () => {
    const chapter = chapterOf("## One idea", sources, exercises, "[The course](README.md)");
    expect(formProblems(chapter, () => true, undefined)).toEqual([]);
    expect(formProblems(chapter, () => true, following)).not.toEqual([]);
  });

  const broken: { because: string; parts: string[]; problem: string }[] = [
    {
      because: "there are two exercises",
      parts: [sources, `## Exercises\n\n${exercise}\n\n${exercise}`, next],
      problem: "03-fields.md:1: there are three exercises",
    },
    {
      because: "an exercise has no answer",
      parts: [sources, exercises.replace(/<details>[^]*?<\/details>/, ""), next],
      problem: "03-fields.md:10: an exercise has one answer",
    },
    {
      because: "a link leads nowhere",
      parts: ["See [it](../missing.ts#L1).", sources, exercises, next],
      problem: "03-fields.md:3: there is no ../missing.ts#L1",
    },
    {
      because: "it leads to another chapter",
      parts: [sources, exercises, "Next: [4. Framing](05-framing.md)"],
      problem: "03-fields.md:40: the last line leads to 04-framing.md",
    },
    {
      because: "the next chapter is called otherwise",
      parts: [sources, exercises, "Next: [4. Frames](04-framing.md)"],
      problem: 'the next chapter is called "4. Framing"',
    },
    {
      because: "it leads nowhere",
      parts: [sources, exercises],
      problem: "the last line leads to 04-framing.md",
    },
    { because: "no source is read", parts: [exercises, next], problem: 'is "Read the source"' },
    {
      because: "one file is read",
      parts: ["## Read the source\n\n[a](a.ts) and [a](a.ts#L2)", exercises, next],
      problem: '"Read the source" names two to four files',
    },
    { because: "nothing is exercised", parts: [sources, next], problem: 'the last section is "Exercises"' },
  ];
  test.each(broken)("is broken if $because", ({ parts, problem }) => {
    expect(problemsOf(parts)).toEqual(expect.arrayContaining([expect.stringContaining(problem)]));
  });

  test("asks for the same number in title and name", () => {
    const chapter = parseChapter("02-fields.md", "# 3. Fields\n");
    expect(formProblems(chapter, () => true, undefined)).toContain(
      "02-fields.md:1: title and name have different numbers",
    );
  });
});
