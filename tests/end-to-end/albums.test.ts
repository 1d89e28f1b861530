/**
 * Album pages through the real command: what is listed, in which order, and that every link leads somewhere.
 */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test, vi } from "vitest";
import { type RawResponse, fetchRaw } from "../support/raw-client.ts";
import { type Server, startServer } from "../support/server.ts";
import { type TemporaryAlbum, createTemporaryAlbum, makePicture } from "../support/temporary-album.ts";

const ODD_NAMES = [
  " leading and trailing ",
  "100%",
  "#1",
  "what?",
  "a & b",
  "'single' and \"double\"",
  "<b>bold<b>",
  "semi;colon,comma=equals+plus",
  "[brackets]{braces}^`|~",
  "ночь",
  "旅行 日本",
  "🏔️ emoji 👩‍👩‍👧",
  "u\u0308ber and \u00fcber",
  "\u202egnp",
  "line\nbreak\tand tab",
  "%2e%2e%2f",
  "-",
  "COM1 ...",
  "?view",
  "index.html",
  "\u00e9, one character",
  "e\u0301, two characters",
  "__proto__",
  "constructor",
  "photo.png?size=320&v=1",
  "app.css",
  "%2f",
  "%00",
  "javascript:alert(1)",
  "'><img src=x onerror=alert(1)>",
  "${name} {{name}} %s",
  "\ufeffmark, \u200bspace, \u2028line, \u0085next line",
  "\u001b[31mred",
  "a".repeat(251), // with its extension 255 octets: no name can be longer
  "旅".repeat(83),
];

/** "ÿ" in Latin-1: no UTF-8. */
const NO_UTF8 = Buffer.from([0x66, 0xff, 0x66]);

let picture: Buffer;
let album: TemporaryAlbum;
let server: Server;

beforeAll(async () => {
  picture = await makePicture({ format: "png" });
  album = await createTemporaryAlbum({}, "file");
  for (const name of ODD_NAMES) await album.add(join("odd", name, `${name}.png`), picture);
  for (let i = 1; i <= 450; i++) await album.add(`many/IMG_${i}.png`, picture);
  await album.add("many/IMG_0.jpg", await makePicture());
  await album.add("nothing/readme.txt", "no picture");
  await mkdir(join(album.path, "nothing/at all/here"), { recursive: true });
  await album.add("deep/down/below/photo.png", picture);
  const folder = Buffer.concat([Buffer.from(join(album.path, "odd/")), NO_UTF8]);
  await mkdir(folder);
  await writeFile(Buffer.concat([folder, Buffer.from("/"), NO_UTF8, Buffer.from(".png")]), picture);
  server = await startServer({ root: album.path, lifetime: "file" });
});

const fetch = (target: string): Promise<RawResponse> => fetchRaw(server.port, target);

async function fetchPage(target: string): Promise<string> {
  const { status, fields, content } = await fetch(target);
  expect(`${target} ${status}`).toBe(`${target} 200`);
  expect(fields.get("content-type")).toBe("text/html; charset=utf-8");
  return content.toString();
}

/** Whatever a browser could follow or load. */
function linksOf(page: string): string[] {
  const links: string[] = [];
  for (const [, name, value = ""] of page.matchAll(/ (href|src|srcset)="([^"]*)"/g)) {
    const text = unescapeHtml(value);
    if (name === "srcset") links.push(...text.split(", ").map((source) => source.replace(/ \d+w$/, "")));
    else links.push(text);
  }
  return [...new Set(links)].filter((link) => !link.startsWith("#"));
}

function unescapeHtml(text: string): string {
  const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"' };
  return text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hexadecimal, name: string) => {
    if (typeof decimal === "string") return String.fromCodePoint(Number(decimal));
    if (typeof hexadecimal === "string") return String.fromCodePoint(Number.parseInt(hexadecimal, 16));
    return named[name] ?? whole;
  });
}

test("lists albums and photos of any name, and every link on their pages opens", async () => {
  const seen = new Set<string>();
  const waiting = ["/odd/"];
  const statuses: Record<string, number> = {};
  for (let link = waiting.shift(); link !== undefined; link = waiting.shift()) {
    if (seen.has(link)) continue;
    seen.add(link);
    const { status, fields, content } = await fetch(link);
    statuses[link] = status;
    const isOurs = fields.get("content-type") === "text/html; charset=utf-8" && link.startsWith("/odd/");
    if (isOurs) waiting.push(...linksOf(content.toString()).filter((below) => !below.startsWith("/many")));
  }
  expect(Object.entries(statuses).filter(([, status]) => status !== 200)).toEqual([]);
  const albums = [...seen].filter((link) => /^\/odd\/[^/]+\/$/.test(link));
  expect(albums).toHaveLength(ODD_NAMES.length + 1);
  expect([...seen].filter((link) => link.endsWith("?view"))).toHaveLength(ODD_NAMES.length + 1);
});

