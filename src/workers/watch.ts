/**
 * What the master knows of itself and its workers, put together for who watches; see admin/snapshot.ts.
 */
import type { DarkroomView, ServerState, Snapshot, WorkerView } from "../admin/snapshot.ts";
import { link } from "./announcement.ts";
import type { DarkroomPool } from "./darkroom-pool.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { type Ledger, countResponses } from "./ledger.ts";
import type { ServerOptions } from "./options.ts";
import { readProcessUse } from "./process-use.ts";
import type { Supervisor } from "./supervisor.ts";
import type { TurnTable } from "./turn-table.ts";
import type { WorkerHandle } from "./worker-handle.ts";

export type Watched = {
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly startedMs: number;
  readonly durationBoundsMs: readonly number[];
  /** With the port that was found. */
  readonly options: ServerOptions;
  readonly isStopping: boolean;
  /** Of which the configuration could not be meant. */
  readonly refusedReloads: number;
  readonly supervisor: Supervisor;
  readonly dispatcher: Dispatcher;
  readonly turns: TurnTable<WorkerHandle>;
  readonly darkrooms: DarkroomPool<WorkerHandle>;
  readonly ledger: Ledger<WorkerHandle>;
  /** Milliseconds of the clock that the others go by. */
  readonly now: () => number;
};

export async function takeSnapshot(watched: Watched): Promise<Snapshot> {
  const { version, startedMs, options, supervisor, dispatcher, turns, darkrooms, ledger, durationBoundsMs } =
    watched;
  const workers = await Promise.all(supervisor.workers.map((worker) => workerView(worker, watched)));
  const done = ledger.sum;
  const { started, died, developed, unreadable, failed } = darkrooms.counts;
  return {
    version,
    nodeVersion: process.versions.node,
    startedMs,
    nowMs: Date.now(),
    address: link(options.host, options.port),
    rootDirectory: options.rootDirectory,
    accept: options.accept,
    state: stateOf(watched),
    wantedWorkers: supervisor.wantedCount,
    workers,
    master: { pid: process.pid, use: await readProcessUse(process.pid) },
    darkrooms: await Promise.all(darkrooms.rooms.map(darkroomView)),
    connections: {
      accepted: dispatcher.acceptedCount + done.connectionsAccepted,
      open: dispatcher.openConnections,
      waiting: dispatcher.waitingConnections,
      refused: dispatcher.refusedCount + done.connectionsRefused,
    },
    responses: {
      count: countResponses(done),
      perSecond: workers.reduce((sum, { responsesPerSecond }) => sum + responsesPerSecond, 0),
      byStatus: done.responses,
      contentBytes: done.contentBytes,
      durations: {
        boundsSeconds: durationBoundsMs.map((ms) => ms / 1_000),
        counts: [...durationBoundsMs, Infinity].map((_, i) => done.durations[i] ?? 0),
        sumSeconds: done.tookMs / 1_000,
      },
    },
    thumbnails: {
      made: developed,
      unreadable,
      failed,
      refused: turns.refusedCount,
      waiting: turns.waitingCount,
      inProgress: turns.makingCount,
    },
    happened: {
      ...supervisor.happened,
      darkroomsStarted: started,
      darkroomsDied: died,
      reloadsGivenUp: supervisor.happened.reloadsGivenUp + watched.refusedReloads,
    },
  };
}

async function workerView(worker: WorkerHandle, { ledger, now }: Watched): Promise<WorkerView> {
  return {
    number: worker.number,
    pid: worker.pid,
    state: worker.state,
    ageMs: now() - worker.startedMs,
    silentMs: now() - worker.heardMs,
    delayMs: worker.delayMs,
    openConnections: worker.openConnections,
    responses: countResponses(ledger.doneBy(worker)),
    responsesPerSecond: ledger.responsesPerSecondOf(worker),
    use: await readProcessUse(worker.pid),
  };
}

async function darkroomView({
  handle,
  number,
  state,
}: DarkroomPool<WorkerHandle>["rooms"][number]): Promise<DarkroomView> {
  return { number, pid: handle.pid, state, use: await readProcessUse(handle.pid) };
}

function stateOf({ isStopping, supervisor }: Watched): ServerState {
  if (isStopping) return "stopping";
  return supervisor.servingCount > 0 ? "serving" : "no-worker";
}
