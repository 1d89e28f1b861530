/**
 * Request → Response: what this site is. Needs no socket and no server.
 */
import { HttpError, unreachable } from "../http/errors.ts";
import { acceptsByName } from "../http/content-negotiation.ts";
import type { Client, FieldLine, Handler, Request, Response } from "../http/message.ts";
import { type AlbumPageSettings, formatAlbumPage } from "./album-page.ts";
import { type ViewParts, viewAlbum, viewPhoto } from "./album-view.ts";
import { INDEX_PAGE } from "./albums.ts";
import { emptyRootPage, unreadableTile } from "./error-page.ts";
import type { FileResponder } from "./file-response.ts";
import { type Freshness, Lasting } from "./lasting.ts";
import { albumPath } from "./links.ts";
import { memo } from "./memo.ts";
import { extensionOf } from "./media-type.ts";
import { FOREVER, findOwnFile } from "./own-files.ts";
import { FinishedPages } from "./page.ts";
import { formatPhotoPage } from "./photo-page.ts";
import { type RenditionFormat, UnreadablePicture } from "./picture-decoder.ts";
import type { Representation } from "./representation.ts";
import { ALLOW, requestMeaning } from "./request-meaning.ts";
import { type Answer, RecentAnswers } from "./recent-answers.ts";
import { type Prepared, prepare, respondPrepared } from "./responses.ts";
import { type Resource, isPageNumber } from "./routes.ts";
import { ROOT_KEY, type Storage, type StorageKey, childKey, nameOf } from "./storage.ts";
import type { Thumbnail, Thumbnails } from "./thumbnails.ts";

export type GalleryParts = ViewParts & {
  readonly thumbnails: Thumbnails;
  readonly extensions: readonly string[];
  readonly pageSettings: AlbumPageSettings;
  /** The same storage, with its files kept open for a while: what changed is noticed a moment later. */
  readonly keptFiles: Storage;
  readonly files: FileResponder;
  readonly freshness: Freshness;
  /** Finished album pages in memory: they are large, unlike what else is kept by `freshness`. */
  readonly maxCachedPages: number;
  /** Request targets that are answered without a look, within one tick. */
  readonly maxRecentAnswers: number;
  readonly now: () => number;
};

