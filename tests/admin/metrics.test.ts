import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { formatExposition } from "../../src/admin/exposition.ts";
import { metricsOf } from "../../src/admin/metrics.ts";
import type { Snapshot } from "../../src/admin/snapshot.ts";
import { STATUSES } from "../../src/http/status.ts";
import { type Family, readExposition, valueOf } from "../support/exposition.ts";
import { snapshotWith, workerWith } from "../support/snapshots.ts";

const hasPromtool = spawnSync("promtool", ["--version"]).status === 0;

const metricsFor = async (changes: Partial<Snapshot> = {}): Promise<ReadonlyMap<string, Family>> =>
  readExposition(await formatExposition(metricsOf(snapshotWith(changes))));

test("they are an exposition, and all say whose they are", async () => {
  const families = await metricsFor();
  expect(families.size).toBeGreaterThan(20);
  expect([...families.keys()].filter((name) => !name.startsWith("httpd_"))).toEqual([]);
});

test.skipIf(!hasPromtool)("promtool finds nothing to say of them", async () => {
  const input = await formatExposition(metricsOf(snapshotWith()));
  const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input, encoding: "utf8" });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
});

test("they say what the snapshot says", async () => {
  const families = await metricsFor();
  const value = (name: string, labels: Record<string, string> = {}): number =>
    valueOf(families, `httpd_${name}`, labels);
  expect(value("build_info", { version: "1.2.3", node: "20.20.2" })).toBe(1);
  expect(value("start_time_seconds")).toBe(Date.UTC(2026, 10, 21, 8, 15) / 1_000);
  expect(value("requests_total", { code: "200" })).toBe(3_900);
  expect(value("requests_total", { code: "500" })).toBe(2);
  expect(value("request_duration_seconds_bucket", { le: "0.01" })).toBe(3_900);
  expect(value("request_duration_seconds_count")).toBe(4_000);
  expect(value("request_duration_seconds_sum")).toBe(14.25);
  expect(value("response_content_bytes_total")).toBe(1_200_000_000);
  expect(value("connections_accepted_total")).toBe(900);
  expect(value("connections_open")).toBe(12);
  expect(value("thumbnails_total", { outcome: "made" })).toBe(70);
  expect(value("thumbnails_total", { outcome: "unreadable" })).toBe(3);
  expect(value("thumbnails_total", { outcome: "refused" })).toBe(5);
  expect(value("thumbnails_waiting")).toBe(11);
  expect(value("thumbnails_in_progress")).toBe(2);
  expect(value("workers_wanted")).toBe(2);
  expect(value("worker_starts_total")).toBe(9);
  expect(value("worker_deaths_total")).toBe(1);
  expect(value("worker_retirements_total")).toBe(6);
  expect(value("workers_unwell_total")).toBe(7);
  expect(value("workers_outgrown_total")).toBe(11);
  expect(value("thumbnails_total", { outcome: "failed" })).toBe(1);
  expect(value("darkrooms", { state: "busy" })).toBe(1);
  expect(value("darkrooms", { state: "idle" })).toBe(0);
  expect(value("darkroom_starts_total")).toBe(8);
  expect(value("darkroom_deaths_total")).toBe(5);
  expect(value("process_cpu_seconds_total", { process: "darkroom 3" })).toBe(12.5);
  expect(value("reloads_total", { outcome: "done" })).toBe(3);
  expect(value("reloads_total", { outcome: "given_up" })).toBe(4);
  expect(value("event_loop_delay_seconds", { process: "worker 2" })).toBe(0.002);
  expect(value("process_cpu_seconds_total", { process: "master" })).toBe(12.5);
  expect(value("process_resident_memory_bytes", { process: "worker 1" })).toBe(54_300_000);
  expect(value("process_open_fds", { process: "worker 2" })).toBe(22);
});

test("every status there can be is counted from the start, so that the first one is a rise", async () => {
  const none = { ...snapshotWith().responses, byStatus: {} };
  const samples = (await metricsFor({ responses: none })).get("httpd_requests_total")?.samples ?? [];
  expect(samples.map(({ labels }) => Number(labels["code"]))).toEqual(STATUSES);
  expect(samples.every(({ value }) => value === 0)).toBe(true);
});

test("workers are counted by what they are at", async () => {
  const workers = (["serving", "starting", "serving", "leaving"] as const).map((state, i) =>
    workerWith({ number: i + 1, state }),
  );
  const families = await metricsFor({ workers });
  const counts = ["starting", "serving", "leaving"].map((state) =>
    valueOf(families, "httpd_workers", { state }),
  );
  expect(counts).toEqual([1, 2, 1]);
});

test.each([
  ["serving", 1],
  ["no-worker", 0],
  ["stopping", 0],
] as const)("a server that is %s has health %d", async (state, healthy) => {
  expect(valueOf(await metricsFor({ state }), "httpd_healthy")).toBe(healthy);
});

test("a worker that is gone has no series any more, so there are never more than processes and statuses", async () => {
  const before = await seriesWith([workerWith({ number: 1 })]);
  const later = await seriesWith([workerWith({ number: 1_000 })]);
  expect(before.filter((series) => series.includes('"worker 1"')).length).toBeGreaterThan(2);
  expect(later).toHaveLength(before.length);
  expect(later.filter((series) => series.includes('"worker 1"'))).toEqual([]);
});

async function seriesWith(workers: Snapshot["workers"]): Promise<string[]> {
  return [...(await metricsFor({ workers })).values()].flatMap(({ samples }) =>
    samples.map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`),
  );
}

test("where the system tells nothing of processes, nothing is said of them", async () => {
  const names = [
    ...(
      await metricsFor({
        master: { pid: 1, use: undefined },
        workers: [workerWith({ use: undefined })],
        darkrooms: [],
      })
    ).keys(),
  ];
  expect(names.filter((name) => name.startsWith("httpd_process_"))).toEqual([]);
  expect(names).toContain("httpd_requests_total");
});
