/**
 * A worker: a process of its own that is handed sockets, or accepts them itself, and serves them. Entry point; what
 * it serves with is in site.ts.
 *
 * It ends when the channel to its master closes, whatever the reason: no worker outlives its master.
 */
import { realpath, stat } from "node:fs/promises";
import { type Server, type Socket, createServer } from "node:net";
import { join } from "node:path";
import { settings } from "../../settings.ts";
import { RESERVED_NAME } from "../gallery/routes.ts";
import { unreachable } from "../http/errors.ts";
import { ConnectionCount } from "./connection-count.ts";
import type { Connection } from "./connection.ts";
import { descriptorLimit } from "./descriptor-limit.ts";
import { type Log, describeError, openLog } from "./log.ts";
import type { MasterToWorker, WorkerToMaster } from "./messages.ts";
import type { ServerOptions } from "./options.ts";
import { RemoteDarkroom } from "./remote-darkroom.ts";
import { RemoteTurns } from "./remote-turns.ts";
import { ignoreSignals } from "./signals.ts";
import type { Site } from "./site.ts";
import { Tally } from "./tally.ts";

const connections = new Set<Connection>();
const turns = new RemoteTurns(tellMaster);
const darkroom = new RemoteDarkroom(tellMaster);
const count = new ConnectionCount(tellMaster, settings.workers.countPatienceMs);
const tally = new Tally(settings.admin.durationBoundsMs);
/** Whether the master wants to hear of the tally. */
let isWatched = false;
let lastBeatMs = performance.now();
/** Undefined where the master accepts, or while this worker does not listen. */
let listener: Server | undefined;
/** How to load the site; the first who needs it does. */
let loadSite: (() => Promise<Site>) | undefined;
let site: Site | undefined;
let siteToCome: Promise<Site> | undefined;
let isReady = false;
let log: Log | undefined;
let isDraining = false;
let isUnwell = false;
/** Sockets that came in this turn of the event loop: accepted together, then served. */
let arrived: (Socket | undefined)[] = [];

ignoreSignals();
setInterval(sayAlive, settings.workers.heartbeatMs).unref();
process.on("disconnect", () => void leave());
process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);
process.on("message", (message, socket) => receive(message as MasterToWorker, socket as Socket | undefined));
start(JSON.parse(process.argv[2] ?? "") as ServerOptions).catch((error: unknown) => {
  tellMaster({ kind: "failed", reason: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
  process.disconnect();
});

function receive(message: MasterToWorker, socket: Socket | undefined): void {
  switch (message.kind) {
    case "connection":
      return take(socket);
    case "turn":
    case "turn-over":
    case "turn-refused":
      return turns.receive(message);
    case "picture":
      return darkroom.receive(message.id, message.outcome);
    case "survey":
      tellSurvey().catch((error: unknown) => log?.line(`error: ${describeError(error)}`));
      return;
    case "drain":
      return drain();
    case "reopen-log":
      return reopenLog();
    case "leave":
      return void leave();
    default:
      return unreachable(message);
  }
}

/**
 * What is served with is loaded by the first connection: until then a worker is as small as a process of Node can be,
 * and it starts in half the time (BENCHMARKS.md). What can go wrong with the options shows now.
 */
async function start(options: ServerOptions): Promise<void> {
  const ownLog = openLog(options.logFile, settings.log, (code) =>
    tellMaster(code === undefined ? { kind: "log-works" } : { kind: "log-fails", code }),
  );
  log = ownLog;
  isWatched = options.admin !== undefined;
  const descriptors = descriptorLimit();
  const rootDirectory = await realpath(options.rootDirectory); // now, so that it is the same for all workers
  loadSite = async () => {
    const { createSite } = await import("./site.ts");
    site = createSite(settings, {
      options,
      rootDirectory,
      descriptors,
      turns,
      askDarkroom: (job) => darkroom.ask(job),
      log: ownLog,
      tally,
      onTrouble: (sentence) => tellMaster({ kind: "notice", sentence }),
      isDraining: () => isDraining,
    });
    return site;
  };
  const reserved = await stat(join(rootDirectory, RESERVED_NAME)).catch(() => undefined);
  if (reserved?.isDirectory() === true) tellMaster({ kind: "notice", sentence: RESERVED_NAME_NOTICE });
  const maxConnections = connectionLimit(descriptors);
  if (options.accept !== "handover" && !isDraining) listener = await listen(options, maxConnections);
  isReady = true;
  tellMaster({ kind: "ready", maxConnections });
  if (isDraining) stopListening();
}

const RESERVED_NAME_NOTICE = `The folder "${RESERVED_NAME}" cannot be shown: /${RESERVED_NAME}/ is the server's own.`;

function loadedSite(): Promise<Site> {
  if (loadSite === undefined) throw new Error("Something was asked for before the start.");
  siteToCome ??= loadSite();
  return siteToCome;
}

/** @throws the system's error if the port cannot be had */
function listen(options: ServerOptions, maxConnections: number): Promise<Server> {
  const { host, port, backlogConnections: backlog, accept } = options;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    count.opened();
    tally.connectionAccepted();
    serve(socket);
  });
  server.maxConnections = maxConnections;
  server.on("drop", () => {
    tally.connectionRefused();
    tellMaster({ kind: "notice", sentence: TOO_MANY_NOTICE });
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, backlog, reusePort: accept === "reuseport" }, () => {
      server.off("error", reject);
      server.on("error", (error) => log?.line(`error: ${error.message}`)); // one connection not accepted; others will be
      resolve(server);
    });
  });
}

