import { expect, test } from "vitest";
import { type Metric, formatExposition } from "../../src/admin/exposition.ts";
import { readExposition } from "../support/exposition.ts";

const gauge = (labels: Record<string, string>, value: number): Metric => ({
  kind: "gauge",
  name: "a",
  help: "What it is.",
  samples: [{ labels, value }],
});

test("a metric is its help, its type and its samples", async () => {
  const metric: Metric = {
    kind: "counter",
    name: "requests_total",
    help: "All of them.",
    samples: [
      { labels: { code: "200" }, value: 4_711 },
      { labels: { code: "404", method: "GET" }, value: 0.5 },
      { labels: {}, value: 0 },
    ],
  };
  expect(await formatExposition([metric])).toBe(
    [
      "# HELP requests_total All of them.",
      "# TYPE requests_total counter",
      'requests_total{code="200"} 4711',
      'requests_total{code="404",method="GET"} 0.5',
      "requests_total 0",
      "",
    ].join("\n"),
  );
});

test("each class of a histogram holds the shorter ones as well, and the last one everything", async () => {
  const durations = { boundsSeconds: [0.001, 2.5], counts: [3, 0, 2], sumSeconds: 61.5 };
  const metric: Metric = { kind: "histogram", name: "took_seconds", help: "How long.", durations };
  expect(await formatExposition([metric])).toBe(
    [
      "# HELP took_seconds How long.",
      "# TYPE took_seconds histogram",
      'took_seconds_bucket{le="0.001"} 3',
      'took_seconds_bucket{le="2.5"} 3',
      'took_seconds_bucket{le="+Inf"} 5',
      "took_seconds_sum 61.5",
      "took_seconds_count 5",
      "",
    ].join("\n"),
  );
});

test.each(['"', "\\", "\n", '\\n"', "a b", "ö", ""])("the label %j is read as it was meant", async (text) => {
  const family = readExposition(await formatExposition([gauge({ label: text }, 1)])).get("a");
  expect(family?.samples).toEqual([{ name: "a", labels: { label: text }, value: 1 }]);
});

test("a help of several lines stays one line", async () => {
  const metric: Metric = { ...gauge({}, 1), help: "A \\ and\nmore." };
  expect(readExposition(await formatExposition([metric])).get("a")?.help).toBe("A \\ and\nmore.");
});

test.each([0, 1, 1e21, 5e-7, 1_795_289_418.071])("%d is read as that number", async (value) => {
  expect(readExposition(await formatExposition([gauge({}, value)])).get("a")?.samples[0]?.value).toBe(value);
});

test("of what nothing is known nothing is said", async () => {
  expect(await formatExposition([{ kind: "gauge", name: "a", help: "What it is.", samples: [] }])).toBe("\n");
});
