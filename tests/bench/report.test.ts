/**
 * How figures become cells, cells become tables, and tables find their place in BENCHMARKS.md.
 */
import { format } from "prettier";
import { expect, test } from "vitest";
import { readPage } from "../../bench/crawl.ts";
import { parseStat } from "../../bench/process-tree.ts";
import { replaceBlock } from "../../bench/report.ts";
import { formatSpread, median, ratios } from "../../bench/statistics.ts";
import { formatTable } from "../../bench/table.ts";

test("the median of an even number of rounds lies between the two in the middle", () => {
  expect(median([4, 1, 3])).toBe(3);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

test("a figure is followed by its range, unless there is none", () => {
  expect(formatSpread([2_290.4, 2_001.2, 2_143.4])).toBe("2,143 (2,001–2,290)");
  expect(formatSpread([1.234])).toBe("1.23");
  expect(formatSpread([undefined])).toBe("–");
});

test("ratios are taken round by round", () => {
  expect(ratios([2, 9, undefined], [1, 3, 1])).toEqual([2, 3, undefined]);
});

test("prettier finds nothing to change in a table", async () => {
  const columns = ["server", "requests/s", "µs"];
  const rows = [
    ["node:cluster + node:http", "3,640 (3,492–4,269)", "–"],
    ["ours", "1", "2"],
  ];
  const table = `${formatTable({ columns, rows })}\n`;
  expect(await format(table, { parser: "markdown", printWidth: 40 })).toBe(table);
});

test("a block is written between its markers and nowhere else", () => {
  const before =
    "# A\n\n<!-- bench:a -->\n\nold\n\n<!-- /bench:a -->\n\n<!-- bench:b -->\n<!-- /bench:b -->\n";
  const after = replaceBlock(before, "a", "new $1");
  expect(after).toBe(before.replace("old", () => "new $1"));
  expect(replaceBlock(after, "a", "old")).toBe(before);
  expect(() => replaceBlock(before, "c", "new")).toThrow("<!-- bench:c -->");
});

test("the name of a process may hold brackets and spaces", () => {
  const fields = "S 7 1 1 0 -1 4194560 1 0 0 0 12 3 4 1 20 0 11 0 5 6 7";
  expect(parseStat(`42 (node (a) b) ${fields}`)).toEqual({ parentPid: 7, cpuMs: 200 });
});

test("finds the albums and the thumbnails of a page, each once, and nothing else", () => {
  const page = `<link rel="stylesheet" href="/-/app.css"><a href="/">up</a>
<a href="/Mum%20%26%20Dad/"><img src="/a,%20b.jpg?size=320&amp;v=x" srcset="/a,%20b.jpg?size=320&amp;v=x 320w, /a,%20b.jpg?size=640&amp;v=x 640w"></a>
<a href="/a.jpg?view">a</a><a href="/?page=2">next</a>`;
  expect(readPage("/", page)).toEqual({
    path: "/",
    albumPaths: ["/", "/Mum%20%26%20Dad/", "/?page=2"],
    thumbnails: [
      { path: "/a,%20b.jpg?size=320&v=x", sizePx: 320 },
      { path: "/a,%20b.jpg?size=640&v=x", sizePx: 640 },
    ],
  });
});
