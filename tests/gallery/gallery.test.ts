import { rm, symlink, utimes } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OWN_FILES } from "../../src/gallery/own-files.ts";
import type { Turns } from "../../src/gallery/turns.ts";
import { HttpError } from "../../src/http/errors.ts";
import type { FieldLine, Handler, Request, Response } from "../../src/http/message.ts";
import { formatResponseHead } from "../../src/http/response-head.ts";
import { settings } from "../../settings.ts";
import { UPRIGHT_CORNERS, cornerColours, encodePicture } from "../support/pictures.ts";
import { get, request, requestOf } from "../support/requests.ts";
import { fill, temporaryFolders } from "../support/temporary-folder.ts";
import { Table, contentOf, createTestGallery, fieldOf, textOf } from "../support/test-gallery.ts";

const temporaryFolder = temporaryFolders();
const NOW = Date.UTC(2026, 2, 1);
const picture = await encodePicture({ taken: "2021:05:03 08:15:30" });

type Site = {
  readonly root: string;
  readonly handler: Handler;
  readonly clock: { nowMs: number };
  /** The response, or the error as one, with whatever is open read and closed. */
  readonly answer: (request: Request) => Promise<Response>;
};

async function createSite(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: { itemsPerPage?: number; turns?: Turns } = {},
): Promise<Site> {
  const root = await temporaryFolder();
  await fill(root, files);
  const clock = { nowMs: NOW };
  const cacheDirectory = await temporaryFolder();
  const handler = await createTestGallery({ root, cacheDirectory, now: () => clock.nowMs, ...options });
  const answer: Site["answer"] = async (asked) => {
    try {
      const response = await handler(asked);
      return { ...response, content: { kind: "bytes", bytes: await contentOf(response) } };
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      return { status: error.status, fields: error.fields, content: { kind: "none" } };
    }
  };
  return { root, handler, clock, answer };
}

const library = {
  "a.jpg": picture,
  "2021/Iceland & more/b.jpg": picture,
  "2021/Iceland & more/c.jpg": picture,
  "2021/notes.txt": "some text",
  "empty/": "",
  "texts/a.txt": "text",
  "site/index.html": "<h1>mine</h1>",
  "site/d.jpg": picture,
  ".hidden/e.jpg": picture,
};

/** The targets of all links and images on a page, as a browser reads them. */
function linksOf(page: string): string[] {
  return [...page.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, link = ""]) => link.replaceAll("&amp;", "&"));
}

