/**
 * What counts as started, and how starts become tables, plots, sentences and goals.
 */
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { startResult } from "../../bench/start-suite.ts";
import { readUrl, takeStart } from "../../bench/start-time.ts";

const isLinux = process.platform === "linux";
const signal = AbortSignal.timeout(20_000);

const startsOf = (
  server: "share-my-photos" | "node:cluster + node:http",
  workers: 1 | 8,
  values: number[],
) => ({
  server,
  workers,
  starts: values.map((listeningMs) => ({ listeningMs, cpuMs: 2 * listeningMs })),
});

test("start: ours beside the least that Node can do", () => {
  const { tables, growth, goals } = startResult([
    startsOf("share-my-photos", 1, [200, 220]),
    startsOf("node:cluster + node:http", 1, [100, 100]),
    startsOf("share-my-photos", 8, [500.4, 600.4]),
    startsOf("node:cluster + node:http", 8, [400, 400]),
  ]);
  expect(tables[0]?.rows[2]).toEqual(["share-my-photos, 8 workers", "550 (500–600)", "1,101 (1,001–1,201)"]);
  expect(tables[1]?.rows[0]).toEqual(["1 worker", "2.10 (2–2.20)", "2.10 (2–2.20)"]);
  expect(growth[0]).toMatch(/number of workers.*420.*1,101/);
  expect(goals).toMatchObject([
    { text: "from the command until 8 workers serve ≤ 600 ms", measured: "550 (500–600) ms", isMet: true },
  ]);
});

test("the URL is found however the line arrives, after others", async () => {
  const output = new PassThrough();
  const url = readUrl(output);
  for (const piece of ["albums: 3\nlist", "ening on http://127.0.0.1:8081", "\nmore\n"]) output.write(piece);
  expect(await url).toBe("http://127.0.0.1:8081");
});

test("output that ends without the line has no URL", async () => {
  const output = new PassThrough();
  output.end("listening on nothing\n");
  expect(await readUrl(output)).toBeUndefined();
});

const SERVER = (status: number): string => `
  const server = require("node:http").createServer((_, response) => response.writeHead(${status}).end());
  server.listen(0, "127.0.0.1", () => console.log("listening on http://127.0.0.1:" + server.address().port));`;

test("a start is taken from a server that answers, and then it is gone", async () => {
  const { listeningMs, cpuMs } = await takeStart(["-e", SERVER(200)], signal);
  expect(listeningMs).toBeGreaterThan(0);
  expect(cpuMs === undefined).toBe(!isLinux);
});

test("a server that answers with an error has not started", async () => {
  await expect(takeStart(["-e", SERVER(500)], signal)).rejects.toThrow("answered with 500");
});

test("a command that says nothing has not started", async () => {
  await expect(takeStart(["-e", "0"], signal)).rejects.toThrow("did not start");
});
