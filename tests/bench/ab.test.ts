/**
 * What real reports of ApacheBench are taken to say.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { abArguments, doubtsAboutAb, parseAb } from "../../bench/ab.ts";

const recorded = (name: string): string => readFileSync(new URL(`recorded/${name}`, import.meta.url), "utf8");
const load = { tool: "ab" as const, requests: 2_000, concurrency: 50, keepAlive: false };

test("reads a report without failures", () => {
  const result = parseAb(recorded("ab-plain.txt"));
  expect(result).toMatchObject({ completed: 2_000, failed: 0, non2xx: 0, keptAlive: undefined });
  expect(result?.documentBytes).toBe(3_537);
  expect(result && doubtsAboutAb(result, load, 3_537)).toEqual([]);
});

test("reads how many requests left their connection open", () => {
  const result = parseAb(recorded("ab-keepalive.txt"));
  expect(result?.keptAlive).toBe(2_000);
  expect(result && doubtsAboutAb(result, { ...load, keepAlive: true }, 3_537)).toEqual([]);
});

test("doubts a keep-alive run in which connections were closed", () => {
  const result = parseAb(recorded("ab-plain.txt"));
  expect(result && doubtsAboutAb(result, { ...load, keepAlive: true }, 3_537)).toEqual([
    "only 0 of 2000 requests left their connection open",
  ]);
});

test("doubts a run with failed requests, other answers than 2xx and another length", () => {
  const result = parseAb(recorded("ab-failures.txt"));
  expect(result).toMatchObject({ completed: 100, failed: 70, non2xx: 10 });
  expect(result && doubtsAboutAb(result, load, 100)).toEqual([
    "100 of 2000 requests completed",
    "70 failed requests",
    "10 answers were not 2xx",
    "ab saw a document of 101 bytes, not 100",
  ]);
});

test("takes what ab prints before it gives up for no report", () => {
  const [whole = ""] = recorded("ab-plain.txt").split("Concurrency Level");
  expect(parseAb(`${whole}apr_socket_recv: Connection reset by peer (104)\n`)).toBeUndefined();
});

test("asks for the load as the seeds did", () => {
  const url = "http://127.0.0.1:8080/";
  expect(abArguments({ ...load, requests: 50_000, concurrency: 100 }, url).join(" ")).toBe(
    "-q -n 50000 -c 100 http://127.0.0.1:8080/",
  );
  expect(abArguments({ ...load, keepAlive: true }, url)).toContain("-k");
});
