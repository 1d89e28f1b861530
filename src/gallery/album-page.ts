/**
 * Album → HTML: cards for its albums, justified rows for its photos.
 */
import { type Html, displayName, html } from "./html.ts";
import { albumPagePath, albumPath, filePath, photoPath, thumbnailPath } from "./links.ts";
import { breadcrumbs, formatPage } from "./page.ts";
import type { Measurement } from "./photo-index.ts";
import type { FileStat, StorageKey } from "./storage.ts";
import { nameOf } from "./storage.ts";
import { count, dateRange, fileSize } from "./words.ts";

export type PhotoTile = {
  readonly key: StorageKey;
  readonly stat: FileStat;
  /** Undefined while it has not been measured. */
  readonly measurement: Measurement | undefined;
};

export type AlbumCard = {
  readonly key: StorageKey;
  readonly photoCount: number;
  readonly cover: AlbumCover | undefined;
};

export type AlbumCover = { readonly key: StorageKey; readonly version: string };

/** One page of an album; what is not on it is only counted. */
export type AlbumView = {
  readonly key: StorageKey;
  readonly title: string;
  readonly rootTitle: string;
  /** Here and in all albums below. */
  readonly photoCount: number;
  /** Right below. */
  readonly albumCount: number;
  readonly cards: readonly AlbumCard[];
  readonly tiles: readonly PhotoTile[];
  /** Whether `tiles` are all photos there are: only then their sizes and dates are the album's. */
  readonly isComplete: boolean;
  readonly page: number;
  readonly pageCount: number;
};

export type AlbumPageSettings = {
  readonly thumbnailSizesPx: readonly number[];
  readonly eagerThumbnails: number;
  readonly minRatio: number;
  readonly maxRatio: number;
  readonly unknownRatio: number;
};

/** Height of a row that need not be stretched, as in the stylesheet; rows grow by up to a third or so. */
const ROW_HEIGHT_PX = 220;
const ROW_STRETCH = 1.5;
const PHONE_ROW_HEIGHT_VW = 40;

/** As the grid of the stylesheet makes them: two in a row on a phone. */
const COVER_SIZES = "(max-width: 700px) 45vw, 260px";

export function formatAlbumPage(view: AlbumView, settings: AlbumPageSettings): Buffer {
  const isEager = (index: number): boolean => index < settings.eagerThumbnails;
  const cards = view.cards.map((card, i) => formatCard(card, isEager(i), settings));
  const tiles = view.tiles.map((tile, i) => formatTile(tile, isEager(view.cards.length + i), settings));
  return formatPage(
    view.title,
    html`<header>
${breadcrumbs(view.key, view.rootTitle)}
<h1><bdi>${view.title}</bdi></h1>
<p class="about">${aboutAlbum(view)}</p>
</header>
<main id="content">
${cards.length > 0 ? html`<ul class="albums" aria-label="Albums">${cards}</ul>` : undefined}
${tiles.length > 0 ? html`<ul class="photos" aria-label="Photos">${tiles}</ul>` : undefined}
${view.pageCount > 1 ? formatPager(view) : undefined}
</main>`,
  );
}

/** "93 photos, 2 albums, 1.2 GB, May 3 – 9, 2021": what is known without looking at every file there is. */
function aboutAlbum(view: AlbumView): string {
  const parts = [count(view.photoCount, "photo", "photos")];
  if (view.albumCount > 0) parts.push(count(view.albumCount, "album", "albums"));
  if (view.isComplete && view.tiles.length > 0) {
    parts.push(fileSize(view.tiles.reduce((sum, { stat }) => sum + stat.sizeBytes, 0)));
    const dates = view.tiles.flatMap(({ measurement }) =>
      measurement?.kind === "measured" && measurement.takenMs !== undefined ? [measurement.takenMs] : [],
    );
    if (dates.length > 0) parts.push(dateRange(Math.min(...dates), Math.max(...dates)));
  }
  return parts.join(", ");
}

