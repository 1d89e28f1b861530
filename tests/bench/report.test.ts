/**
 * How figures become cells, cells become tables, and tables find their place in BENCHMARKS.md.
 */
import { readFileSync } from "node:fs";
import { format } from "prettier";
import { expect, test } from "vitest";
import { readPage } from "../../bench/crawl.ts";
import { parseStat } from "../../bench/process-tree.ts";
import { NGINX } from "../../bench/peers/nginx.ts";
import { SERVE } from "../../bench/peers/serve.ts";
import { formatBlock, replaceBlock } from "../../bench/report.ts";
import { formatSpread, median, ratios } from "../../bench/statistics.ts";
import type { SuiteResult } from "../../bench/suite.ts";
import { SUITES } from "../../bench/suites.ts";
import { formatTable } from "../../bench/table.ts";
import type { Tool, ToolName } from "../../bench/tools.ts";

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

test("every suite has its place in BENCHMARKS.md, in this order", () => {
  const document = readFileSync(new URL("../../BENCHMARKS.md", import.meta.url), "utf8");
  const places = [...document.matchAll(/^<!-- bench:(\S+) -->$/gm)].map(([, name]) => name);
  expect(places).toEqual(SUITES.map(({ name }) => name));
});

test("a block has goals, plot, growth, tables, what was left out, and how to repeat it; prettier changes nothing", async () => {
  const result: SuiteResult = {
    tables: [{ title: "Front page", columns: ["server", "requests/s"], rows: [["ours", "1"]] }],
    plots: [{ kind: "bars", name: "keep", title: "Kept", unit: "µs", better: "less", series: [] }],
    growth: ["µs by size: 1 at 1 KB, 2 at 2 KB."],
    goals: [{ text: "CPU: ≤ 1", measured: "2", isMet: false, distance: "by a factor of 2" }],
    rounds: 5,
    notes: ["A guest is left out."],
    commands: ["ab -q http://127.0.0.1:PORT/", "ab -q http://127.0.0.1:PORT/"],
    failures: [],
  };
  const suite = { name: "keep", needs: ["ab"], run: () => Promise.resolve(result) } as const;
  const tools = new Map<ToolName, Tool>(
    (["ab", "nginx", "siege"] as const).map((name) => [
      name,
      { name, command: name, version: `${name} 1.2` },
    ]),
  );
  const block = formatBlock(suite, result, { tools, peers: [NGINX, SERVE], pace: "full" });
  expect(await format(`${block}\n`, { parser: "markdown", printWidth: 110 })).toBe(`${block}\n`);
  expect(block.split("\n").filter((line) => line !== "")).toEqual([
    "| goal     | measured |                      result |",
    "| -------- | -------: | --------------------------: |",
    "| CPU: ≤ 1 |        2 | **missed** by a factor of 2 |",
    "![Kept: µs](docs/bench/keep.svg)",
    "How it grows:",
    "- µs by size: 1 at 1 KB, 2 at 2 KB.",
    "**Front page**",
    "| server | requests/s |",
    "| ------ | ---------: |",
    "| ours   |          1 |",
    "- A guest is left out.",
    expect.stringMatching(
      /^Median \(range\) of 5 rounds in alternating order, \d{4}-\d\d-\d\d, .*, ab 1\.2, nginx 1\.2\.$/,
    ),
    "Not compared with: serve is missing (npm install --no-save fastify @fastify/static serve).",
    "```sh",
    "npm run bench -- keep",
    "# the load: ab -q http://127.0.0.1:PORT/",
    "```",
  ]);
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
