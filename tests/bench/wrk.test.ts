/**
 * What real reports of wrk are taken to say.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { doubtsAboutWrk, parseWrk, wrkArguments } from "../../bench/wrk.ts";

const recorded = (name: string): string => readFileSync(new URL(`recorded/${name}`, import.meta.url), "utf8");
const HEAD_AND_CONTENT_BYTES = 324; // of the server that was recorded

test("reads a report without failures, whatever the units of its times", () => {
  const result = parseWrk(recorded("wrk-plain.txt"));
  expect(result).toEqual({
    requests: 57_068,
    seconds: 1,
    requestsPerSecond: 57_020.05,
    readBytes: 18_486_395, // 17.63 MB
    p50Ms: 0.94,
    p99Ms: 4.8,
    longestMs: 22.84,
    unsuccessful: 0,
    socketErrors: 0,
  });
  expect(result && doubtsAboutWrk(result, HEAD_AND_CONTENT_BYTES)).toEqual([]);
});

test("reads seconds, which wrk follows with a space", () => {
  expect(parseWrk(recorded("wrk-slow.txt"))).toMatchObject({
    requests: 9,
    p50Ms: 383.13,
    p99Ms: 1_250,
    longestMs: 1_250,
  });
});

test("doubts a run in which connections broke or an answer was no success", () => {
  const result = parseWrk(recorded("wrk-failures.txt"));
  expect(result).toMatchObject({ p50Ms: 0.437, unsuccessful: 743, socketErrors: 111 });
  expect(result && doubtsAboutWrk(result, 0)).toEqual([
    "111 socket errors",
    "743 answers were neither 2xx nor 3xx",
  ]);
});

test("doubts answers that cannot have been whole", () => {
  const result = parseWrk(recorded("wrk-plain.txt"));
  expect(result && doubtsAboutWrk(result, 10_000)).toEqual([
    expect.stringMatching(/^57068 answers of 10000 bytes are more than the \d+ it read$/),
  ]);
});

test("doubts a run without a single answer", () => {
  const report = recorded("wrk-plain.txt").replace("57068 requests", "0 requests");
  const result = parseWrk(report);
  expect(result && doubtsAboutWrk(result, 200)).toEqual(["not one answer"]);
});

test("takes what wrk prints when nobody listens for no report", () => {
  expect(parseWrk("unable to connect to 127.0.0.1:1 Connection refused\n")).toBeUndefined();
});

test("sends the fields it is given", () => {
  const load = { tool: "wrk", connections: 64, seconds: 3 } as const;
  const fields = { "accept-encoding": "br" };
  expect(wrkArguments(load, "http://127.0.0.1:8080/", fields).join(" ")).toBe(
    "--latency -t1 -c64 -d3s --timeout 30s -H accept-encoding: br http://127.0.0.1:8080/",
  );
});
