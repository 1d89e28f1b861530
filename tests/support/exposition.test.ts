/**
 * The reader that other tests rely on must see what is wrong.
 */
import { expect, test } from "vitest";
import { readExposition, valueOf } from "./exposition.ts";

const COUNTER = '# HELP a_total All of them.\n# TYPE a_total counter\na_total{b="c"} 1\n';
const HISTOGRAM = [
  "# HELP h How long.",
  "# TYPE h histogram",
  'h_bucket{le="0.5"} 1',
  'h_bucket{le="+Inf"} 3',
  "h_sum 7.5",
  "h_count 3",
  "",
].join("\n");

test("what is right is read, with an empty line here and there or without", () => {
  const families = readExposition(`${COUNTER}\n${HISTOGRAM}`);
  expect([...families.keys()]).toEqual(["a_total", "h"]);
  expect(valueOf(families, "a_total", { b: "c" })).toBe(1);
  expect(valueOf(families, "a_total", { b: "d" })).toBe(0);
  expect(valueOf(families, "h_bucket", { le: "+Inf" })).toBe(3);
  expect(valueOf(families, "h_sum")).toBe(7.5);
});

test("what is escaped is read as it was meant", () => {
  const text = '# HELP a_total A \\\\ and\\nmore.\n# TYPE a_total counter\na_total{b="\\"\\\\\\n"} 1\n';
  const family = readExposition(text).get("a_total");
  expect(family?.help).toBe("A \\ and\nmore.");
  expect(family?.samples[0]?.labels).toEqual({ b: '"\\\n' });
});

test.each([
  ["a last line without its end", COUNTER.slice(0, -1)],
  ["no HELP", COUNTER.replace(/^.*\n/, "")],
  ["no TYPE", COUNTER.replace(/# TYPE.*\n/, "")],
  ["a HELP with nothing behind", `${COUNTER}# HELP b_total x\n`],
  ["a family twice", COUNTER + COUNTER],
  ["a family without samples", COUNTER.replace(/a_total\{.*\n/, "")],
  ["a series twice", COUNTER + 'a_total{b="c"} 2\n'],
  ["a sample of another family", COUNTER.replace("a_total{", "b_total{")],
  ["a counter whose name does not say so", COUNTER.replaceAll("a_total", "a")],
  ["a gauge whose name says it is a counter", COUNTER.replace(" counter", " gauge")],
  ["a negative counter", COUNTER.replace(" 1\n", " -1\n")],
  ["a label that is not escaped", COUNTER.replace("c", 'c"d')],
  ["an escape that is none", COUNTER.replace("c", "\\t")],
  ["an escape that is none in HELP", COUNTER.replace("All", "\\t")],
  ["a label without a value", COUNTER.replace('="c"', "")],
  ["twice the same label", COUNTER.replace('b="c"', 'b="c",b="d"')],
  ["a comma too many", COUNTER.replace('b="c"', 'b="c",')],
  ["no number", COUNTER.replace(" 1\n", " one\n")],
  ["bounds that do not rise", HISTOGRAM.replace('"0.5"', '"-1"')],
  ["no last bucket", HISTOGRAM.replace(/h_bucket\{le="\+Inf.*\n/, "")],
  ["buckets that are not cumulative", HISTOGRAM.replace('"0.5"} 1', '"0.5"} 4')],
  ["a count that is not the last bucket", HISTOGRAM.replace("h_count 3", "h_count 4")],
  ["no sum", HISTOGRAM.replace("h_sum 7.5\n", "")],
])("refuses %s", (_what, text) => {
  expect(() => readExposition(text)).toThrow(Error);
});
