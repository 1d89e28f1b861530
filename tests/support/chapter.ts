/**
 * A chapter of the course in docs/: prose, with commands to type and what is to be seen behind them.
 *
 *     ```sh … ```        typed in bash, in the project's folder, one block after the other, in one shell per chapter
 *     ```text … ```      directly behind a block of `sh`: what it prints, standard output and standard error together
 *
 * In what is to be seen, `…` inside a line stands for any text, also none, and a line that is only `…` for any number
 * of lines, also none. Blocks of other languages are to be read.
 */

/** Commands that are typed at once, and what must appear; undefined where nothing is said about it. */
export type Step = {
  /** Line of the first command, counted from 1. */
  readonly line: number;
  readonly commands: string;
  readonly expected: readonly string[] | undefined;
};

export type Exercise = { readonly line: number; readonly answers: number };

export type Link = { readonly line: number; readonly text: string; readonly target: string };

export type Chapter = {
  /** Name of the document, e.g. `02-a-request-line.md`. */
  readonly file: string;
  /** Without its number. */
  readonly title: string;
  readonly number: number;
  readonly steps: readonly Step[];
  /** Headings of the second level, in order. */
  readonly sections: readonly string[];
  /** Links of the section "Read the source". */
  readonly sources: readonly Link[];
  readonly exercises: readonly Exercise[];
  readonly links: readonly Link[];
  /** The link of the last line: where the reader goes on. */
  readonly next: Link | undefined;
};

/** What stands for any text in a line, and alone for any number of lines. */
const ANYTHING = "…";

type Line = { readonly text: string; readonly number: number };

type Block = { readonly language: string; readonly start: number; readonly lines: Line[] };

/**
 * @param file its name, which begins with the number of the chapter
 * @throws Error naming file and line for what would go unchecked: an indented or open block, a `text` block that
 *   follows no commands, a title without its number
 */
export function parseChapter(file: string, document: string): Chapter {
  const { prose, blocks } = readParts(file, document);
  const [, digits, title] = /^# (\d+)\. (.+)$/.exec(prose[0]?.text ?? "") ?? [];
  if (digits === undefined || title === undefined) {
    throw new Error(`${file}:1: a chapter opens with "# ", its number, a full stop and its title`);
  }
  const links = prose.flatMap(linksOf);
  const last = prose.findLast(({ text }) => text.trim() !== "");
  return {
    file,
    title,
    number: Number(digits),
    steps: stepsOf(file, prose, blocks),
    sections: prose.filter(({ text }) => text.startsWith("## ")).map(({ text }) => text.slice(3)),
    sources: sectionOf(prose, "Read the source").flatMap(linksOf),
    exercises: exercisesOf(sectionOf(prose, "Exercises")),
    links,
    next: links.findLast(({ line }) => line === last?.number),
  };
}

function readParts(file: string, document: string): { prose: Line[]; blocks: Block[] } {
  const prose: Line[] = [];
  const blocks: Block[] = [];
  let open: Block | undefined;
  for (const [index, text] of document.split("\n").entries()) {
    const line = { text, number: index + 1 };
    if (open !== undefined) {
      if (text === "```") open = undefined;
      else open.lines.push(line);
    } else if (text.startsWith("```")) {
      open = { language: text.slice("```".length), start: line.number, lines: [] };
      blocks.push(open);
    } else if (text.trimStart().startsWith("```")) {
      throw new Error(`${file}:${line.number}: an indented block would not be checked`);
    } else prose.push(line);
  }
  if (open !== undefined) throw new Error(`${file}:${open.start}: this block is never closed`);
  return { prose, blocks };
}

function stepsOf(file: string, prose: readonly Line[], blocks: readonly Block[]): Step[] {
  const written = prose.filter(({ text }) => text.trim() !== "").map(({ number }) => number);
  const isDirectlyBehind = (first: Block, second: Block): boolean =>
    !written.some((number) => number > first.start && number < second.start);
  const steps: Step[] = [];
  for (const [index, block] of blocks.entries()) {
    const before = blocks[index - 1];
    const behind = blocks[index + 1];
    if (block.language === "text" && !(before?.language === "sh" && isDirectlyBehind(before, block))) {
      throw new Error(`${file}:${block.start}: what is to be seen stands directly behind its commands`);
    }
    if (block.language !== "sh") continue;
    const isChecked = behind?.language === "text" && isDirectlyBehind(block, behind);
    steps.push({
      line: block.start + 1,
      commands: block.lines.map(({ text }) => text).join("\n"),
      expected: isChecked ? behind.lines.map(({ text }) => text) : undefined,
    });
  }
  return steps;
}

/** From its heading to the next one of the same level. */
function sectionOf(prose: readonly Line[], heading: string): Line[] {
  const start = prose.findIndex(({ text }) => text === `## ${heading}`);
  if (start === -1) return [];
  const length = prose.slice(start + 1).findIndex(({ text }) => text.startsWith("## "));
  return prose.slice(start + 1, length === -1 ? undefined : start + 1 + length);
}

