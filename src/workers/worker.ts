/**
 * A worker: a process of its own that is handed sockets, or accepts them itself, and serves them. Entry point; knows
 * master and gallery.
 *
 * It ends when the channel to its master closes, whatever the reason: no worker outlives its master.
 */
import { type Server, type Socket, createServer } from "node:net";
import { readFile, realpath } from "node:fs/promises";
import { basename } from "node:path";
import { settings } from "../../settings.ts";
import { createAlbums } from "../gallery/albums.ts";
import { createCacheDirectory } from "../gallery/cache-directory.ts";
import { errorResponse } from "../gallery/error-page.ts";
import { createFileResponder } from "../gallery/file-response.ts";
import { createGallery } from "../gallery/gallery.ts";
import { type KeptFiles, keepFiles } from "../gallery/kept-files.ts";
import { createLocalStorage } from "../gallery/local-storage.ts";
import { RESERVED_NAME } from "../gallery/own-files.ts";
import { createPhotoIndex } from "../gallery/photo-index.ts";
import { createPictureDecoder } from "../gallery/picture-decoder.ts";
import { ROOT_KEY, type Storage } from "../gallery/storage.ts";
import { surveyLibrary } from "../gallery/survey.ts";
import { createThumbnails } from "../gallery/thumbnails.ts";
import type { Albums } from "../gallery/albums.ts";
import { unreachable } from "../http/errors.ts";
import type { Handler } from "../http/message.ts";
import { ConnectionCount } from "./connection-count.ts";
import { type Connection, type ConnectionContext, openConnection } from "./connection.ts";
import { Deadlines } from "./deadlines.ts";
import { type Log, describeError, openLog } from "./log.ts";
import type { MasterToWorker, WorkerToMaster } from "./messages.ts";
import type { ServerOptions } from "./options.ts";
import { ignoreSignals } from "./signals.ts";
import { RemoteTurns } from "./remote-turns.ts";
import { openTrace } from "./trace.ts";
import { ChunkPool } from "./write-response.ts";

type Site = {
  readonly handler: Handler;
  readonly storage: Storage;
  readonly keptFiles: KeptFiles;
  readonly albums: Albums;
};

/** Milliseconds of a clock that never goes back: setting the wall clock must not make an old answer fresh. */
const steadyNow = (): number => performance.now();

const connections = new Set<Connection>();
const turns = new RemoteTurns(tellMaster);
const count = new ConnectionCount(tellMaster, settings.workers.countPatienceMs);
/** Undefined where the master accepts, or while this worker does not listen. */
let listener: Server | undefined;
let site: Site | undefined;
let context: ConnectionContext | undefined;
let log: Log | undefined;
let isDraining = false;
/** Sockets that came in this turn of the event loop: accepted together, then served. */
let arrived: (Socket | undefined)[] = [];

ignoreSignals();
setInterval(() => tellMaster({ kind: "alive" }), settings.workers.heartbeatMs).unref();
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
      return turns.receive(message);
    case "survey":
      survey().catch((error: unknown) => log?.line(`error: ${describeError(error)}`));
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

async function start(options: ServerOptions): Promise<void> {
  log = openLog(options.logFile, settings.log);
  const deadlines = new Deadlines(steadyNow);
  setInterval(() => {
    deadlines.tick();
    site?.keptFiles.closeIdle();
  }, settings.timeouts.tickMs).unref();
  const descriptors = await descriptorLimit();
  site = await createSite(options, descriptors);
  context = {
    handler: site.handler,
    errorResponse,
    limits: { ...settings.http, ...settings.connection },
    timeouts: settings.timeouts,
    deadlines,
    pool: new ChunkPool(settings.connection.readChunkBytes, settings.connection.maxFreeChunks),
    log,
    trace: openTrace(options.trace, { ...settings.log, ...settings.trace }),
    maxShownOctets: settings.trace.maxShownOctets,
    now: Date.now,
    isDraining: () => isDraining,
  };
  const { folderNames } = await site.albums.list(ROOT_KEY);
  if (folderNames.includes(RESERVED_NAME)) tellMaster({ kind: "notice", sentence: RESERVED_NAME_NOTICE });
  const maxConnections = connectionLimit(descriptors);
  if (options.accept !== "handover" && !isDraining) listener = await listen(options, maxConnections);
  tellMaster({ kind: "ready", maxConnections });
  if (isDraining) stopListening();
}

