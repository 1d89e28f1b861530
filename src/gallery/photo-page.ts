/**
 * Photo → HTML: the picture as large as the window, its neighbours, and what is known of it.
 */
import { thumbnailSources } from "./album-page.ts";
import { type Html, displayName, html } from "./html.ts";
import { albumPagePath, filePath, photoPath } from "./links.ts";
import { breadcrumbs, formatPage } from "./page.ts";
import type { Measurement } from "./photo-index.ts";
import { type FileStat, ROOT_KEY, type StorageKey, nameOf, parentKey } from "./storage.ts";
import { dateAndTime, fileSize } from "./words.ts";

export type PhotoView = {
  readonly key: StorageKey;
  readonly stat: FileStat;
  readonly measurement: Measurement | undefined;
  readonly rootTitle: string;
  /** The page of its album that it stands on, from 1. */
  readonly albumPage: number;
  /** Of all photos of its album, from 1. */
  readonly position: number;
  readonly photoCount: number;
  readonly previous: StorageKey | undefined;
  readonly next: StorageKey | undefined;
};

export type PhotoPageSettings = {
  readonly thumbnailSizesPx: readonly number[];
  readonly unknownRatio: number;
};

export function formatPhotoPage(view: PhotoView, settings: PhotoPageSettings): Buffer {
  const name = displayName(nameOf(view.key));
  const album = parentKey(view.key) ?? ROOT_KEY;
  return formatPage(
    name,
    html`<header>
${breadcrumbs(view.key, view.rootTitle)}
<h1><bdi>${name}</bdi></h1>
</header>
<main id="content" class="photo">
<figure class="frame">${formatPicture(view, name, settings)}</figure>
<nav class="around" aria-label="Photos">
${neighbour(view.previous, "prev", "Previous")}
<span class="place">${view.position} of ${view.photoCount}</span>
${neighbour(view.next, "next", "Next")}
</nav>
<dl class="details">${details(view).map(([term, text]) => html`<dt>${term}</dt><dd>${text}</dd>`)}</dl>
<p class="actions">
<a class="button" href="${filePath(view.key)}">Open the original</a>
<a class="button" href="${filePath(view.key)}?download" download>Download</a>
<a class="button" href="${albumPagePath(album, view.albumPage)}">Back to the album</a>
</p>
</main>`,
  );
}

function formatPicture(view: PhotoView, name: string, settings: PhotoPageSettings): Html {
  const { key, stat, measurement } = view;
  if (measurement?.kind === "unreadable") {
    return html`<p class="unreadable">This picture cannot be shown. It can be downloaded as it is.</p>`;
  }
  const ratio =
    measurement === undefined ? settings.unknownRatio : measurement.widthPx / measurement.heightPx;
  const largeSizes = settings.thumbnailSizesPx.slice(1);
  const { src, srcset } = thumbnailSources(key, stat.version, measurement, largeSizes);
  return html`<a href="${filePath(key)}"><img src="${src}" srcset="${srcset}" sizes="100vw" style="--r:${ratio.toFixed(4)}" alt="${name}" fetchpriority="high"></a>`;
}

function neighbour(key: StorageKey | undefined, relation: "prev" | "next", label: string): Html {
  return key === undefined
    ? html`<span></span>`
    : html`<a class="button" rel="${relation}" href="${photoPath(key)}">${label}</a>`;
}

function details({ stat, measurement }: PhotoView): [term: string, text: string][] {
  const lines: [string, string][] = [];
  if (measurement?.kind === "measured") {
    if (measurement.takenMs !== undefined) lines.push(["Taken", dateAndTime(measurement.takenMs)]);
    lines.push(["Dimensions", `${measurement.widthPx} × ${measurement.heightPx} pixels`]);
  }
  lines.push(["Size", fileSize(stat.sizeBytes)]);
  return lines;
}
