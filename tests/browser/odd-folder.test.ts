/**
 * Folders that are odd, or mean harm, in a real browser: photos of any name can be seen and clicked on, and nothing that
 * lies in the folder runs in the gallery's origin.
 */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { type RequestListener, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Browser, type Page, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { releaseAfter } from "../support/lifetime.ts";
import { type Server, startServer } from "../support/server.ts";
import { type TemporaryAlbum, createTemporaryAlbum, makePicture } from "../support/temporary-album.ts";

const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
const QUIET_FLAGS = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];

const PATIENCE = { timeout: 20_000 };
/** A dozen pages, on a machine that is busy with other tests. */
const LONG = { timeout: 60_000 };

const ODD_NAMES = [
  " leading and trailing ",
  "line\nbreak, tab\tand return\r",
  "'single', \"double\" & `back`",
  "<script>document.title = 'run'<script>",
  "'><img src=x onerror=alert(1)>",
  "100% #1? ;,=+ [] {} ^|~",
  "%2e%2e%2f %00 %",
  "\u202egpj.exe",
  "\u001b[31m\u0085\u2028",
  "\u00e9",
  "e\u0301",
  "photo.png?size=320&v=1",
  "a".repeat(251),
];

/** "ÿ" in Latin-1: no UTF-8. */
const NO_UTF8 = Buffer.from([0xff, 0x2e, 0x70, 0x6e, 0x67]);

const isMissing = !existsSync(CHROMIUM);
if (isMissing && process.env["REQUIRE_ALL_TESTS"] !== undefined) throw new Error(`There is no ${CHROMIUM}.`);

