/**
 * Everything there is to see, as a visitor finds it: from the root page from link to link.
 */
import { get } from "./get.ts";

export type CrawledPage = {
  /** Path and query, as the link has them. */
  readonly path: string;
  readonly albumPaths: readonly string[];
  /** Each once, whether as `src` or in a `srcset`. */
  readonly thumbnails: readonly ThumbnailLink[];
};

export type ThumbnailLink = {
  readonly path: string;
  /** `size=` in the query: the longest side, unless the photo is smaller. */
  readonly sizePx: number;
};

/** A library is small; a server that makes up links is not followed for ever. */
const MAX_PAGES = 10_000;

/** @throws Error if a page cannot be had */
export async function crawl(baseUrl: string, signal: AbortSignal): Promise<CrawledPage[]> {
  const pages: CrawledPage[] = [];
  const paths = new Set(["/"]);
  for (const path of paths) {
    const answer = await get(`${baseUrl}${path}`, signal);
    if (answer.status !== 200) throw new Error(`${path} was answered with ${answer.status}`);
    const page = readPage(path, answer.body.toString("utf8"));
    pages.push(page);
    for (const albumPath of page.albumPaths) paths.add(albumPath);
    if (pages.length > MAX_PAGES) throw new Error(`more than ${MAX_PAGES} album pages`);
  }
  return pages;
}

/** @param page HTML of an album */
export function readPage(path: string, page: string): CrawledPage {
  const links = attributeValues(page, "href").filter((link) => /^\/(?:[^?]*\/)?(?:\?page=\d+)?$/.test(link));
  const sources = [
    ...attributeValues(page, "src"),
    ...attributeValues(page, "srcset").flatMap((set) =>
      set.split(/,\s+/).map((candidate) => candidate.replace(/\s.*$/, "")),
    ),
  ];
  const thumbnails = [...new Set(sources)].flatMap((source) => {
    const sizePx = /[?&]size=(\d+)/.exec(source)?.[1];
    return sizePx === undefined ? [] : [{ path: source, sizePx: Number(sizePx) }];
  });
  return { path, albumPaths: [...new Set(links)], thumbnails };
}

function attributeValues(page: string, name: string): string[] {
  return [...page.matchAll(new RegExp(`\\s${name}="([^"]*)"`, "g"))].map(([, value = ""]) =>
    unescapeHtml(value),
  );
}

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

function unescapeHtml(text: string): string {
  return text.replace(/&(#?\w+);/g, (entity, name: string) => ENTITIES[name] ?? entity);
}