describe("what is there", () => {
  test("an album is a page", async () => {
    const { answer } = await createSite(library);
    const response = await answer(get("/"));
    expect(response.status).toBe(200);
    expect(fieldOf(response, "Content-Type")).toBe("text/html; charset=utf-8");
    expect(fieldOf(response, "Cache-Control")).toBe("no-cache");
    expect(fieldOf(response, "X-Content-Type-Options")).toBe("nosniff");
    expect(fieldOf(response, "Content-Security-Policy")).toContain("default-src 'none'");
    expect(await textOf(response)).toContain("Our photos");
  });

  test("an album below has the name of its folder, escaped, and a way up", async () => {
    const { answer } = await createSite(library);
    const page = await textOf(await answer(get("/2021/Iceland%20%26%20more/")));
    expect(page).toContain("<title>Iceland &amp; more</title>");
    expect(linksOf(page)).toEqual(expect.arrayContaining(["/", "/2021/"]));
  });

  test("a file is itself", async () => {
    const { answer } = await createSite(library);
    const response = await answer(get("/a.jpg"));
    expect([response.status, fieldOf(response, "Content-Type")]).toEqual([200, "image/jpeg"]);
    expect((await contentOf(response)).equals(picture)).toBe(true);
    expect(await textOf(await answer(get("/2021/notes.txt")))).toBe("some text");
  });

  test("a file to be saved says so", async () => {
    const { answer } = await createSite(library);
    expect(fieldOf(await answer(get("/a.jpg?download")), "Content-Disposition")).toBe("attachment");
    expect(fieldOf(await answer(get("/a.jpg")), "Content-Disposition")).toBeUndefined();
  });

  test("a thumbnail is a small JPEG, or a WebP for who names it", async () => {
    const { answer } = await createSite(library);
    const jpeg = await answer(get("/a.jpg?size=320", [["Accept", "image/*,*/*"]]));
    expect([jpeg.status, fieldOf(jpeg, "Content-Type"), fieldOf(jpeg, "Vary")]).toEqual([
      200,
      "image/jpeg",
      "Accept",
    ]);
    expect(await cornerColours(await contentOf(jpeg))).toEqual(UPRIGHT_CORNERS);
    const webp = await answer(get("/a.jpg?size=320", [["Accept", "image/avif,image/webp,*/*"]]));
    expect(fieldOf(webp, "Content-Type")).toBe("image/webp");
    expect(fieldOf(webp, "ETag")).not.toBe(fieldOf(jpeg, "ETag"));
  });

  test("a folder with an index.html is that page, in a sandbox", async () => {
    const { answer } = await createSite(library);
    const response = await answer(get("/site/"));
    expect(await textOf(response)).toBe("<h1>mine</h1>");
    expect(fieldOf(response, "Content-Type")).toBe("text/html");
    expect(fieldOf(response, "Content-Security-Policy")).toBe("sandbox");
  });

  test("our own files are there for ever, by the name of their content", async () => {
    const { answer } = await createSite(library);
    for (const [{ path }, mediaType] of [
      [OWN_FILES.stylesheet, "text/css; charset=utf-8"],
      [OWN_FILES.icon, "image/svg+xml"],
    ] as const) {
      const response = await answer(get(path));
      expect([response.status, fieldOf(response, "Content-Type")]).toEqual([200, mediaType]);
      expect(fieldOf(response, "Cache-Control")).toContain("immutable");
    }
    const page = await textOf(await answer(get("/")));
    expect(linksOf(page)).toEqual(expect.arrayContaining([OWN_FILES.stylesheet.path, OWN_FILES.icon.path]));
  });

  test("every link on every page leads somewhere", async () => {
    const { answer } = await createSite(library, { itemsPerPage: 2 });
    const seen = new Set(["/"]);
    for (const link of seen) {
      const response = await answer(get(link));
      expect({ link, status: response.status }).toEqual({ link, status: 200 });
      if (fieldOf(response, "Content-Type") !== "text/html; charset=utf-8") continue;
      for (const next of linksOf(await textOf(response))) if (next.startsWith("/")) seen.add(next);
    }
    expect([...seen]).toEqual(
      expect.arrayContaining(["/2021/Iceland%20%26%20more/c.jpg?view", "/a.jpg?download"]),
    );
    expect(seen.size).toBeGreaterThan(20);
  });

  test("asked for in absolute-form it is the same, whatever the host", async () => {
    const { answer } = await createSite(library);
    expect((await answer(get("http://elsewhere.example/2021/notes.txt"))).status).toBe(200);
    expect((await answer(get("http://elsewhere.example"))).status).toBe(200);
  });

  test("a name of any octets is there", async () => {
    const name = `<b>&"'?#% \u65c5\u202e.jpg`;
    const { answer } = await createSite({ [name]: picture });
    const page = await textOf(await answer(get("/")));
    expect(page).not.toContain("<b>");
    expect(page).not.toContain("\u202e");
    const photoPage = linksOf(page).find((link) => link.endsWith("?view")) ?? "";
    expect((await answer(get(photoPage))).status).toBe(200);
    expect((await contentOf(await answer(get(photoPage.replace("?view", ""))))).equals(picture)).toBe(true);
  });
});

describe("what is not there is 404", () => {
  test.each([
    { target: "/missing.jpg" },
    { target: "/missing/" },
    { target: "/missing.jpg?view" },
    { target: "/missing/a.jpg?view" },
    { target: "/missing.jpg?size=320" },
    { target: "/a.jpg/" },
    { target: "/a.jpg/b" },
    { target: "/.hidden/" },
    { target: "/.hidden/e.jpg" },
    { target: "/%2ehidden/e.jpg?size=320" },
    { target: "/.hidden/e.jpg?view" },
    { target: "/../etc/passwd" },
    { target: "/2021%2fnotes.txt" },
    { target: "//2021/" },
    { target: "/-/" },
    { target: "/-/app.css" },
    { target: "/-" },
    { target: `/${"x".repeat(300)}` },
  ])("$target", async ({ target }) => {
    const { answer } = await createSite(library);
    expect((await answer(get(target))).status).toBe(404);
  });

  test("not even by a link that leads out, whichever way it is asked for", async () => {
    const { answer, root } = await createSite(library);
    const outside = await temporaryFolder();
    await fill(outside, { "secret.jpg": picture });
    await symlink(outside, join(root, "way-out"));
    await symlink(join(outside, "secret.jpg"), join(root, "secret.jpg"));
    for (const target of ["/way-out/", "/way-out", "/way-out/secret.jpg", "/secret.jpg"]) {
      for (const query of ["", "?size=320", "?view", "?download"]) {
        expect({ target, query, status: (await answer(get(target + query))).status }).toEqual({
          target,
          query,
          status: 404,
        });
      }
    }
  });
});

