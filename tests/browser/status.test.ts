/**
 * The page for who runs the server, in a real browser: on a desktop and on a phone, light and dark.
 */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { startServer } from "../support/server.ts";
import { createTemporaryAlbum } from "../support/temporary-album.ts";

/** Where Debian puts it. */
const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
const QUIET_FLAGS = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];

const PATIENCE = { timeout: 20_000, interval: 100 };

const SCREENS = [
  { name: "a desktop", viewport: { width: 1280, height: 900 }, colorScheme: "light" },
  { name: "a phone", viewport: { width: 360, height: 740 }, isMobile: true, colorScheme: "dark" },
] as const;

const isMissing = !existsSync(CHROMIUM);
if (isMissing && process.env["REQUIRE_ALL_TESTS"] !== undefined) throw new Error(`There is no ${CHROMIUM}.`);

describe.skipIf(isMissing)(`in ${CHROMIUM}`, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...QUIET_FLAGS] });
  });

  afterAll(async () => {
    await browser.close();
  });

  test.each(SCREENS)("the status page fits on $name, obeys its policy, and comes again", async (screen) => {
    const album = await createTemporaryAlbum({ "note.txt": "just a note\n" });
    const server = await startServer({ root: album.path, args: ["--admin", "0"] });
    const link = /^status at (\S+)$/m.exec(server.stdout())?.[1] ?? "";
    const context = await browser.newContext(screen);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });

    await page.goto(new URL("/", link).href);
    expect(page.url()).toBe(link);
    expect(await page.title()).toBe("serving · share-my-photos");
    expect(await page.locator("tbody tr").count()).toBe(2);
    const isWider = "document.documentElement.scrollWidth > window.innerWidth";
    expect(await page.evaluate(isWider)).toBe(false);
    const paper = await page.evaluate("getComputedStyle(document.body).backgroundColor"); // so its style was let through
    expect(paper).toBe(screen.colorScheme === "dark" ? "rgb(19, 20, 22)" : "rgb(255, 255, 255)");

    await fetch(`http://127.0.0.1:${server.port}/note.txt`);
    const requests = page.locator(".now dd").nth(1);
    await vi.waitFor(async () => expect(await requests.textContent()).toBe("1"), PATIENCE); // by itself
    expect(complaints).toEqual([]);
    await context.close();
  });
});