export function createGallery(parts: GalleryParts): Handler {
  const { storage, albums, thumbnails } = parts;

  const pages = new FinishedPages(parts.maxCachedPages);
  const pageFreshness = { ...parts.freshness, maxAnswers: parts.maxCachedPages };
  const albumPages = new Lasting(pageFreshness, async (name: string): Promise<Representation | "empty"> => {
    const [page = "", ...key] = name.split(" ");
    const view = await viewAlbum(parts, key.join(" ") as StorageKey, Number(page));
    return view === "empty" ? "empty" : pages.finish(formatAlbumPage(view, parts.pageSettings));
  });

  const versions = new Lasting(
    parts.freshness,
    async (file: StorageKey) => (await storage.stat(file))?.version,
  );

  const recentAnswers = new RecentAnswers({ ...parts.freshness, maxAnswers: parts.maxRecentAnswers });

  const chooseFormat = memo(
    (accept): RenditionFormat => (acceptsByName(accept, "image/webp") ? "webp" : "jpeg"), // RFC 9110 §12.5.1
    MAX_KNOWN_ACCEPTS,
  );

  function handle(request: Request, client = WHO_STAYS): Response | Promise<Response> {
    const { method, target } = request;
    const recent = method === "GET" || method === "HEAD" ? recentAnswers.get(target.raw) : undefined;
    return recent?.(request, parts.now()) ?? lookAndRespond(request, client);
  }

  async function lookAndRespond(request: Request, client: Client): Promise<Response> {
    const meaning = requestMeaning(request);
    if (meaning.kind === "options") return { status: 204, fields: [ALLOW], content: { kind: "none" } };
    const remember = recentAnswers.lookingFor(request.target.raw);
    return await respond(request, client, meaning.key, meaning.resource, remember);
  }

  function respond(
    request: Request,
    client: Client,
    key: StorageKey,
    resource: Resource,
    remember: Remember,
  ): Promise<Response> | Response {
    switch (resource.kind) {
      case "own-file":
        return respondRepresentation(request, findOwnFile(`/${key}`).representation, remember);
      case "folder":
        return respondFolder(request, key, resource.page, remember);
      case "thumbnail":
        return respondThumbnail(request, client, key, resource, remember);
      case "photo-page":
        return respondPhotoPage(request, key, remember);
      case "file":
        return respondFile(request, key, resource.isDownload, remember);
      default:
        return unreachable(resource);
    }
  }

  function respondRepresentation(
    request: Request,
    representation: Representation,
    remember: Remember,
  ): Promise<Response> | Response {
    const answer: Answer = (asked, nowMs) => representation.respond(asked, nowMs);
    remember(answer);
    return representation.respond(request, parts.now());
  }

  async function respondFolder(
    request: Request,
    folder: StorageKey,
    page: string | undefined,
    remember: Remember,
  ): Promise<Response> {
    if ((await albums.list(folder)).hasIndexPage) {
      return await respondFile(request, childKey(folder, INDEX_PAGE), false, remember);
    }
    if (page !== undefined && !isPageNumber(page)) throw new HttpError(404, "The album has no such page.");
    const album = await albumPages.get(`${page ?? 1} ${folder}`);
    if (album !== "empty") return await respondRepresentation(request, album, remember);
    if (folder === ROOT_KEY) return emptyRootPage(parts.rootTitle, parts.extensions);
    throw new HttpError(403, "There is no picture in this folder.");
  }

  async function respondFile(
    request: Request,
    key: StorageKey,
    isDownload: boolean,
    remember: Remember,
  ): Promise<Response> {
    const file = await parts.keptFiles.open(key);
    if (file.kind === "folder") return redirectToFolder(request, key);
    const options = { name: nameOf(key), nowMs: parts.now(), isDownload };
    const answer = await parts.files.fromMemory(file.stat, options);
    if (answer !== undefined) remember(answer);
    return await parts.files.respond(request, file, options);
  }

  async function respondPhotoPage(request: Request, key: StorageKey, remember: Remember): Promise<Response> {
    const view = await viewPhoto(parts, key);
    if (view === undefined) return await respondFile(request, key, false, remember);
    const page = pages.finish(formatPhotoPage(view, parts.pageSettings));
    return await respondRepresentation(request, page, remember);
  }

  async function respondThumbnail(
    request: Request,
    client: Client,
    key: StorageKey,
    { size, version }: { readonly size: string; readonly version: string | undefined },
    remember: Remember,
  ): Promise<Response> {
    const sizePx = parts.pageSettings.thumbnailSizesPx.find((allowed) => String(allowed) === size);
    if (sizePx === undefined) throw new HttpError(400, "There are no thumbnails of this size.");
    if (version !== undefined && (await versions.get(key)) === version) {
      const answer = recallThumbnail(key, version, sizePx);
      remember(answer);
      const recalled = answer(request, parts.now());
      if (recalled !== undefined) return recalled;
    }
    const file = await storage.open(key);
    if (file.kind === "folder") return redirectToFolder(request, key);
    try {
      if (!parts.extensions.includes(extensionOf(nameOf(key))))
        throw new UnreadablePicture("It is no picture.");
      const format = chooseFormat(request.fields.get("accept"));
      const thumbnail = await thumbnails.get(key, file, sizePx, format, client);
      return respondPrepared(
        request,
        prepareThumbnail(thumbnail, format, version === file.stat.version),
        parts.now(),
      );
    } catch (error) {
      if (error instanceof UnreadablePicture) return unreadableTile();
      throw error;
    } finally {
      await file.close();
    }
  }

  /** For who names the version that the file has: then it need not be opened, if the thumbnail is in memory. */
  function recallThumbnail(key: StorageKey, version: string, sizePx: number): Answer {
    return (request, nowMs) => {
      const format = chooseFormat(request.fields.get("accept"));
      const thumbnail = thumbnails.recall(key, version, sizePx, format);
      if (thumbnail === undefined) return undefined;
      const prepared = preparedForever.get(thumbnail) ?? prepareThumbnail(thumbnail, format, true);
      preparedForever.set(thumbnail, prepared);
      return respondPrepared(request, prepared, nowMs);
    };
  }

  return handle;
}

type Remember = (answer: Answer) => void;

/** Where nobody can leave. */
const WHO_STAYS: Client = { presence: "waiting", watch: () => () => undefined };

const MAX_KNOWN_ACCEPTS = 200;

/** As it is sent to who names its version, for as long as it is in memory. */
const preparedForever = new WeakMap<Thumbnail, Prepared>();

function prepareThumbnail(
  { bytes, entityTag }: Thumbnail,
  format: RenditionFormat,
  isForever: boolean,
): Prepared {
  const cacheFields: FieldLine[] = [
    ["ETag", entityTag],
    ["Vary", "Accept"], // RFC 9110 §12.5.5
    ["Cache-Control", isForever ? FOREVER : "no-cache"],
  ];
  return prepare(entityTag, cacheFields, [["Content-Type", `image/${format}`]], bytes);
}

/** Visible US-ASCII that may stand in a request-target, as we read it, but not in a URI (RFC 3986 §3.4). */
const NOT_IN_QUERY = /["<>[\]\\^`{|}]/g;

/**
 * RFC 9110 §15.4.2: 301 to the same with a slash. Location (§10.2.2) is path-absolute, built from checked names,
 * whatever Host or path was asked for; so no target URI is put together (RFC 9112 §3.3).
 */
function redirectToFolder(request: Request, folder: StorageKey): Response {
  const { target } = request;
  const asked = "query" in target ? target.query : undefined;
  const query = asked === undefined ? "" : `?${asked.replace(NOT_IN_QUERY, encodeURIComponent)}`;
  return {
    status: 301,
    fields: [["Location", albumPath(folder) + query]],
    content: { kind: "none" },
  };
}