describe("a folder without any picture", () => {
  test("is 403, unlike a name that is missing", async () => {
    const { answer } = await createSite(library);
    expect([(await answer(get("/empty/"))).status, (await answer(get("/texts/"))).status]).toEqual([
      403, 403,
    ]);
  });

  test("but what is in it is there", async () => {
    const { answer } = await createSite(library);
    expect((await answer(get("/texts/a.txt"))).status).toBe(200);
  });

  test("is 403 with a hint, if it is the root", async () => {
    const { answer } = await createSite({});
    const response = await answer(get("/"));
    expect(response.status).toBe(403);
    expect(await textOf(response)).toContain("<code>.jpg</code>");
  });
});

describe("a folder without its slash is 301 to the one with it", () => {
  test.each([
    { target: "/2021", location: "/2021/" },
    { target: "/2021/Iceland%20%26%20more", location: "/2021/Iceland%20%26%20more/" },
    { target: "/%32021", location: "/2021/" },
    { target: "/2021?page=2", location: "/2021/?page=2" },
    { target: "/2021?view", location: "/2021/?view" },
    { target: "/2021?size=320", location: "/2021/?size=320" },
    { target: "http://elsewhere.example/2021", location: "/2021/" },
    { target: "/empty", location: "/empty/" },
  ])("$target", async ({ target, location }) => {
    const { answer } = await createSite(library);
    const response = await answer(get(target));
    expect([response.status, fieldOf(response, "Location")]).toEqual([301, location]);
  });
});

test("whatever the target is, the head of its response has no line that it brought along", async () => {
  const { answer } = await createSite(library);
  const anyText = fc.string({
    unit: fc.constantFrom(..."/2021?&=.%0d%0A%E9\\<>\"':@;x".split("")),
    maxLength: 20,
  });
  const anyTarget = fc
    .tuple(
      fc.constantFrom(
        "/",
        "/2021",
        "/2021/",
        "/2021?",
        "//2021",
        "/a.jpg?",
        "http://elsewhere.example/2021?",
      ),
      anyText,
    )
    .map((parts) => parts.join("").replace(/%(?![\dA-F]{2}|[\da-f]{2})|%00/g, "%25"));
  await fc.assert(
    fc.asyncProperty(anyTarget, async (target) => {
      const { status, fields } = await answer(get(target));
      expect(formatResponseHead(status, fields).split(/\r\n|\r|\n/)).toHaveLength(fields.length + 3);
      const location = fields.find(([name]) => name === "Location")?.[1] ?? "/";
      expect(location).toMatch(/^\/(?!\/)[!-~]*$/); // on this site, whatever the target says
    }),
    { numRuns: 300 },
  );
});

describe("a thumbnail of a size that is not on the list is 400, and costs nothing", () => {
  test.each(
    ["", "1", "321", "0320", "320.0", "3.2e2", "320,640", "-320", "1e9", "%33%32%31"].map((size) => ({
      size,
    })),
  )("size=$size", async ({ size }) => {
    const { answer } = await createSite(library);
    expect((await answer(get(`/a.jpg?size=${size}`))).status).toBe(400);
  });

  test("and every size on the list is there", async () => {
    const { answer } = await createSite(library);
    for (const sizePx of settings.pictures.thumbnailSizesPx) {
      expect((await answer(get(`/a.jpg?size=${sizePx}`))).status).toBe(200);
    }
  });
});

