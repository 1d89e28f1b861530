/**
 * Are the answers right? Asked before a speed is believed: nothing is as fast as an error page.
 */
import sharp from "sharp";
import { type CrawledPage, readPage } from "./crawl.ts";
import { type Answer, get } from "./get.ts";
import type { Library } from "./library.ts";

/**
 * @returns the root page
 * @throws Error that says what is wrong with it
 */
export async function checkRootPage(baseUrl: string, library: Library, signal: AbortSignal): Promise<Answer> {
  const answer = await get(`${baseUrl}/`, signal);
  if (answer.status !== 200) throw new Error(`the root page was answered with ${answer.status}`);
  if (answer.promisedBytes !== answer.body.length) {
    throw new Error(`Content-Length was ${answer.promisedBytes}, but ${answer.body.length} bytes came`);
  }
  // Names are compared decoded: which characters of a path need encoding is the server's choice.
  const links = new Set(readPage("/", answer.body.toString("utf8")).albumPaths.map(decode));
  for (const path of library.topAlbumPaths) {
    if (!links.has(decode(path))) throw new Error(`the root page has no link to ${decode(path)}`);
  }
  return answer;
}

/** @throws Error if the peer does not serve the very bytes we serve */
export async function checkSameBytes(baseUrl: string, page: Answer, signal: AbortSignal): Promise<void> {
  const answer = await get(`${baseUrl}/`, signal);
  if (answer.status !== 200) throw new Error(`the page was answered with ${answer.status}`);
  if (!answer.body.equals(page.body)) throw new Error("it does not serve the same bytes");
}

/**
 * Decodes every thumbnail of the first album that has no albums in it. All photos of the sample library are larger
 * than they are shown, so the longest side of a thumbnail is the size its link promises.
 *
 * @throws Error if one has not the size that its link promises, or is no picture
 */
export async function checkThumbnails(
  baseUrl: string,
  pages: readonly CrawledPage[],
  signal: AbortSignal,
): Promise<void> {
  const album = pages.find(
    (page) =>
      page.thumbnails.length > 0 &&
      page.albumPaths.every((path) => path === page.path || page.path.startsWith(path)),
  );
  if (album === undefined) throw new Error("there is no album with thumbnails");
  for (const { path, sizePx } of album.thumbnails) {
    const { status, promisedBytes, body } = await get(`${baseUrl}${path}`, signal);
    if (status !== 200 || promisedBytes !== body.length) {
      throw new Error(`${path} was answered with ${status} and ${body.length} of ${promisedBytes} bytes`);
    }
    const { info } = await sharp(body).raw().toBuffer({ resolveWithObject: true });
    if (Math.max(info.width, info.height) !== sizePx) {
      throw new Error(`${path} is ${info.width} x ${info.height} pixels`);
    }
  }
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