/** @throws the system's error if the port cannot be had */
function listen(options: ServerOptions, maxConnections: number): Promise<Server> {
  const { host, port, backlogConnections: backlog, accept } = options;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    count.opened();
    serve(socket);
  });
  server.maxConnections = maxConnections;
  server.on("drop", () => tellMaster({ kind: "notice", sentence: TOO_MANY_NOTICE }));
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
  if (context !== undefined) stopListening(); // else at the end of the start
}

function stopListening(): void {
  listener?.close();
  listener = undefined;
  count.reportFromNowOnAtOnce();
  tellMaster({ kind: "not-listening" });
}

const RESERVED_NAME_NOTICE = `The folder "${RESERVED_NAME}" cannot be shown: /${RESERVED_NAME}/ is the server's own.`;

async function createSite(options: ServerOptions, descriptors: number): Promise<Site> {
  const { albums: album, files, pictures } = settings;
  const freshness = {
    freshMs: album.freshMs,
    freshFactor: album.freshFactor,
    maxAnswers: album.maxCachedFolders,
    now: steadyNow,
  };
  const rootIdentity = await realpath(options.rootDirectory);
  const storage = await createLocalStorage(rootIdentity);
  const keptFiles = keepFiles(storage, {
    maxFiles: Math.min(files.maxKeptFiles, Math.floor(descriptors * files.keptFilesShare)),
    idleMs: files.keptIdleMs,
    freshMs: album.freshMs,
    now: steadyNow,
  });
  const cache = createCacheDirectory(options.cacheDirectory, (sentence) =>
    tellMaster({ kind: "notice", sentence }),
  );
  const decoder = createPictureDecoder(pictures);
  const albums = createAlbums({
    storage,
    extensions: pictures.extensions,
    maxDepth: album.maxDepth,
    freshness,
  });
  const photoIndex = createPhotoIndex({
    storage,
    cache,
    decoder,
    rootIdentity,
    measureBudgetMs: album.measureBudgetMs,
    headerBytes: pictures.headerBytes,
    maxHeaderBytes: pictures.maxHeaderBytes,
    maxKeptPhotos: album.maxKeptPhotos,
    maxFolders: album.maxCachedFolders,
    now: steadyNow,
  });
  const thumbnails = createThumbnails({
    cache,
    decoder,
    turns,
    rootIdentity,
    sizesPx: pictures.thumbnailSizesPx,
    recipeVersion: pictures.recipeVersion,
    maxSourceBytes: pictures.maxSourceBytes,
    maxMemoryBytes: pictures.maxMemoryBytes,
  });
  const handler = createGallery({
    storage,
    albums,
    photoIndex,
    thumbnails,
    rootTitle: basename(rootIdentity) || "Photos",
    itemsPerPage: album.itemsPerPage,
    extensions: pictures.extensions,
    pageSettings: { ...album, thumbnailSizesPx: pictures.thumbnailSizesPx },
    keptFiles,
    files: createFileResponder({ ...files, maxRanges: settings.http.maxRanges }),
    freshness,
    maxCachedPages: album.maxCachedPages,
    maxRecentAnswers: album.maxRecentAnswers,
    now: Date.now,
  });
  return { handler, storage, keptFiles, albums };
}

/** RFC 9112 §9.4. Of all descriptors this process may have, a part is for connections. */
function connectionLimit(descriptors: number): number {
  const { maxConnections, connectionShare, ownDescriptors } = settings.workers;
  return Math.max(1, Math.min(maxConnections, Math.floor(descriptors * connectionShare) - ownDescriptors));
}

/** As the system limits this process; Infinity where it does not, or cannot say so. */
async function descriptorLimit(): Promise<number> {
  const limits = await readFile("/proc/self/limits", "utf8").catch(() => "");
  return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Infinity);
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
  if (context === undefined) throw new Error("A connection came before the start.");
  socket.allowHalfOpen = true;
  const connection = openConnection(socket, context);
  connections.add(connection);
  if (isDraining) connection.hurry(settings.timeouts.drainIdleMs);
  socket.once("close", () => {
    connections.delete(connection);
    count.closed();
  });
}

/** For the terminal of the person who started the server. */
async function survey(): Promise<void> {
  if (site === undefined) throw new Error("A survey was asked for before the start.");
  const { storage, albums } = site;
  tellMaster({ kind: "surveyed", ...(await surveyLibrary(storage, albums)) });
}

function tellMaster(message: WorkerToMaster): void {
  if (process.connected) process.send?.(message);
}

/** A bug: nobody knows what is still right, so this process makes room for a fresh one. */
function fail(error: unknown): void {
  log?.line(`error: ${describeError(error)}`);
  process.exitCode = 1;
  void leave();
}

async function leave(): Promise<void> {
  await log?.flushAtLast();
  process.exit();
}
