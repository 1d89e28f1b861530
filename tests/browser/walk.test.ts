/**
 * One walk through the gallery in a real browser: album, thumbnails, photo, back. On a desktop and on a phone.
 */
import { existsSync } from "node:fs";
import { type Browser, type Page, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeSampleLibrary } from "../../demo/sample-library.ts";
import { startServer } from "../support/server.ts";
import { createTemporaryFolder } from "../support/temporary-album.ts";

/** For a thumbnail to be made and shown on a machine that is busy with other tests. */
const IMAGE_MS = 15_000;

/** Where Debian puts it. */
const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
const QUIET_FLAGS = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** An album of the sample library that holds photos itself, and whose name must be escaped to link to it. */
const ALBUM = "Balloons #1-50";

const SCREENS = {
  "a desktop": { viewport: { width: 1280, height: 900 } },
  "a phone": { viewport: { width: 390, height: 844 }, deviceScaleFactor: 3, isMobile: true, hasTouch: true },
};

const isMissing = !existsSync(CHROMIUM);
if (isMissing && process.env["REQUIRE_ALL_TESTS"] !== undefined) throw new Error(`There is no ${CHROMIUM}.`);

describe.skipIf(isMissing)(`in ${CHROMIUM}`, () => {
  let browser: Browser;
  let origin: string;

  beforeAll(async () => {
    const photos = await createTemporaryFolder("file");
    await makeSampleLibrary(photos, { scale: 0.2 });
    const { port } = await startServer({ root: photos, lifetime: "file" });
    origin = `http://127.0.0.1:${port}`;
    browser = await chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...QUIET_FLAGS] });
  });

  afterAll(async () => {
    await browser.close();
  });

  for (const [name, screen] of Object.entries(SCREENS)) {
    test(`an album opens, its thumbnails load, a photo opens, and back leads back, on ${name}`, async () => {
      const context = await browser.newContext({ ...screen, javaScriptEnabled: true });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("console", (message) => {
        if (message.type() === "error") complaints.push(message.text());
      });
      await watchLayoutShift(page);

      await page.goto(`${origin}/`);
      await expectImagesLoaded(page, ".albums img");
      await page.locator(".albums a", { hasText: ALBUM }).click();
      await expectImagesLoaded(page, ".photos img");
      const album = page.url();
      expect(await layoutShift(page)).toBe(0);
      expect(await isWiderThanScreen(page)).toBe(false);

      await page.locator(".photos a").first().click();
      await page.waitForURL(/\?view$/);
      await expectImagesLoaded(page, ".photo img");
      expect(await page.title()).toMatch(/\.(?:jpe?g|png|webp|avif)$/);
      expect(await isWiderThanScreen(page)).toBe(false);

      await page.getByRole("link", { name: "Next", exact: true }).click();
      await expectImagesLoaded(page, ".photo img");
      await page.goBack();
      await page.goBack();
      expect(page.url()).toBe(album);
      await expectImagesLoaded(page, ".photos img");
      expect(complaints).toEqual([]);
      await context.close();
    });
  }

  test("everything works without JavaScript", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${origin}/`);
    await page.locator(".albums a", { hasText: ALBUM }).click();
    await page.locator(".photos a").first().click();
    await page.waitForURL(/\?view$/);
    const source = await page.locator(".photo img").getAttribute("src");
    const picture = await page.request.get(new URL(source ?? "", origin).href);
    expect(picture.headers()["content-type"]).toMatch(/^image\//);
    await context.close();
  });
});

/** Scrolls to each, as lazy ones load only then, and waits until it has pixels. */
async function expectImagesLoaded(page: Page, selector: string): Promise<void> {
  const images = page.locator(selector);
  await images.first().waitFor();
  for (const image of await images.all()) {
    await image.scrollIntoViewIfNeeded();
    await expect.poll(() => image.evaluate(hasPixels), { timeout: IMAGE_MS }).toBe(true);
  }
}

/** What runs in the page; the browser's types are not ours. */
function hasPixels(element: unknown): boolean {
  const image = element as { readonly complete: boolean; readonly naturalWidth: number };
  return image.complete && image.naturalWidth > 0;
}

async function watchLayoutShift(page: Page): Promise<void> {
  await page.addInitScript(`
    window.layoutShift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.layoutShift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
  `);
}

async function layoutShift(page: Page): Promise<number> {
  return await page.evaluate<number>("window.layoutShift");
}

async function isWiderThanScreen(page: Page): Promise<boolean> {
  return await page.evaluate<boolean>("document.documentElement.scrollWidth > window.innerWidth");
}