test("a thumbnail is 503 where too many wait, says when to ask again, and is kept by no cache (RFC 9110 §15.6.4, §10.2.3)", async () => {
  const table = new Table(1);
  const { answer } = await createSite({ "a.jpg": picture, "b.jpg": picture }, { turns: table.createTurns() });
  const made = await answer(get("/b.jpg?size=320"));
  const others = table.createTurns();
  const held = await Promise.all(
    Array.from({ length: Table.maxAtOnce }, (_, i) =>
      others.take({ key: `${i}`, after: [], urgency: "usual" }),
    ),
  );
  const waiting = others.take({ key: "one that waits", after: [], urgency: "usual" });
  for (const asked of [get("/a.jpg?size=320"), request("HEAD", "/a.jpg?size=640")]) {
    const refused = await answer(asked);
    expect(refused.status).toBe(503);
    expect(fieldOf(refused, "Retry-After")).toBe(String(settings.pictures.retryAfterSeconds));
    expect(fieldOf(refused, "Cache-Control")).toBe("no-store");
  }
  expect(await answer(get("/b.jpg?size=320"))).toEqual(made); // what is there is served as ever
  expect((await answer(get("/a.jpg"))).status).toBe(200);
  for (const turn of held) if (turn.kind === "mine") turn.done();
  await waiting;
  expect((await answer(get("/a.jpg?size=320"))).status).toBe(200);
});

describe("a thumbnail of what is no picture is 415, with a picture that says so", () => {
  test.each([
    { name: "broken.jpg" },
    { name: "notes.txt" },
    { name: "drawing.svg" },
    { name: "picture.txt" },
  ])("$name", async ({ name }) => {
    const { answer } = await createSite({
      "broken.jpg": "text",
      "notes.txt": "text",
      "drawing.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
      "picture.txt": picture, // by extension first, whatever it holds
    });
    const response = await answer(get(`/${name}?size=320`));
    expect([response.status, fieldOf(response, "Content-Type")]).toEqual([415, "image/svg+xml"]);
  });
});