const TOO_MANY_NOTICE =
  "A worker had as many connections as it may; others that came to it were closed at once.";

function reopenLog(): void {
  try {
    log?.reopen();
  } catch (error) {
    log?.line(`error: the log file cannot be opened anew: ${describeError(error)}`);
  }
}

function drain(): void {
  isDraining = true;
  for (const connection of connections) connection.hurry(settings.timeouts.drainIdleMs);
  if (isReady) stopListening(); // else at the end of the start
}

function stopListening(): void {
  listener?.close();
  listener = undefined;
  count.reportFromNowOnAtOnce();
  tellMaster({ kind: "not-listening" });
}

/**
 * RFC 9112 §9.4. Of all descriptors this process may have, a part is for connections: one that has none left cannot even
 * be handed another connection.
 */
function connectionLimit(descriptors: number): number {
  const { maxConnections, connectionShare, ownDescriptors } = settings.workers;
  return Math.max(1, Math.min(maxConnections, Math.floor((descriptors - ownDescriptors) * connectionShare)));
}

/** Counted at once; read from only after the master was told, so that no octet is read twice or never. */
function take(socket: Socket | undefined): void {
  if (arrived.length === 0) setImmediate(serveArrived);
  arrived.push(socket);
}

function serveArrived(): void {
  const sockets = arrived;
  arrived = [];
  count.accepted(sockets.length);
  for (const socket of sockets) {
    if (socket === undefined)
      count.closed(); // the client was gone before it could be handed over
    else serve(socket);
  }
}

function serve(socket: Socket): void {
  socket.allowHalfOpen = true;
  socket.once("close", () => count.closed());
  if (site === undefined) void serveWhenLoaded(socket);
  else serveWith(site, socket);
}

const ignore = (): void => undefined;

/** What becomes of the socket meanwhile is heard: it counts as open. */
async function serveWhenLoaded(socket: Socket): Promise<void> {
  socket.on("error", ignore); // a client that vanished; `close` follows
  const loaded = await loadedSite().catch((error: unknown) => {
    socket.destroy(); // nobody will ever serve it
    throw error;
  });
  if (socket.destroyed) return;
  if (socket.readableEnded)
    socket.destroy(); // the client left without a word
  else serveWith(loaded, socket);
}

function serveWith({ openConnection }: Site, socket: Socket): void {
  const connection = openConnection(socket);
  connections.add(connection);
  socket.once("close", () => connections.delete(connection));
  if (isDraining) connection.hurry(settings.timeouts.drainIdleMs);
}

/** For the terminal of the person who started the server. */
async function tellSurvey(): Promise<void> {
  const { survey } = await loadedSite();
  tellMaster({ kind: "surveyed", ...(await survey()) });
}

function sayAlive(): void {
  const nowMs = performance.now();
  const delayMs = Math.max(0, nowMs - lastBeatMs - settings.workers.heartbeatMs);
  lastBeatMs = nowMs;
  if (isWatched) tellMaster({ kind: "tally", done: tally.sum, delayMs });
  tellMaster({ kind: "alive", residentBytes: readResidentBytes() });
}

/** The system tells by a file: none can be opened without a free descriptor, and that is no reason to be silent. */
function readResidentBytes(): number {
  try {
    return process.memoryUsage.rss();
  } catch {
    return 0;
  }
}

function tellMaster(message: WorkerToMaster): void {
  if (process.connected) process.send?.(message);
}

/**
 * A bug: nobody knows what is still right, so this process makes room for a fresh one. Most of what is under way has
 * nothing to do with it, and may be finished until then; but whoever fails twice, or has not even begun, ends at once.
 */
function fail(error: unknown): void {
  log?.line(`error: ${describeError(error)}`);
  process.exitCode = 1;
  if (isUnwell || !isReady) return void leave();
  isUnwell = true;
  tellMaster({ kind: "unwell" });
}

async function leave(): Promise<void> {
  if (isWatched) tellMaster({ kind: "tally", done: tally.sum, delayMs: 0 });
  await log?.flushAtLast();
  process.exit();
}
