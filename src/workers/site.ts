/**
 * What a worker serves with: the gallery, put together from its parts, and what all its connections have in common.
 *
 * The only file of this room that knows the gallery. A worker loads it with its first connection.
 */
import type { Socket } from "node:net";
import { basename } from "node:path";
import type { Settings } from "../../settings.ts";
import { createAlbums } from "../gallery/albums.ts";
import { answerOnlyTo } from "../gallery/allowed-hosts.ts";
import { createCacheDirectory } from "../gallery/cache-directory.ts";
import { keepWithinBounds } from "../gallery/cache-upkeep.ts";
import { type PictureJob, type PictureOutcome, createDistantDarkroom } from "../gallery/distant-darkroom.ts";
import { errorResponse } from "../gallery/error-page.ts";
import { createFileResponder } from "../gallery/file-response.ts";
import { createGallery } from "../gallery/gallery.ts";
import { keepFiles } from "../gallery/kept-files.ts";
import { storageBelow } from "../gallery/local-storage.ts";
import { createPhotoIndex } from "../gallery/photo-index.ts";
import { type Survey, surveyLibrary } from "../gallery/survey.ts";
import { createThumbnails } from "../gallery/thumbnails.ts";
import type { Turns } from "../gallery/turns.ts";
import { ACCESS_FORMATS } from "./access-log.ts";
import { TrustedProxies } from "./client-address.ts";
import { type Connection, type ConnectionContext, openConnection } from "./connection.ts";
import { Deadlines } from "./deadlines.ts";
import type { Log } from "./log.ts";
import type { ServerOptions } from "./options.ts";
import { openProxiedConnection } from "./proxied-connection.ts";
import type { Tally } from "./tally.ts";
import { openTrace } from "./trace.ts";
import { ChunkPool } from "./write-response.ts";

export type Site = {
  /** Serves what comes on it, until it is closed. */
  readonly openConnection: (socket: Socket) => Connection;
  /** How much there is to see. */
  readonly survey: () => Promise<Survey>;
};

export type SiteParts = {
  readonly options: ServerOptions;
  /** That of the options, with every link on the way to it resolved. */
  readonly rootDirectory: string;
  /** That this process may have. */
  readonly descriptors: number;
  readonly turns: Turns;
  /** Has a picture measured or developed in another process. */
  readonly askDarkroom: (job: PictureJob) => Promise<PictureOutcome>;
  readonly log: Log;
  /** Counts what is done here. */
  readonly tally: Tally;
  /** Told, in a sentence, what does not stop us and should be known. */
  readonly onTrouble: (sentence: string) => void;
  readonly isDraining: () => boolean;
};

/** Milliseconds of a clock that never goes back: setting the wall clock must not make an old answer fresh. */
const steadyNow = (): number => performance.now();

export function createSite(settings: Settings, parts: SiteParts): Site {
  const { albums: album, files, pictures } = settings;
  const { options, rootDirectory, descriptors, turns, log, tally } = parts;
  const freshness = {
    freshMs: album.freshMs,
    freshFactor: album.freshFactor,
    maxAnswers: album.maxCachedFolders,
    now: steadyNow,
  };
  const storage = storageBelow(rootDirectory);
  const keptFiles = keepFiles(storage, {
    maxFiles: Math.min(files.maxKeptFiles, Math.floor(descriptors * files.keptFilesShare)),
    idleMs: files.keptIdleMs,
    freshMs: album.freshMs,
    now: steadyNow,
  });
  const cache = keepWithinBounds(createCacheDirectory(options.cacheDirectory, parts.onTrouble), {
    directory: options.cacheDirectory,
    bounds: settings.cache,
    turns,
    onTrouble: parts.onTrouble,
    now: Date.now,
  });
  const place = { root: rootDirectory, cacheDirectory: options.cacheDirectory };
  const darkroom = createDistantDarkroom(parts.askDarkroom, place, pictures);
  const albums = createAlbums({
    storage,
    extensions: pictures.extensions,
    maxDepth: album.maxDepth,
    freshness,
  });
  const photoIndex = createPhotoIndex({
    storage,
    cache,
    darkroom,
    rootIdentity: rootDirectory,
    measureBudgetMs: album.measureBudgetMs,
    measurePatienceMs: album.measurePatienceMs,
    maxKeptPhotos: album.maxKeptPhotos,
    maxFolders: album.maxCachedFolders,
    now: steadyNow,
  });
  const thumbnails = createThumbnails({
    cache,
    darkroom,
    turns,
    rootIdentity: rootDirectory,
    sizesPx: pictures.thumbnailSizesPx,
    recipeVersion: pictures.recipeVersion,
    maxMemoryBytes: pictures.maxMemoryBytes,
    retryAfterSeconds: pictures.retryAfterSeconds,
  });
  const gallery = createGallery({
    storage,
    albums,
    photoIndex,
    thumbnails,
    rootTitle: basename(rootDirectory) || "Photos",
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
  const { allowedHosts } = options;
  const handler = allowedHosts.length === 0 ? gallery : answerOnlyTo(allowedHosts, gallery);
  const deadlines = new Deadlines(steadyNow);
  setInterval(() => {
    deadlines.tick();
    keptFiles.closeIdle();
  }, settings.timeouts.tickMs).unref();
  const formatAccess = ACCESS_FORMATS[options.logFormat];
  const context: ConnectionContext = {
    handler,
    errorResponse,
    limits: { ...settings.http, ...settings.connection },
    timeouts: settings.timeouts,
    deadlines,
    pool: new ChunkPool(settings.connection.readChunkBytes, settings.connection.maxFreeChunks),
    log,
    account(access) {
      tally.answered(access.status, access.contentBytes, access.tookMs);
      log.line(formatAccess(access));
    },
    trustedProxies: new TrustedProxies(options.trustedProxies),
    trace: openTrace(options.trace, { ...settings.log, ...settings.trace }),
    maxShownOctets: settings.trace.maxShownOctets,
    now: Date.now,
    isDraining: parts.isDraining,
  };
  const open = options.proxyProtocol ? openProxiedConnection : openConnection;
  return {
    openConnection: (socket) => open(socket, context),
    survey: () => surveyLibrary(storage, albums),
  };
}
