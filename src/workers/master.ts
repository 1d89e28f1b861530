/**
 * The master: binds, starts workers, accepts, hands over, stops. It never reads an octet of a visitor.
 *
 * Where the workers are to accept by themselves it only sees to it that the port can be had, and stays what keeps them.
 */
import { type Socket, createServer } from "node:net";
import { availableParallelism } from "node:os";
import type { AdminSettings } from "./admin-port.ts";
import { announce, announceDetails, link } from "./announcement.ts";
import { startDarkroom } from "./darkroom-handle.ts";
import { type DarkroomLimits, DarkroomPool } from "./darkroom-pool.ts";
import { Dispatcher, type DispatcherLimits } from "./dispatcher.ts";
import { unreachable } from "../http/errors.ts";
import { Ledger } from "./ledger.ts";
import { type LogSettings, describeError, tellStandardError } from "./log.ts";
import type { WorkMessage } from "./messages.ts";
import {
  StartError,
  addressOf,
  asOpened,
  bind,
  close,
  describeListenError,
  namesOpenedOtherwise,
  openLogOrRefuse,
  openTraceOrRefuse,
} from "./opening.ts";
import type { PassedOn, ServerOptions } from "./options.ts";
import { type NotifierSettings, openServiceNotifier } from "./service-notifier.ts";
import { SIGNAL_ACTIONS, type SignalAction } from "./signals.ts";
import { Supervisor, type SupervisorSettings } from "./supervisor.ts";
import type { TraceSettings } from "./trace.ts";
import { TurnTable } from "./turn-table.ts";
import type { WorkerHandle } from "./worker-handle.ts";

export type MasterSettings = {
  readonly workers: SupervisorSettings &
    DispatcherLimits &
    NotifierSettings & {
      readonly sameKeypressMs: number;
      readonly maxWaitingThumbnails: number;
    };
  readonly darkrooms: DarkroomLimits;
  readonly log: LogSettings;
  readonly trace: TraceSettings;
  readonly drainMs: number;
  readonly adminPort: AdminSettings;
  /** Of the package. */
  readonly version: string;
};

/** Asked twice to stop: connections were cut. */
const EXIT_CUT_SHORT = 1;

const ignore = (): void => undefined;

const countWorkers = (count: number): string => (count === 1 ? "1 worker is" : `${count} workers are`);

/** Milliseconds of a clock that never goes back. */
const now = (): number => performance.now();

/**
 * Runs until it is told to stop.
 *
 * @param readOptions reads them anew, for a reload; throws what is wrong with them
 * @returns the exit code: 0 after a graceful stop
 * @throws StartError if it cannot log or listen, or no worker can be started
 */
