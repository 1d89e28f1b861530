/**
 * What a path and its query mean: one list, read from top to bottom, and the first that matches answers.
 *
 *     /-/app.0123456789ab.css      one of our own files
 *     /2021/Iceland/a.jpg?size=320 a thumbnail
 *     /2021/Iceland/a.jpg?view     a photo on a page of its own
 *     /2021/Iceland/               an album, or the index.html of a folder
 *     /2021/Iceland/a.jpg          a file as it is
 */
/** The first segment of the paths of our own files. A folder of that name in the root cannot be reached. */
export const RESERVED_NAME = "-";

export type Resource =
  | { readonly kind: "own-file" }
  | { readonly kind: "thumbnail"; readonly size: string; readonly version: string | undefined }
  | { readonly kind: "photo-page" }
  | { readonly kind: "folder"; readonly page: string | undefined }
  | { readonly kind: "file"; readonly isDownload: boolean };

type Route = {
  readonly matches: (path: Path, query: URLSearchParams) => boolean;
  readonly resource: (query: URLSearchParams) => Resource;
};

type Path = { readonly firstName: string | undefined; readonly isFolder: boolean };

const ROUTES: readonly Route[] = [
  {
    matches: ({ firstName }) => firstName === RESERVED_NAME,
    resource: () => ({ kind: "own-file" }),
  },
  {
    matches: ({ isFolder }) => isFolder,
    resource: (query) => ({ kind: "folder", page: query.get("page") ?? undefined }),
  },
  {
    matches: (_, query) => query.has("size"),
    resource: (query) => ({
      kind: "thumbnail",
      size: query.get("size") ?? "",
      version: query.get("v") ?? undefined,
    }),
  },
  {
    matches: (_, query) => query.has("view"),
    resource: () => ({ kind: "photo-page" }),
  },
  {
    matches: () => true,
    resource: (query) => ({ kind: "file", isDownload: query.has("download") }),
  },
];

/** @param query undecoded, without its "?"; undefined for none */
export function findResource(path: Path, query: string | undefined): Resource {
  const parameters = new URLSearchParams(query ?? "");
  const route = ROUTES.find(({ matches }) => matches(path, parameters));
  if (route === undefined) throw new Error("The last route matches everything.");
  return route.resource(parameters);
}

/** From 1, and without zeros before it: a page has one URL. */
export function isPageNumber(text: string): boolean {
  return /^[1-9]\d{0,5}$/.test(text);
}