describe.skipIf(isMissing)(`in ${CHROMIUM}`, () => {
  let browser: Browser;
  let album: TemporaryAlbum;
  let server: Server;
  let origin: string;

  beforeAll(async () => {
    const picture = await makePicture({ format: "png", widthPx: 300, heightPx: 200 });
    album = await createTemporaryAlbum({}, "file");
    for (const name of ODD_NAMES) await album.add(`names/${name}.png`, picture);
    await writeFile(Buffer.concat([Buffer.from(`${album.path}/names/`), NO_UTF8]), picture);
    for (const [name, content] of Object.entries(HARMFUL)) await album.add(`harm/${name}`, content);
    await album.add("harm/photo.png", picture);
    await album.add("site/index.html", HARMFUL["page.html"]);
    server = await startServer({ root: album.path, workers: 1, lifetime: "file" }); // its log is in order
    origin = `http://127.0.0.1:${server.port}`;
    browser = await chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...QUIET_FLAGS] });
  });

  afterAll(async () => {
    await browser.close();
  });

  test(
    "photos of any name have their picture, and what is clicked on leads to each of them",
    LONG,
    async () => {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on("dialog", (dialog) => complaints.push(dialog.message()));
      page.on("console", (message) => {
        if (message.type() === "error") complaints.push(message.text());
      });
      await page.goto(`${origin}/names/`);
      await page.locator(".photos li").last().scrollIntoViewIfNeeded(); // lazy ones load as well
      await expectPixels(page, ".photos img", ODD_NAMES.length + 1);
      await page.locator(".photos a").first().click();
      const titles: string[] = [];
      for (;;) {
        await expectPixels(page, ".photo img", 1);
        titles.push(await page.title());
        const original = await page.locator(".actions a").first().getAttribute("href");
        expect((await page.request.get(new URL(original ?? "", origin).href)).status()).toBe(200);
        const next = page.getByRole("link", { name: "Next", exact: true });
        if ((await next.count()) === 0) break;
        await next.click();
      }
      expect(new Set(titles).size).toBe(ODD_NAMES.length + 1);
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  test("what lies in the folder runs nothing when a visitor opens it, and leads nowhere", async () => {
    const targets = [...Object.keys(HARMFUL).map((name) => `/harm/${name}`), "/site/"];
    const context = await browser.newContext();
    await Promise.all(
      targets.map(async (target) => {
        const page = await context.newPage();
        await page.goto(origin + target).catch(() => undefined); // what cannot be shown is downloaded
        await page.waitForLoadState("networkidle");
      }),
    );
    const asked = await targetsAskedFor(server);
    expect(asked).toEqual(expect.arrayContaining(targets));
    expect(asked.filter((target) => target.startsWith("/ran"))).toEqual([]);
    expect(await context.cookies()).toEqual([]);
    await context.close();
  });

  test("the same files, served as they are by somebody else, do run: what is looked for can be seen", async () => {
    const seen: string[] = [];
    const port = await serveCarelessly(seen);
    for (const name of ["page.html", "drawing.svg", "page.xhtml"]) {
      seen.length = 0;
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${port}/${name}`);
      await expect.poll(() => seen, PATIENCE).toContain("/ran?photo=200");
      await page.close();
    }
  });

  test("no page elsewhere shows the gallery in a frame", async () => {
    const port = await listen((_, response) => {
      response.setHeader("Content-Type", "text/html");
      response.end(`<iframe src="${origin}/names/"></iframe>`);
    });
    const page = await browser.newPage();
    const complaint = page.waitForEvent("console", (message) => /frame-ancestors/.test(message.text()));
    await page.goto(`http://127.0.0.1:${port}/`);
    await complaint;
    expect(await page.frameLocator("iframe").locator(".photos").count()).toBe(0);
    await page.close();
  });
});

/** Reads a photo by script, and says so in a request that stands in the log. */
const SCRIPT = `
  fetch("/harm/photo.png").then((photo) => fetch("/ran?photo=" + photo.status), () => fetch("/ran?refused"));
  document.cookie = "stolen=1";
`;

const HARMFUL = {
  "page.html": `<!doctype html><title>harm</title><script>${SCRIPT}</script>
    <meta http-equiv="refresh" content="0; url=/ran?refresh"><body onload='${SCRIPT}'>
    <form action="/ran?form"><input autofocus onfocus="this.form.submit()"></form>`,
  "page.xhtml": `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>harm</title><script>${SCRIPT}</script></head><body/></html>`,
  "drawing.svg": `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>${SCRIPT}</script></svg>`,
  "feed.xml": `<html xmlns="http://www.w3.org/1999/xhtml"><script>${SCRIPT}</script></html>`,
  "page.jpg": `<!doctype html><script>${SCRIPT}</script>`,
  "page.txt": `<!doctype html><script>${SCRIPT}</script>`,
  page: `<!doctype html><script>${SCRIPT}</script>`,
  "code.js": SCRIPT,
};

async function expectPixels(page: Page, selector: string, count: number): Promise<void> {
  const images = page.locator(selector);
  await expect.poll(() => images.evaluateAll(countWithPixels), PATIENCE).toBe(count);
}

/** What runs in the page; the browser's types are not ours. */
function countWithPixels(elements: unknown[]): number {
  const images = elements as { readonly complete: boolean; readonly naturalWidth: number }[];
  return images.filter(({ complete, naturalWidth }) => complete && naturalWidth > 0).length;
}

/** As the log has them, once it has a request of our own that comes last. */
async function targetsAskedFor(server: Server): Promise<string[]> {
  await fetch(`http://127.0.0.1:${server.port}/last`);
  await expect.poll(() => server.log(), PATIENCE).toContain('"GET /last ');
  return Array.from((await server.log()).matchAll(/"GET (\S+) HTTP/g), ([, target = ""]) => target);
}

/** Sends what is harmful without a word of how to treat it. @param seen targets that were asked for */
function serveCarelessly(seen: string[]): Promise<number> {
  return listen(({ url = "" }, response) => {
    seen.push(url);
    const name = url.slice(1) as keyof typeof HARMFUL;
    const types: Record<string, string> = {
      html: "text/html",
      xhtml: "application/xhtml+xml",
      svg: "image/svg+xml",
    };
    response.setHeader("Content-Type", types[name.slice(name.indexOf(".") + 1)] ?? "text/plain");
    response.end(HARMFUL[name]);
  });
}

async function listen(answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  releaseAfter("test", () => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