export async function runMaster(
  options: ServerOptions,
  settings: MasterSettings,
  readOptions: () => Promise<ServerOptions>,
  { socket: passedSocket, notify }: PassedOn,
): Promise<number> {
  /** Those whose lines the log file does not take at the moment. */
  const mute = new Set<WorkerHandle | "master">();
  const hearLog = (who: WorkerHandle | "master", trouble: string | undefined): void => {
    if (trouble === undefined) return void mute.delete(who);
    if (mute.size === 0)
      tellStandardError(`httpd: the log file cannot be written (${trouble}): lines are lost`);
    mute.add(who);
  };
  const log = openLogOrRefuse(options, settings.log, (trouble) => hearLog("master", trouble));
  // `noDelay` goes with the socket to the worker: nobody waits 40 ms for the rest of a response.
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true, noDelay: true });
  const dispatcher = new Dispatcher(
    settings.workers,
    now,
    openTraceOrRefuse(options, { ...settings.log, ...settings.trace }),
  );
  const turns = new TurnTable<WorkerHandle>(
    {
      maxAtOnce: availableParallelism(),
      maxWaiting: settings.workers.maxWaitingThumbnails,
    },
    (worker, message) => worker.send(message),
  );
  // One more than turns: it measures what is new in an album while the others develop.
  const darkrooms = new DarkroomPool<WorkerHandle>(
    availableParallelism() + 1,
    settings.darkrooms,
    {
      start: startDarkroom,
      onOutcome: (worker, id, outcome) => worker.send({ kind: "picture", id, outcome }),
      onTrouble: (sentence) => log.line(`error: ${sentence}`),
    },
    now,
  );
  const ledger = new Ledger<WorkerHandle>(settings.adminPort.admin.paceMs, now);
  const startedMs = Date.now();

  return await new Promise<number>((resolve, reject) => {
    const notices = new Set<string>();
    let bound = options; // with the address that was found, as soon as we listen
    let statusLink: string | undefined;
    let refusedReloads = 0;
    let isAnnounced = false;
    let isStopping = false;
    let isFinishing = false;
    let stoppedMs = 0;

    const supervisor = new Supervisor(
      options,
      settings.workers,
      {
        onReady(worker) {
          worker.isListening = options.accept !== "handover";
          dispatcher.addWorker(worker);
          if (!isAnnounced && !isStopping && supervisor.servingCount >= supervisor.wantedCount) {
            isAnnounced = true;
            announce(bound, bound.port, log, statusLink);
            notifier.ready(`Listening on ${link(bound.host, bound.port)}`);
            if (process.stdout.isTTY) worker.send({ kind: "survey" });
          }
        },
        onMessage: (worker, message) => receive(worker, message),
        onGone(worker) {
          mute.delete(worker);
          ledger.gone(worker);
          turns.leave(worker);
          darkrooms.leave(worker);
          dispatcher.removeWorker(worker);
          if (isStopping) finishWhenIdle();
        },
        onReloaded(outcome) {
          if (outcome === "taken-over") {
            const count = supervisor.wantedCount;
            log.line(
              `notice: reloaded: ${count === 1 ? "1 worker serves" : `${count} workers serve`} what is configured now`,
            );
          }
          notifier.ready(outcome === "taken-over" ? "Reloaded" : "Not reloaded: the log says why");
        },
        onHopeless(reason) {
          server.close();
          void log.flushAtLast().then(() => reject(new StartError(reason)));
        },
        log: (severity, sentence) => log.line(`${severity}: ${sentence}`),
      },
      now,
    );
    const notifier = openServiceNotifier(
      notify,
      settings.workers,
      () => isStopping || supervisor.isCarryingOn,
      note,
    );

    function receive(worker: WorkerHandle, message: WorkMessage): void {
      switch (message.kind) {
        case "accepted":
          return dispatcher.accepted(worker, message.count, message.open);
        case "not-listening":
          worker.isListening = false;
          if (isStopping) finishWhenIdle();
          return;
        case "open":
          dispatcher.hasOpen(worker, message.open);
          if (isStopping) finishWhenIdle();
          return;
        case "turn-wanted":
          return turns.want(worker, message.wish);
        case "turn-reconsidered":
          return turns.reconsider(worker, message.key, message.urgency);
        case "turn-done":
          return turns.done(worker, message.key);
        case "picture-wanted":
          return darkrooms.order(worker, message.id, message.job);
        case "tally":
          worker.delayMs = message.delayMs;
          return ledger.heard(worker, message.done);
        case "log-fails":
          return hearLog(worker, message.code);
        case "log-works":
          return hearLog(worker, undefined);
        case "notice":
          return note(message.sentence);
        case "surveyed":
          if (!isStopping) announceDetails(bound, bound.port, message);
          return;
        default:
          return unreachable(message);
      }
    }

    function note(sentence: string): void {
      if (!notices.has(sentence)) log.line(`warning: ${sentence}`);
      notices.add(sentence);
    }

    function stop(signal: NodeJS.Signals): void {
      if (isStopping) {
        if (signal === "SIGINT" && now() - stoppedMs < settings.workers.sameKeypressMs) return;
        return finish(EXIT_CUT_SHORT); // asked twice: at once
      }
      isStopping = true;
      stoppedMs = now();
      notifier.stopping();
      server.close();
      supervisor.drain();
      setTimeout(() => finish(0), settings.drainMs).unref();
      setTimeout(() => finishWhenIdle("all who react"), settings.workers.exitGraceMs).unref();
      finishWhenIdle();
    }

    /** Who was told that it shall not listen, and does not answer, is waited for only for a while. */
    function finishWhenIdle(whoMatters: "all" | "all who react" = "all"): void {
      const mayStillAccept = whoMatters === "all" && supervisor.isAnyListening;
      if (!mayStillAccept && dispatcher.openConnections === 0) finish(0);
    }

    function finish(exitCode: number): void {
      if (isFinishing) return;
      isFinishing = true;
      supervisor
        .end()
        .then(() => darkrooms.end())
        .then(() => Promise.all([log.flushAtLast(), notifier.settled()]))
        .then(() => resolve(exitCode), reject);
    }

    function reload(): void {
      if (isStopping) return;
      notifier.reloading();
      readOptions().then(
        (fresh) => {
          log.line("notice: reloading: new workers are started, and the old ones leave when they are ready");
          const others = namesOpenedOtherwise(fresh, options).join(", ");
          if (others !== "")
            log.line(`notice: configured otherwise, and as before until a new start: ${others}`);
          darkrooms.renew();
          supervisor.reload(asOpened(fresh, options));
        },
        (error: unknown) => {
          refusedReloads++;
          const reason = error instanceof Error ? error.message : String(error);
          log.line(`error: not reloaded, all goes on as before: ${reason}`);
          if (!supervisor.isReloading) notifier.ready("Not reloaded: the log says why");
        },
      );
    }

    function reopenLog(): void {
      try {
        log.reopen();
      } catch (error) {
        log.line(`error: the log file cannot be opened anew: ${describeError(error)}`);
      }
      supervisor.tellAll({ kind: "reopen-log" });
    }

    function changeCount(difference: 1 | -1): void {
      if (isStopping) return;
      const former = supervisor.wantedCount;
      const wanted = supervisor.changeCount(difference);
      const end = difference < 0 ? "never less" : "never more";
      log.line(
        wanted === former
          ? `notice: ${countWorkers(wanted)} wanted already, and ${end}`
          : `notice: ${countWorkers(wanted)} wanted now`,
      );
    }

    /** Loads what it takes only if it was asked for. */
    async function openAdmin(): Promise<void> {
      if (options.admin === undefined) return;
      const { host, port } = options.admin;
      const [{ openAdminPort }, { takeSnapshot }] = await Promise.all([
        import("./admin-port.ts"),
        import("./watch.ts"),
      ]);
      const { version, adminPort } = settings;
      const { durationBoundsMs } = adminPort.admin;
      const own = {
        version,
        startedMs,
        durationBoundsMs,
        supervisor,
        dispatcher,
        turns,
        darkrooms,
        ledger,
        now,
      };
      try {
        statusLink = await openAdminPort(options.admin, adminPort, {
          log,
          isHealthy: () => !isStopping && supervisor.servingCount > 0,
          isStopping: () => isStopping,
          takeSnapshot: () => takeSnapshot({ ...own, options: bound, isStopping, refusedReloads }),
        });
      } catch (error) {
        throw new StartError(describeListenError(error, host, port, "--admin"));
      }
    }

    const actions: Record<SignalAction, (signal: NodeJS.Signals) => void> = {
      "stop-gracefully": stop,
      "stop-at-once": () => {
        isStopping = true;
        notifier.stopping();
        server.close();
        finish(EXIT_CUT_SHORT);
      },
      reload,
      "more-workers": () => changeCount(1),
      "fewer-workers": () => changeCount(-1),
      "reopen-log": reopenLog,
    };
    for (const [signal, action] of SIGNAL_ACTIONS) process.on(signal, () => actions[action](signal));
    server.on("connection", (socket: Socket) => {
      socket.on("error", ignore); // the worker's copy will notice as well
      dispatcher.dispatch(socket);
    });
    // Signals are heard before the port is open: whoever can connect can be sure of a graceful stop.
    openAdmin()
      .then(() => bind(server, options, passedSocket))
      .then(async () => {
        const { address, port } = addressOf(server);
        bound = { ...options, port, host: passedSocket === undefined ? options.host : address };
        server.on("error", (error) => log.line(`error: ${error.message}`)); // one connection not accepted; others will be
        if (options.accept !== "handover") await close(server); // it is free, and the workers will listen there
        if (!isStopping) supervisor.start(port);
      })
      .catch(reject);
  });
}