function formatCard(
  { key, photoCount, cover }: AlbumCard,
  isEager: boolean,
  settings: AlbumPageSettings,
): Html {
  const name = displayName(nameOf(key));
  return html`<li><a href="${albumPath(key)}">
${cover === undefined ? html`<span class="no-cover"></span>` : formatCover(cover, isEager, settings)}
<span class="name"><bdi>${name}</bdi></span> <span class="count">${count(photoCount, "photo", "photos")}</span></a></li>
`;
}

function formatCover(cover: AlbumCover, isEager: boolean, settings: AlbumPageSettings): Html {
  const [small = "", large = ""] = settings.thumbnailSizesPx.map((sizePx) =>
    thumbnailPath(cover.key, sizePx, cover.version),
  );
  const [smallPx = 0, largePx = 0] = settings.thumbnailSizesPx;
  return html`<img src="${small}" srcset="${small} ${smallPx}w, ${large} ${largePx}w" sizes="${COVER_SIZES}" alt="" decoding="async"${loading(isEager)}>`;
}

function formatTile(
  { key, stat, measurement }: PhotoTile,
  isEager: boolean,
  settings: AlbumPageSettings,
): Html {
  const name = displayName(nameOf(key));
  if (measurement?.kind === "unreadable") {
    return html`<li style="--r:${settings.unknownRatio}"><a class="unreadable" href="${photoPath(key)}"><bdi>${name}</bdi><span>This picture cannot be shown.</span></a></li>
`;
  }
  const ratio = shownRatio(measurement, settings);
  const tileSizes = settings.thumbnailSizesPx.slice(0, 2); // the largest one is for a page of its own
  const { src, srcset } = thumbnailSources(key, stat.version, measurement, tileSizes);
  const phoneWidth = Math.min(100, Math.round(ratio * PHONE_ROW_HEIGHT_VW));
  const sizes = `(max-width: 700px) ${phoneWidth}vw, ${Math.round(ratio * ROW_HEIGHT_PX * ROW_STRETCH)}px`;
  return html`<li style="--r:${ratio}"><a href="${photoPath(key)}"><img src="${src}" srcset="${srcset}" sizes="${sizes}" alt="${name}" title="${name}" decoding="async"${loading(isEager)}></a></li>
`;
}

function loading(isEager: boolean): Html {
  return isEager ? html` fetchpriority="high"` : html` loading="lazy"`;
}

/** Width / height of the tile, rounded to what a browser can tell apart. */
function shownRatio(measurement: Measurement | undefined, settings: AlbumPageSettings): number {
  if (measurement?.kind !== "measured") return settings.unknownRatio;
  const ratio = measurement.widthPx / measurement.heightPx;
  return Number(Math.min(settings.maxRatio, Math.max(settings.minRatio, ratio)).toFixed(4));
}

/**
 * The same photo in several sizes, each with the width it really has: a rendition fits in a square and is never
 * enlarged, so of a small or upright photo it is narrower than its name says.
 */
export function thumbnailSources(
  key: StorageKey,
  version: string,
  measurement: Measurement | undefined,
  sizesPx: readonly number[],
): { src: string; srcset: string } {
  const widths = new Map<number, string>();
  for (const sizePx of sizesPx) {
    const widthPx = measurement?.kind === "measured" ? renditionWidth(measurement, sizePx) : sizePx;
    if (!widths.has(widthPx)) widths.set(widthPx, thumbnailPath(key, sizePx, version));
  }
  const [smallest = filePath(key)] = widths.values();
  return { src: smallest, srcset: [...widths].map(([widthPx, path]) => `${path} ${widthPx}w`).join(", ") };
}

function renditionWidth(
  { widthPx, heightPx }: { widthPx: number; heightPx: number },
  sizePx: number,
): number {
  const scale = Math.min(1, sizePx / Math.max(widthPx, heightPx));
  return Math.max(1, Math.round(widthPx * scale));
}

function formatPager({ key, page, pageCount }: AlbumView): Html {
  const link = (to: number, relation: string, label: string): Html | undefined =>
    to < 1 || to > pageCount
      ? undefined
      : html`<a class="button" rel="${relation}" href="${albumPagePath(key, to)}">${label}</a>`;
  return html`<nav class="pager" aria-label="Pages">${link(page - 1, "prev", "Previous")}<span>Page ${page} of ${pageCount}</span>${link(page + 1, "next", "Next")}</nav>`;
}
