/**
 * Request → Response: what this site is. Needs no socket and no server.
 */
import { HttpError, unreachable } from "../http/errors.ts";
import { acceptsByName } from "../http/content-negotiation.ts";
import type { FieldLine, Handler, Request, Response } from "../http/message.ts";
import { type AlbumPageSettings, formatAlbumPage } from "./album-page.ts";
import { type ViewParts, viewAlbum, viewPhoto } from "./album-view.ts";
import { INDEX_PAGE } from "./albums.ts";
import { emptyRootPage, unreadableTile } from "./error-page.ts";
import type { FileResponder } from "./file-response.ts";
import { type Freshness, Lasting } from "./lasting.ts";
import { albumPath } from "./links.ts";
import { extensionOf } from "./media-type.ts";
import { FOREVER, ownFileResponse } from "./own-files.ts";
import { FinishedPages } from "./page.ts";
import { formatPhotoPage } from "./photo-page.ts";
import { type RenditionFormat, UnreadablePicture } from "./picture-decoder.ts";
import type { Representation } from "./representation.ts";
import { ALLOW, requestMeaning } from "./request-meaning.ts";
import { bytesResponse, preconditionResponse } from "./responses.ts";
import { type Resource, isPageNumber } from "./routes.ts";
import { ROOT_KEY, type Storage, type StorageKey, childKey, nameOf } from "./storage.ts";
import type { Thumbnail, Thumbnails } from "./thumbnails.ts";

export type GalleryParts = ViewParts & {
  readonly thumbnails: Thumbnails;
  readonly extensions: readonly string[];
  readonly pageSettings: AlbumPageSettings;
  /** The same storage, with its files kept open for a while: what changed is noticed a moment later. */
  readonly keptFiles: Storage;
  readonly fileResponse: FileResponder;
  readonly freshness: Freshness;
  /** Finished album pages in memory: they are large, unlike what else is kept by `freshness`. */
  readonly maxCachedPages: number;
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

  async function handle(request: Request): Promise<Response> {
    const meaning = requestMeaning(request);
    if (meaning.kind === "options") return { status: 204, fields: [ALLOW], content: { kind: "none" } };
    return await respond(request, meaning.key, meaning.resource);
  }

  function respond(request: Request, key: StorageKey, resource: Resource): Promise<Response> | Response {
    switch (resource.kind) {
      case "own-file":
        return ownFileResponse(request, `/${key}`, parts.now());
      case "folder":
        return respondFolder(request, key, resource.page);
      case "thumbnail":
        return respondThumbnail(request, key, resource);
      case "photo-page":
        return respondPhotoPage(request, key);
      case "file":
        return respondFile(request, key, resource.isDownload);
      default:
        return unreachable(resource);
    }
  }

  async function respondFolder(
    request: Request,
    folder: StorageKey,
    page: string | undefined,
  ): Promise<Response> {
    if ((await albums.list(folder)).hasIndexPage) {
      return await respondFile(request, childKey(folder, INDEX_PAGE), false);
    }
    if (page !== undefined && !isPageNumber(page)) throw new HttpError(404, "The album has no such page.");
    const album = await albumPages.get(`${page ?? 1} ${folder}`);
    if (album !== "empty") return await album.respond(request, parts.now());
    if (folder === ROOT_KEY) return emptyRootPage(parts.rootTitle, parts.extensions);
    throw new HttpError(403, "There is no picture in this folder.");
  }

  async function respondFile(request: Request, key: StorageKey, isDownload: boolean): Promise<Response> {
    const file = await parts.keptFiles.open(key);
    if (file.kind === "folder") return redirectToFolder(request, key);
    return await parts.fileResponse(request, file, { name: nameOf(key), nowMs: parts.now(), isDownload });
  }

  async function respondPhotoPage(request: Request, key: StorageKey): Promise<Response> {
    const view = await viewPhoto(parts, key);
    if (view === undefined) return await respondFile(request, key, false);
    return await pages.finish(formatPhotoPage(view, parts.pageSettings)).respond(request, parts.now());
  }

  async function respondThumbnail(
    request: Request,
    key: StorageKey,
    { size, version }: { readonly size: string; readonly version: string | undefined },
  ): Promise<Response> {
    const sizePx = parts.pageSettings.thumbnailSizesPx.find((allowed) => String(allowed) === size);
    if (sizePx === undefined) throw new HttpError(400, "There are no thumbnails of this size.");
    const format = acceptsByName(request.fields.get("accept"), "image/webp") ? "webp" : "jpeg"; // RFC 9110 §12.5.1
    const recalled = await recallThumbnail(key, version, sizePx, format);
    if (recalled !== undefined) return thumbnailResponse(request, recalled, format, true);
    const file = await storage.open(key);
    if (file.kind === "folder") return redirectToFolder(request, key);
    try {
      if (!parts.extensions.includes(extensionOf(nameOf(key))))
        throw new UnreadablePicture("It is no picture.");
      const thumbnail = await thumbnails.get(key, file, sizePx, format);
      return thumbnailResponse(request, thumbnail, format, version === file.stat.version);
    } catch (error) {
      if (error instanceof UnreadablePicture) return unreadableTile();
      throw error;
    } finally {
      await file.close();
    }
  }

  /**
   * From memory, for who names a version: then the file need not be opened, as long as it was still that version a
   * moment ago.
   */
  async function recallThumbnail(
    key: StorageKey,
    version: string | undefined,
    sizePx: number,
    format: RenditionFormat,
  ): Promise<Thumbnail | undefined> {
    if (version === undefined) return undefined;
    const thumbnail = thumbnails.recall(key, version, sizePx, format);
    return thumbnail !== undefined && (await versions.get(key)) === version ? thumbnail : undefined;
  }

  function thumbnailResponse(
    request: Request,
    { bytes, entityTag }: Thumbnail,
    format: RenditionFormat,
    isForever: boolean,
  ): Response {
    const fields: FieldLine[] = [
      ["ETag", entityTag],
      ["Vary", "Accept"], // RFC 9110 §12.5.5
      ["Cache-Control", isForever ? FOREVER : "no-cache"],
    ];
    const validators = { entityTag, lastModifiedMs: undefined };
    const instead = preconditionResponse(request, validators, fields, parts.now());
    return instead ?? bytesResponse([["Content-Type", `image/${format}`], ...fields], bytes);
  }

  return handle;
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
