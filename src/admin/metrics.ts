/**
 * A snapshot as metrics. Names as Prometheus would have them: the unit in the name, `_total` behind what only grows.
 *
 * No label holds what a client can choose, so there are never more series than statuses and processes.
 */
import { STATUSES } from "../http/status.ts";
import type { HistogramMetric, Metric, Sample, SimpleMetric } from "./exposition.ts";
import type { ProcessUse, Snapshot } from "./snapshot.ts";

export function metricsOf(snapshot: Snapshot): Metric[] {
  return [
    ...serverMetrics(snapshot),
    ...responseMetrics(snapshot),
    ...connectionMetrics(snapshot),
    ...thumbnailMetrics(snapshot),
    ...workerMetrics(snapshot),
    ...darkroomMetrics(snapshot),
    ...processMetrics(snapshot),
  ];
}

function serverMetrics({ version, nodeVersion, startedMs, state }: Snapshot): Metric[] {
  return [
    gauge("httpd_build_info", "Always 1; the labels say what runs.", [
      { labels: { version, node: nodeVersion }, value: 1 },
    ]),
    gauge("httpd_start_time_seconds", "When the server was started, in seconds since the epoch.", [
      only(startedMs / 1_000),
    ]),
    gauge("httpd_healthy", "1 while at least one worker serves and the server is not stopping, else 0.", [
      only(state === "serving" ? 1 : 0),
    ]),
  ];
}

function responseMetrics({ responses }: Snapshot): Metric[] {
  const { byStatus, contentBytes, durations } = responses;
  return [
    counter(
      "httpd_requests_total",
      "Requests that were answered, those that were refused included, by status code.",
      STATUSES.map((status) => ({ labels: { code: String(status) }, value: byStatus[status] ?? 0 })),
    ),
    histogram(
      "httpd_request_duration_seconds",
      "From the end of the head of a request until the system has taken the last octet of the response.",
      durations,
    ),
    counter("httpd_response_content_bytes_total", "Content that was sent, without heads.", [
      only(contentBytes),
    ]),
  ];
}

function connectionMetrics({ connections }: Snapshot): Metric[] {
  const { accepted, open, waiting, refused } = connections;
  return [
    counter("httpd_connections_accepted_total", "Connections that were accepted.", [only(accepted)]),
    counter("httpd_connections_refused_total", "Connections that were closed at once, for want of room.", [
      only(refused),
    ]),
    gauge("httpd_connections_open", "Connections that are open, those that wait included.", [only(open)]),
    gauge("httpd_connections_waiting", "Connections that wait in the master until a worker has room.", [
      only(waiting),
    ]),
  ];
}

function thumbnailMetrics({ thumbnails }: Snapshot): Metric[] {
  const { made, unreadable, refused, failed, waiting, inProgress } = thumbnails;
  return [
    counter(
      "httpd_thumbnails_total",
      "Thumbnails by what became of them: made, not decodable, refused since too many waited, or failed.",
      Object.entries({ made, unreadable, refused, failed }).map(([outcome, value]) => ({
        labels: { outcome },
        value,
      })),
    ),
    gauge("httpd_thumbnails_waiting", "Thumbnails that wait to be made.", [only(waiting)]),
    gauge("httpd_thumbnails_in_progress", "Thumbnails that are being made.", [only(inProgress)]),
  ];
}

function workerMetrics({ workers, wantedWorkers, happened }: Snapshot): Metric[] {
  const {
    workersStarted,
    workersDied,
    workersRetired,
    workersUnwell,
    workersOutgrown,
    reloadsDone,
    reloadsGivenUp,
  } = happened;
  return [
    gauge(
      "httpd_workers",
      "Workers by what they are at.",
      byState(["starting", "serving", "leaving"], workers),
    ),
    gauge("httpd_workers_wanted", "Workers that there are to be.", [only(wantedWorkers)]),
    counter("httpd_worker_starts_total", "Workers that were started.", [only(workersStarted)]),
    counter(
      "httpd_worker_deaths_total",
      "Workers that ended without being told to, or were killed since they hung.",
      [only(workersDied)],
    ),
    counter("httpd_worker_retirements_total", "Workers that were told to leave while the server goes on.", [
      only(workersRetired),
    ]),
    counter(
      "httpd_workers_unwell_total",
      "Workers that were retired after an error that nobody had foreseen.",
      [only(workersUnwell)],
    ),
    counter("httpd_workers_outgrown_total", "Workers that were retired since they held too much memory.", [
      only(workersOutgrown),
    ]),
    counter("httpd_reloads_total", "Reloads by how they ended.", [
      { labels: { outcome: "done" }, value: reloadsDone },
      { labels: { outcome: "given_up" }, value: reloadsGivenUp },
    ]),
    gauge(
      "httpd_event_loop_delay_seconds",
      "How late a worker was for its last heartbeat.",
      workers.map(({ number, delayMs }) => ({
        labels: { process: `worker ${number}` },
        value: delayMs / 1_000,
      })),
    ),
  ];
}

function darkroomMetrics({ darkrooms, happened }: Snapshot): Metric[] {
  return [
    gauge(
      "httpd_darkrooms",
      "Processes that decode pictures, by what they are at.",
      byState(["starting", "idle", "busy"], darkrooms),
    ),
    counter("httpd_darkroom_starts_total", "Darkrooms that were started.", [only(happened.darkroomsStarted)]),
    counter(
      "httpd_darkroom_deaths_total",
      "Darkrooms that ended without being told to, or were killed since they hung.",
      [only(happened.darkroomsDied)],
    ),
  ];
}

function byState(states: readonly string[], processes: readonly { readonly state: string }[]): Sample[] {
  return states.map((state) => ({
    labels: { state },
    value: processes.filter((each) => each.state === state).length,
  }));
}

/** `process` is what tells them apart, and gone when the process is. */
function processMetrics({ master, workers, darkrooms }: Snapshot): Metric[] {
  const processes = [
    { name: "master", use: master.use },
    ...workers.map(({ number, use }) => ({ name: `worker ${number}`, use })),
    ...darkrooms.map(({ number, use }) => ({ name: `darkroom ${number}`, use })),
  ];
  const ofEach = (figure: (use: ProcessUse) => number): Sample[] =>
    processes.flatMap(({ name, use }) =>
      use === undefined ? [] : [{ labels: { process: name }, value: figure(use) }],
    );
  return [
    gauge(
      "httpd_process_resident_memory_bytes",
      "Memory that a process holds; what several share counts in each.",
      ofEach(({ residentBytes }) => residentBytes),
    ),
    counter(
      "httpd_process_cpu_seconds_total",
      "Processor time that a process has used.",
      ofEach(({ cpuSeconds }) => cpuSeconds),
    ),
    gauge(
      "httpd_process_open_fds",
      "Descriptors that a process has open.",
      ofEach(({ openDescriptors }) => openDescriptors),
    ),
  ];
}

const only = (value: number): Sample => ({ labels: {}, value });

function counter(name: string, help: string, samples: readonly Sample[]): SimpleMetric {
  return { kind: "counter", name, help, samples };
}

function gauge(name: string, help: string, samples: readonly Sample[]): SimpleMetric {
  return { kind: "gauge", name, help, samples };
}

function histogram(name: string, help: string, durations: HistogramMetric["durations"]): HistogramMetric {
  return { kind: "histogram", name, help, durations };
}
