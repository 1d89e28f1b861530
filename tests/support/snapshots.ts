/**
 * A server as its admin pages might see it.
 */
import type { Snapshot, WorkerView } from "../../src/admin/snapshot.ts";

const STARTED_MS = Date.UTC(2026, 10, 21, 8, 15);
const USE = { cpuSeconds: 12.5, residentBytes: 54_300_000, openDescriptors: 22 };

export function snapshotWith(changes: Partial<Snapshot> = {}): Snapshot {
  return {
    version: "1.2.3",
    nodeVersion: "20.20.2",
    startedMs: STARTED_MS,
    nowMs: STARTED_MS + 3 * 3_600_000 + 12 * 60_000,
    address: "http://127.0.0.1:8080",
    rootDirectory: "/srv/photos",
    accept: "handover",
    state: "serving",
    wantedWorkers: 2,
    workers: [workerWith({ number: 1 }), workerWith({ number: 2, responses: 3_000 })],
    master: { pid: 4_700, use: USE },
    darkrooms: [{ number: 3, pid: 4_720, state: "busy", use: USE }],
    connections: { accepted: 900, open: 12, waiting: 0, refused: 0 },
    responses: {
      count: 4_000,
      perSecond: 0.4,
      byStatus: { 200: 3_900, 404: 98, 500: 2 },
      contentBytes: 1_200_000_000,
      durations: { boundsSeconds: [0.001, 0.01, 1], counts: [3_000, 900, 99, 1], sumSeconds: 14.25 },
    },
    thumbnails: { made: 70, unreadable: 3, failed: 1, refused: 5, waiting: 11, inProgress: 2 },
    happened: {
      workersStarted: 9,
      workersDied: 1,
      workersRetired: 6,
      workersUnwell: 7,
      workersOutgrown: 11,
      darkroomsStarted: 8,
      darkroomsDied: 5,
      reloadsDone: 3,
      reloadsGivenUp: 4,
    },
    ...changes,
  };
}

export function workerWith(changes: Partial<WorkerView> = {}): WorkerView {
  return {
    number: 1,
    pid: 4_711,
    state: "serving",
    ageMs: 3_600_000,
    silentMs: 400,
    delayMs: 2,
    openConnections: 6,
    responses: 1_000,
    responsesPerSecond: 0.2,
    use: USE,
    ...changes,
  };
}
