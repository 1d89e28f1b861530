/**
 * The status page: what the server does now, what it has done, and how its workers are. It needs no script; it asks
 * for itself again every few seconds.
 */
import { createHash } from "node:crypto";
import { Html, displayName, html } from "../gallery/html.ts";
import { count, dateAndTime, figure, fileSize, timeSpan } from "../gallery/words.ts";
import { STATUSES, reasonPhrase } from "../http/status.ts";
import { longestOf } from "./quantile.ts";
import type { ProcessView, Responses, ServerState, Snapshot, WorkerView } from "./snapshot.ts";
import { STATUS_STYLE } from "./status-style.ts";

/** The one style sheet that stands in the page, and nothing else at all. */
export const STATUS_POLICY =
  `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STATUS_STYLE).digest("base64")}'; ` +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const STATES: Readonly<Record<ServerState, string>> = {
  serving: "serving",
  "no-worker": "no worker serves",
  stopping: "stopping",
};

/** A worker that was silent for so long has missed a heartbeat. */
const LATE_MS = 2_500;

export function formatStatusPage(snapshot: Snapshot, refreshSeconds: number): string {
  const state = STATES[snapshot.state];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${state} · share-my-photos</title>
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="${refreshSeconds}">
<style>${new Html(STATUS_STYLE)}</style>
</head>
<body>
<header><h1>share-my-photos <span class="state ${snapshot.state}">${state}</span></h1>
${aboutOf(snapshot)}</header>
<main>
${nowOf(snapshot)}
${workersOf(snapshot)}
<div class="lists">
${responsesOf(snapshot.responses)}
${thumbnailsOf(snapshot)}
${happenedOf(snapshot)}
</div>
</main>
<footer><a href="/-/metrics">Metrics for Prometheus</a> <a href="/-/status?json">The same as JSON</a>
<p>Counted since the start, over all workers, also those that are gone. This page asks for itself again every
${refreshSeconds} s.</p></footer>
</body>
</html>
`.text;
}

function aboutOf({ address, rootDirectory, accept, version, nodeVersion, startedMs, nowMs }: Snapshot): Html {
  return html`<p>Shares <bdi>${displayName(rootDirectory)}</bdi> at <bdi>${address}</bdi> (${accept}), since
${dateAndTime(startedMs)} UTC (${timeSpan(nowMs - startedMs)}). Version ${version}, Node.js ${nodeVersion}.</p>`;
}

/** What one looks for first, in large figures. */
function nowOf({ responses, connections, thumbnails }: Snapshot): Html {
  const median = longestOf(0.5, responses.durations);
  const nearlyAll = longestOf(0.99, responses.durations);
  const took =
    median === undefined || nearlyAll === undefined
      ? ""
      : `half ${within(median)}, 99 % ${within(nearlyAll)}`;
  return html`<dl class="now">
${tile("Requests a second", figure(responses.perSecond))}
${tile("Requests", figure(responses.count), took)}
${tile("Content sent", fileSize(responses.contentBytes))}
${tile("Connections", figure(connections.open), connections.waiting > 0 ? `${figure(connections.waiting)} wait for a worker` : "")}
${tile("Thumbnails in line", figure(thumbnails.waiting), thumbnails.inProgress > 0 ? `${figure(thumbnails.inProgress)} being made` : "")}
</dl>`;
}

function within(seconds: number): string {
  if (seconds === Infinity) return "even later";
  return `within ${seconds < 1 ? `${figure(seconds * 1_000)} ms` : `${figure(seconds)} s`}`;
}

function tile(name: string, value: string, more = ""): Html {
  return html`<div><dt>${name}${more === "" ? undefined : html`<small>${more}</small>`}</dt><dd>${value}</dd></div>`;
}

function workersOf({ workers, wantedWorkers, master, darkrooms }: Snapshot): Html {
  return html`<h2>Workers</h2>
<table>
<thead><tr><th scope="col">Worker</th><th scope="col">Pid</th><th scope="col" class="word">State</th><th scope="col">Age</th>
<th scope="col">Connections</th><th scope="col">Requests</th><th scope="col">A second</th><th scope="col">Memory</th>
<th scope="col">Processor</th><th scope="col">Heard</th></tr></thead>
<tbody>
${workers.map(workerRow)}</tbody>
</table>
<p>${count(wantedWorkers, "worker is", "workers are")} wanted. Master: ${processWords(master)}.${darkrooms.map(
    (darkroom) => ` Darkroom ${darkroom.number}: ${darkroom.state}, ${processWords(darkroom)}.`,
  )}</p>`;
}

function processWords({ pid, use }: ProcessView): string {
  return `pid ${pid}${use === undefined ? "" : `, ${fileSize(use.residentBytes)}`}`;
}

function workerRow(worker: WorkerView): Html {
  const { number, pid, state, ageMs, openConnections, responses, responsesPerSecond, use, silentMs } = worker;
  const late = silentMs < LATE_MS ? "" : "late";
  return html`<tr><td data-label="Worker">${number}</td><td data-label="Pid">${pid}</td><td data-label="State" class="word">${state}</td>
<td data-label="Age">${timeSpan(ageMs)}</td><td data-label="Connections">${figure(openConnections)}</td>
<td data-label="Requests">${figure(responses)}</td><td data-label="A second">${figure(responsesPerSecond)}</td>
<td data-label="Memory">${use && fileSize(use.residentBytes)}</td><td data-label="Processor">${use && timeSpan(use.cpuSeconds * 1_000)}</td>
<td data-label="Heard" class="${late}">${figure(silentMs / 1_000)} s ago</td></tr>
`;
}

function responsesOf({ byStatus }: Responses): Html {
  const sent = STATUSES.flatMap((status): Row[] => {
    const times = byStatus[status] ?? 0;
    return times === 0 ? [] : [[`${status} ${reasonPhrase(status)}`, times]];
  });
  return listOf("Requests by status", sent.length > 0 ? sent : [["None so far", 0]]);
}

function thumbnailsOf({ thumbnails }: Snapshot): Html {
  return listOf("Thumbnails", [
    ["Made", thumbnails.made],
    ["Being made", thumbnails.inProgress],
    ["In line", thumbnails.waiting],
    ["Refused, since the line was full", thumbnails.refused],
    ["Not decodable", thumbnails.unreadable],
    ["Failed, since no darkroom could be started", thumbnails.failed],
  ]);
}

function happenedOf({ happened, connections }: Snapshot): Html {
  return listOf("Since the start", [
    ["Workers started", happened.workersStarted],
    ["Workers that died", happened.workersDied],
    ["Workers told to leave", happened.workersRetired],
    ["… after an error", happened.workersUnwell],
    ["… for their memory", happened.workersOutgrown],
    ["Darkrooms started", happened.darkroomsStarted],
    ["Darkrooms that died", happened.darkroomsDied],
    ["Reloads", happened.reloadsDone],
    ["Reloads given up", happened.reloadsGivenUp],
    ["Connections accepted", connections.accepted],
    ["Connections refused for want of room", connections.refused],
  ]);
}

type Row = readonly [name: string, value: number];

function listOf(title: string, rows: readonly Row[]): Html {
  const lines = rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${figure(value)}</dd></div>`);
  return html`<section><h2>${title}</h2><dl>${lines}</dl></section>`;
}