describe("methods (RFC 9110 §9)", () => {
  test.each(["POST", "PUT", "DELETE", "TRACE", "PATCH"].map((method) => ({ method })))(
    "$method is known and not allowed: 405 with Allow",
    async ({ method }) => {
      const { answer } = await createSite(library);
      const response = await answer(request(method, "/a.jpg"));
      expect([response.status, fieldOf(response, "Allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
    },
  );

  test("CONNECT is 405 too, though its target is none of ours", async () => {
    const { answer } = await createSite(library);
    expect((await answer(request("CONNECT", "www.example.com:80"))).status).toBe(405);
  });

  test.each(["BREW", "get", "PROPFIND", "!"].map((method) => ({ method })))(
    "$method is unknown: 501",
    async ({ method }) => {
      const { answer } = await createSite(library);
      expect((await answer(request(method, "/a.jpg"))).status).toBe(501);
    },
  );

  test.each(["*", "/", "/a.jpg", "/missing"].map((target) => ({ target })))(
    "OPTIONS $target is 204 with Allow",
    async ({ target }) => {
      const { answer } = await createSite(library);
      const response = await answer(request("OPTIONS", target));
      expect([response.status, fieldOf(response, "Allow")]).toEqual([204, "GET, HEAD, OPTIONS"]);
    },
  );

  test("HEAD has the status and the fields of GET", async () => {
    const { answer } = await createSite(library);
    for (const target of ["/", "/a.jpg", "/a.jpg?view", "/a.jpg?size=320", "/2021", "/site/"]) {
      const [head, got] = [await answer(request("HEAD", target)), await answer(get(target))];
      expect([target, head.status, head.fields]).toEqual([target, got.status, got.fields]);
    }
  });
});

describe("who has it already gets 304, with the tag and how to keep it", () => {
  for (const target of ["/", "/2021/", "/a.jpg?view", "/a.jpg?size=320", "/a.jpg", "/site/"]) {
    test(`${target} again`, async () => {
      const { answer } = await createSite(library);
      const first = await answer(get(target));
      const entityTag = fieldOf(first, "ETag") ?? "";
      expect(entityTag).toMatch(/^"[\x21\x23-\x7e]+"$/);
      for (const tags of [entityTag, `W/${entityTag}`, `"other", ${entityTag}`, "*"]) {
        const again = await answer(get(target, [["If-None-Match", tags]]));
        expect(again.status).toBe(304);
        expect((await contentOf(again)).length).toBe(0);
        for (const name of ["ETag", "Cache-Control", "Vary"]) {
          expect([name, fieldOf(again, name)]).toEqual([name, fieldOf(first, name)]);
        }
      }
      expect((await answer(get(target, [["If-None-Match", '"other"']]))).status).toBe(200);
    });

    test(`${target}, and 412 for who wants another one only (RFC 9110 §13.1.1)`, async () => {
      const { answer } = await createSite(library);
      expect((await answer(get(target, [["If-Match", '"other"']]))).status).toBe(412);
      expect((await answer(get(target, [["If-Match", "*"]]))).status).toBe(200);
    });
  }
});

describe("a page changes with what it shows", () => {
  test("a second later, and its tag with it", async () => {
    const { answer, root, clock } = await createSite({ "a.jpg": picture });
    const before = await answer(get("/"));
    await fill(root, { "b.jpg": picture });
    expect(fieldOf(await answer(get("/")), "ETag")).toBe(fieldOf(before, "ETag"));
    clock.nowMs += 1_000;
    const after = await answer(get("/"));
    expect(fieldOf(after, "ETag")).not.toBe(fieldOf(before, "ETag"));
    expect(linksOf(await textOf(after))).toContain("/b.jpg?view");
  });

  test("and so do the addresses of thumbnails, which may be kept for ever", async () => {
    const { answer, root, clock } = await createSite({ "a.jpg": picture });
    const thumbnailOf = async (): Promise<string> =>
      linksOf(await textOf(await answer(get("/")))).find((link) => link.includes("?size=")) ?? "";
    const before = await thumbnailOf();
    expect(fieldOf(await answer(get(before)), "Cache-Control")).toContain("immutable");
    await utimes(join(root, "a.jpg"), 1, 1);
    clock.nowMs += 1_000;
    expect(await thumbnailOf()).not.toBe(before);
    // An address of yesterday must not fill caches with what it never meant.
    expect(fieldOf(await answer(get(before)), "Cache-Control")).toBe("no-cache");
    expect(fieldOf(await answer(get("/a.jpg?size=320")), "Cache-Control")).toBe("no-cache");
  });
});

describe("a thumbnail whose version is named comes from memory", () => {
  test("without the file being opened, and is gone a second after the photo", async () => {
    const { answer, root, clock } = await createSite({ "a.jpg": picture });
    const links = linksOf(await textOf(await answer(get("/"))));
    const thumbnail = links.find((link) => link.includes("?size=")) ?? "";
    const made = await answer(get(thumbnail));
    expect((await answer(get(thumbnail))).status).toBe(200);
    await rm(join(root, "a.jpg"));
    const recalled = await answer(get(thumbnail));
    expect(recalled.status).toBe(200);
    expect(fieldOf(recalled, "ETag")).toBe(fieldOf(made, "ETag"));
    clock.nowMs += 1_000;
    expect((await answer(get(thumbnail))).status).toBe(404);
  });
});

function neighbours(page: string): { prev: string | undefined; next: string | undefined } {
  const link = (relation: string): string | undefined =>
    new RegExp(`rel="${relation}"[^>]* href="([^"]*)"`).exec(page)?.[1];
  return { prev: link("prev"), next: link("next") };
}

describe("a photo's page", () => {
  const files = {
    "9.jpg": picture,
    "10.jpg": picture,
    "11.jpg": picture,
    "notes.txt": "text",
    "sub/1.jpg": picture,
  };

  test.each([
    { photo: "/9.jpg", prev: undefined, next: "/10.jpg?view", place: "1 of 3" },
    { photo: "/10.jpg", prev: "/9.jpg?view", next: "/11.jpg?view", place: "2 of 3" },
    { photo: "/11.jpg", prev: "/10.jpg?view", next: undefined, place: "3 of 3" },
    { photo: "/sub/1.jpg", prev: undefined, next: undefined, place: "1 of 1" },
  ])("of $photo knows its neighbours", async ({ photo, prev, next, place }) => {
    const { answer } = await createSite(files);
    const page = await textOf(await answer(get(`${photo}?view`)));
    expect(neighbours(page)).toEqual({ prev, next });
    expect(page).toContain(place);
  });

  test("tells when it was taken, how large it is, and leads to the original and back", async () => {
    const { answer } = await createSite(files);
    const page = await textOf(await answer(get("/sub/1.jpg?view")));
    expect(page).toMatch(/May 3, 2021 at 8:15\sAM/);
    expect(page).toContain("96 \u00d7 64 pixels");
    expect(linksOf(page)).toEqual(expect.arrayContaining(["/sub/1.jpg", "/sub/1.jpg?download", "/sub/"]));
  });

  test("of a photo that cannot be shown says so, and offers it as it is", async () => {
    const { answer } = await createSite({ "broken.jpg": "text" });
    const page = await textOf(await answer(get("/broken.jpg?view")));
    expect(page).toContain("This picture cannot be shown");
    expect(page).not.toContain("<img");
    expect(linksOf(page)).toContain("/broken.jpg?download");
  });

  test("of what is no photo is the file itself", async () => {
    const { answer } = await createSite(files);
    expect(await textOf(await answer(get("/notes.txt?view")))).toBe("text");
  });
});

async function shownOn(site: Site, target: string): Promise<string[]> {
  const main = (await textOf(await site.answer(get(target)))).split("<main")[1] ?? "";
  return linksOf(main).filter((link) => /^\/(?:[ABC]\/|\d\.jpg\?view)$/.test(link));
}

describe("a large album is cut into pages: albums first, then photos", () => {
  const files = {
    "A/1.jpg": picture,
    "B/1.jpg": picture,
    "C/1.jpg": picture,
    "1.jpg": picture,
    "2.jpg": picture,
  };

  test("in order, and nothing twice", async () => {
    const site = await createSite(files, { itemsPerPage: 2 });
    expect(await shownOn(site, "/")).toEqual(["/A/", "/B/"]);
    expect(await shownOn(site, "/?page=1")).toEqual(["/A/", "/B/"]);
    expect(await shownOn(site, "/?page=2")).toEqual(["/C/", "/1.jpg?view"]);
    expect(await shownOn(site, "/?page=3")).toEqual(["/2.jpg?view"]);
  });

  test("and a photo leads back to the one it stands on", async () => {
    const site = await createSite(files, { itemsPerPage: 2 });
    const backFrom = async (photo: string): Promise<string | undefined> =>
      linksOf(await textOf(await site.answer(get(`${photo}?view`)))).findLast((link) =>
        link.startsWith("/?page="),
      );
    expect([await backFrom("/1.jpg"), await backFrom("/2.jpg")]).toEqual(["/?page=2", "/?page=3"]);
  });

  test("that lead to each other", async () => {
    const site = await createSite(files, { itemsPerPage: 2 });
    const links = linksOf(await textOf(await site.answer(get("/?page=2"))));
    expect(links).toEqual(expect.arrayContaining(["/", "/?page=3"]));
    expect(linksOf(await textOf(await site.answer(get("/"))))).toContain("/?page=2");
    expect(linksOf(await textOf(await site.answer(get("/?page=3"))))).not.toContain("/?page=4");
  });

  test("and need no pages where there is room", async () => {
    const site = await createSite(files, { itemsPerPage: 5 });
    expect(await textOf(await site.answer(get("/")))).not.toContain("?page=");
  });

  test.each(["4", "0", "-1", "01", "1.0", "x", "", "9999999", "1e1"].map((page) => ({ page })))(
    "page=$page is 404",
    async ({ page }) => {
      const { answer } = await createSite(files, { itemsPerPage: 2 });
      expect((await answer(get(`/?page=${page}`))).status).toBe(404);
    },
  );
});

describe("what a page says of an album", () => {
  test("how many photos, how many albums", async () => {
    const { answer } = await createSite(library);
    const page = await textOf(await answer(get("/")));
    expect(page).toContain("4 photos, 2 albums");
  });

  test("how large it is and when it was taken, where all of it is shown", async () => {
    const { answer } = await createSite({
      "x/1.jpg": picture,
      "x/2.jpg": await encodePicture({ taken: "2021:05:09 18:00:00" }),
    });
    const page = await textOf(await answer(get("/x/")));
    expect(page).toMatch(/2 photos, [\d.]+\skB, May 3\s\u2013\s9, 2021/);
  });
});

test("HTTP/1.0 without a Host is answered like everything else", async () => {
  const { answer } = await createSite(library);
  expect((await answer(requestOf("GET /2021/ HTTP/1.0\r\n\r\n"))).status).toBe(200);
});

test("no response of ours leaves a browser to guess its type", async () => {
  const { answer } = await createSite(library);
  const withContent: FieldLine[] = [];
  for (const target of [
    "/",
    "/a.jpg",
    "/a.jpg?view",
    "/a.jpg?size=320",
    "/2021/notes.txt",
    OWN_FILES.icon.path,
  ]) {
    const response = await answer(get(target));
    withContent.push([target, fieldOf(response, "X-Content-Type-Options") ?? "missing"]);
  }
  expect(withContent.filter(([, value]) => value !== "nosniff")).toEqual([]);
});