/** Each under a heading of the third level, with its answer folded away. */
function exercisesOf(section: readonly Line[]): Exercise[] {
  const starts = section.flatMap(({ text }, index) => (text.startsWith("### ") ? [index] : []));
  return starts.map((start, i) => {
    const lines = section.slice(start, starts[i + 1]);
    const isClosed = lines.some(({ text }) => text === "</details>");
    const answers = lines.filter(({ text }) => text === "<details><summary>Answer</summary>").length;
    return { line: lines[0]?.number ?? 0, answers: isClosed ? answers : 0 };
  });
}

/** `[text](target)`, not inside of code. */
function linksOf({ text, number }: Line): Link[] {
  const link = /``.*?``|`[^`]*`|\[((?:`[^`]*`|[^\]`])*)\]\(([^)\s]+)\)/g;
  return [...text.matchAll(link)].flatMap(([, label, target]) =>
    label === undefined || target === undefined ? [] : [{ line: number, text: label, target }],
  );
}

/**
 * Where what was printed is not what is to be seen. CR and whitespace at the end of a line, and empty lines before the
 * first and behind the last one, do not count: nobody sees them.
 *
 * @returns undefined if all is as expected, else the first expected line that nothing matches
 */
export function findDifference(expected: readonly string[], printed: string): string | undefined {
  const wanted = visibleLines(expected);
  const seen = visibleLines(printed.split("\n"));
  const unmatched = firstUnmatched(wanted, seen);
  if (unmatched === undefined) return undefined;
  return unmatched < wanted.length ? `nothing matches: ${wanted[unmatched]}` : "there is more than expected";
}

function visibleLines(lines: readonly string[]): string[] {
  const visible = lines.map((line) => line.replace(/\s+$/, ""));
  const first = visible.findIndex((line) => line !== "");
  return first === -1 ? [] : visible.slice(first, visible.findLastIndex((line) => line !== "") + 1);
}

/**
 * Goes through what was seen with all places at once that the expectation may have come to, so that nothing is tried
 * twice.
 */
function firstUnmatched(wanted: readonly string[], seen: readonly string[]): number | undefined {
  const withAnyLines = (places: Iterable<number>): Set<number> => {
    const reached = new Set(places);
    for (const place of reached) if (wanted[place] === ANYTHING) reached.add(place + 1);
    return reached;
  };
  let places = withAnyLines([0]);
  let furthest = Math.max(...places);
  for (const line of seen) {
    const following: number[] = [];
    for (const place of places) {
      const pattern = wanted[place];
      if (pattern === ANYTHING) following.push(place);
      else if (pattern !== undefined && matchesLine(pattern, line)) following.push(place + 1);
    }
    places = withAnyLines(following);
    furthest = Math.max(furthest, ...places);
  }
  return places.has(wanted.length) ? undefined : furthest;
}

/** The pieces between `…` stand in the line in this order, the first at its start and the last at its end. */
function matchesLine(pattern: string, line: string): boolean {
  const [first = "", ...pieces] = pattern.split(ANYTHING);
  const last = pieces.pop();
  if (last === undefined) return line === first;
  if (!line.startsWith(first)) return false;
  let at = first.length;
  for (const piece of pieces) {
    const found = line.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return line.length - last.length >= at && line.endsWith(last);
}

/**
 * What the form of a chapter asks for and this one lacks.
 *
 * @param exists whether there is such a file, by a path relative to the chapter's folder
 * @param following the chapter behind this one; undefined for the last
 */
export function formProblems(
  chapter: Chapter,
  exists: (path: string) => boolean,
  following: Chapter | undefined,
): string[] {
  const { file, number, sections, sources, exercises, links, next } = chapter;
  const problems: string[] = [];
  const expect = (isRight: boolean, line: number, problem: string): void => {
    if (!isRight) problems.push(`${file}:${line}: ${problem}`);
  };
  expect(new RegExp(`^0*${number}-[a-z0-9-]+\\.md$`).test(file), 1, "title and name have different numbers");
  expect(sections.at(-2) === "Read the source", 1, 'the section before the last is "Read the source"');
  expect(sections.at(-1) === "Exercises", 1, 'the last section is "Exercises"');
  const files = new Set(sources.map(({ target }) => withoutFragment(target)));
  expect(files.size >= 2 && files.size <= 4, 1, '"Read the source" names two to four files');
  expect(exercises.length === 3, 1, "there are three exercises");
  for (const { line, answers } of exercises) expect(answers === 1, line, "an exercise has one answer");
  for (const { line, target } of links) {
    const isElsewhere = /^https?:\/\//.test(target) || target.startsWith("#");
    expect(isElsewhere || exists(withoutFragment(target)), line, `there is no ${target}`);
  }
  const goesOn = following?.file ?? "README.md";
  expect(next?.target === goesOn, next?.line ?? 1, `the last line leads to ${goesOn}`);
  if (following !== undefined) {
    const name = `${following.number}. ${following.title}`;
    expect(next?.text === name, next?.line ?? 1, `the next chapter is called "${name}"`);
  }
  return problems;
}

function withoutFragment(target: string): string {
  return target.replace(/#.*$/, "");
}