const encoded = (name: Buffer): string =>
  name.toString("latin1").replace(/[^\w]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });

test("finds every odd name by its own octets", async () => {
  for (const name of [...ODD_NAMES.map((text) => Buffer.from(text)), NO_UTF8]) {
    const { status, content } = await fetch(`/odd/${encoded(name)}/${encoded(name)}.png`);
    expect([name.toString(), status]).toEqual([name.toString(), 200]);
    expect(content.equals(picture)).toBe(true);
  }
});

test("shows odd names as text, never as markup", async () => {
  const page = await fetchPage("/odd/");
  expect(page).not.toContain("<b>bold");
  expect(page).toContain("&lt;b&gt;bold&lt;b&gt;");
  expect(page).not.toMatch(/"double"/);
  expect(page).toContain("旅行 日本");
});

test("lists folders with a picture far below, and none without", async () => {
  const page = await fetchPage("/");
  expect(linksOf(page)).toEqual(expect.arrayContaining(["/deep/", "/many/", "/odd/"]));
  expect(page).not.toContain("nothing");
  for (const target of ["/nothing/", "/nothing/at%20all/"]) expect((await fetch(target)).status).toBe(403);
  for (const target of ["/deep/", "/deep/down/", "/deep/down/below/"]) await fetchPage(target);
});

test("leads back up from everywhere", async () => {
  expect(linksOf(await fetchPage("/deep/down/below/"))).toEqual(
    expect.arrayContaining(["/", "/deep/", "/deep/down/"]),
  );
});

test("puts photos in natural order, 200 on a page, until all were shown once", async () => {
  const photos: string[] = [];
  const sizes: number[] = [];
  let target: string | undefined = "/many/";
  while (target !== undefined) {
    const page: string = await fetchPage(target);
    const shown = [...page.matchAll(/href="\/many\/(IMG_\d+)\.\w+\?view"/g)].map(([, name = ""]) => name);
    photos.push(...shown);
    sizes.push(shown.length);
    const next = / rel="next" href="([^"]*)"/.exec(page)?.[1];
    target = next === undefined ? undefined : unescapeHtml(next);
  }
  expect(sizes).toEqual([200, 200, 51]);
  expect(photos).toEqual(Array.from({ length: 451 }, (_, i) => `IMG_${i}`));
});

test("counts all photos of an album, not only those on the page", async () => {
  expect(await fetchPage("/many/")).toContain("451 photos");
});

for (const page of ["4", "0", "-1", "1.5", "x", "", "99999999999"]) {
  test(`has no page ${JSON.stringify(page)} of a folder of three`, async () => {
    expect((await fetch(`/many/?page=${page}`)).status).toBe(404);
  });
}

test("leads from one photo to the next and back", async () => {
  const links = linksOf(await fetchPage("/many/IMG_9.png?view"));
  expect(links).toEqual(expect.arrayContaining(["/many/IMG_8.png?view", "/many/IMG_10.png?view"]));
  expect(linksOf(await fetchPage("/many/IMG_0.jpg?view"))).not.toContain("/many/IMG_450.png?view");
});

test("answers 304 to who has this very page, and sends what may not run along", async () => {
  const { fields } = await fetch("/deep/");
  const again = { fields: [`If-None-Match: ${fields.get("etag")}`] };
  expect((await fetchRaw(server.port, "/deep/", again)).status).toBe(304);
  expect(fields.get("content-security-policy")).toContain("default-src 'none'");
});

test("shows a new photo, a new album and a new name within three seconds, and what is gone no more", async () => {
  await album.add("changing/old.png", picture);
  await vi.waitFor(async () => expect(linksOf(await fetchPage("/"))).toContain("/changing/"), {
    timeout: 3_000,
    interval: 50,
  });
  await fetchPage("/changing/");
  await album.add("changing/new.png", picture);
  await album.add("changing/album/photo.png", picture);
  await rename(join(album.path, "changing/old.png"), join(album.path, "changing/renamed.png"));
  await vi.waitFor(
    async () => {
      const links = linksOf(await fetchPage("/changing/"));
      const expected = ["/changing/new.png?view", "/changing/renamed.png?view", "/changing/album/"];
      expect(links).toEqual(expect.arrayContaining(expected));
      expect(links).not.toContain("/changing/old.png?view");
    },
    { timeout: 3_000, interval: 50 },
  );
  await rm(join(album.path, "changing"), { recursive: true });
  await vi.waitFor(async () => expect(linksOf(await fetchPage("/"))).not.toContain("/changing/"), {
    timeout: 3_000,
    interval: 50,
  });
});

test("shows a page of broken pictures with a tile for each", async () => {
  await album.add("broken/empty.jpg", "");
  await album.add("broken/text.jpg", "This is no picture.");
  const page = await fetchPage("/broken/");
  expect(page.match(/cannot be shown/g)).toHaveLength(2);
  for (const link of linksOf(page)) expect([link, (await fetch(link)).status]).toEqual([link, 200]);
});
