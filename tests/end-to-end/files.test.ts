/**
 * Files as they are, through the real command: types, validators, ranges, and what is not to be seen.
 */
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, rename, symlink, truncate, utimes } from "node:fs/promises";
import { createServer } from "node:net";
import { basename, join } from "node:path";
import { beforeAll, expect, test, vi } from "vitest";
import { partsOf } from "../support/multipart.ts";
import { RawClient, type RawResponse, type RequestOptions, fetchRaw } from "../support/raw-client.ts";
import { type Server, startServer } from "../support/server.ts";
import { type TemporaryAlbum, createTemporaryAlbum, makePicture } from "../support/temporary-album.ts";
import { releaseAfter } from "../support/lifetime.ts";

const SECRET = "a secret";
const DIGITS = "0123456789";
const MODIFIED = new Date("2021-05-03T08:15:00.750Z");
const MODIFIED_FIELD = "Mon, 03 May 2021 08:15:00 GMT";
const LARGE = randomBytes(5_000_000);

let album: TemporaryAlbum;
let outside: TemporaryAlbum;
let server: Server;

beforeAll(async () => {
  outside = await createTemporaryAlbum({ "secret.txt": SECRET, "folder/secret.jpg": SECRET }, "file");
  album = await createTemporaryAlbum(await ordinaryFiles(), "file");
  await utimes(join(album.path, "digits.txt"), MODIFIED, MODIFIED);
  await addUnseen(album.path);
  server = await startServer({ root: album.path, lifetime: "file" });
});

async function ordinaryFiles(): Promise<Record<string, Uint8Array | string>> {
  return {
    "digits.txt": DIGITS,
    "empty.bin": "",
    "64KiB.bin": LARGE.subarray(0, 65_536),
    "64KiB+1.bin": LARGE.subarray(0, 65_537),
    "large.bin": LARGE,
    "site/index.html": "<h1>My own page</h1>",
    "site/picture.jpg": await makePicture(),
    "site/.hidden": SECRET,
    ".hidden": SECRET,
    ".folder/secret.txt": SECRET,
    "..strange": SECRET,
    "back\\slash.jpg": SECRET,
    "album/photo.jpg": await makePicture(),
    "album/page.html": "<script>alert(1)</script>",
    "album/drawing.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "album/style.css": "h1 { color: red }",
    "album/no extension": "?",
    "album/UPPER.JPG": "?",
    "without pictures/readme.txt": "nothing to see",
    "evil/photo.jpg": await makePicture(),
    "100% #1? & «odd» 旅行/photo.jpg": await makePicture(),
  };
}

/** Links, pipes and sockets. */
async function addUnseen(root: string): Promise<void> {
  await symlink(join(outside.path, "secret.txt"), join(root, "link-out.txt"));
  await symlink(outside.path, join(root, "folder-out"));
  await symlink(".hidden", join(root, "link-to-hidden.txt"));
  await symlink(".folder", join(root, "link-to-hidden-folder"));
  await symlink("loop", join(root, "loop"));
  await symlink("nowhere", join(root, "dangling"));
  await symlink("digits.txt", join(root, "link-inside.txt"));
  execFileSync("mkfifo", [join(root, "pipe.jpg")]);
  for (const device of ["zero", "tty", "full"]) await symlink(`/dev/${device}`, join(root, `${device}.jpg`));
  await mkdir(join(root, "deep"));
  const socket = createServer().listen(join(root, "socket.jpg"));
  await once(socket, "listening");
  releaseAfter("file", () => void socket.close());
}

const fetch = (target: string, options?: RequestOptions): Promise<RawResponse> =>
  fetchRaw(server.port, target, options);

for (const [target, mediaType] of [
  ["/digits.txt", "text/plain"],
  ["/large.bin", "application/octet-stream"],
  ["/album/photo.jpg", "image/jpeg"],
  ["/album/UPPER.JPG", "image/jpeg"],
  ["/album/page.html", "text/html"],
  ["/album/style.css", "text/css"],
  ["/album/drawing.svg", "image/svg+xml"],
  ["/album/no%20extension", "application/octet-stream"],
] as const) {
  test(`serves ${target} as ${mediaType}`, async () => {
    const { status, fields } = await fetch(target);
    expect([status, fields.get("content-type")]).toEqual([200, mediaType]);
    expect(fields.get("x-content-type-options")).toBe("nosniff");
  });
}

test("says of everything it sends that nobody shall guess what it is", async () => {
  const page = (await fetch("/")).content.toString();
  const [stylesheet = ""] = /\/-\/app\.[\w-]+\.css/.exec(page) ?? [];
  const answers = await Promise.all([
    ...[
      "/",
      "/album/photo.jpg?view",
      "/album/photo.jpg?size=320",
      "/album/UPPER.JPG?size=320",
      stylesheet,
    ].map((target) => fetch(target)),
    ...["/missing", "/bad%", "/album/photo.jpg?size=1", "/without%20pictures/"].flatMap((target) =>
      ["text/html", "image/svg+xml", "*/*"].map((type) => fetch(target, { fields: [`Accept: ${type}`] })),
    ),
    ...["bytes=0-1", "bytes=0-1,4-5", "bytes=99-"].map((range) =>
      fetch("/digits.txt", { fields: [`Range: ${range}`] }),
    ),
    fetch("/digits.txt", { method: "POST" }),
  ]);
  expect(new Set(answers.map(({ status }) => status))).toEqual(
    new Set([200, 206, 400, 403, 404, 405, 415, 416]),
  );
  expect(answers.filter(({ fields }) => fields.get("x-content-type-options") !== "nosniff")).toEqual([]);
});

for (const target of ["/album/page.html", "/album/drawing.svg", "/site/"]) {
  test(`serves ${target} in a sandbox, so that it runs nothing in our origin`, async () => {
    expect((await fetch(target)).fields.get("content-security-policy")).toMatch(/^sandbox/);
  });
}

for (const [name, lengthBytes] of [
  ["empty.bin", 0],
  ["64KiB.bin", 65_536],
  ["64KiB+1.bin", 65_537],
  ["large.bin", 5_000_000],
] as const) {
  test(`serves ${name} octet by octet as it is`, async () => {
    const { status, content } = await fetch(`/${name}`);
    expect([status, content.length]).toEqual([200, lengthBytes]);
    expect(sha256(content)).toBe(sha256(LARGE.subarray(0, lengthBytes)));
  });
}

test("names the version and the time of a file", async () => {
  const { fields } = await fetch("/digits.txt");
  expect(fields.get("etag")).toMatch(/^"[\w-]+"$/);
  expect(fields.get("last-modified")).toBe(MODIFIED_FIELD);
  expect(fields.get("accept-ranges")).toBe("bytes");
});

test("gives a changed file another entity tag", async () => {
  const file = await album.add("changing.txt", "before");
  await utimes(file, MODIFIED, MODIFIED);
  const before = await fetch("/changing.txt");
  await album.add("changing.txt", "beyond");
  await vi.waitFor(
    async () => {
      const after = await fetch("/changing.txt");
      expect(after.content.toString()).toBe("beyond");
      expect(after.fields.get("etag")).not.toBe(before.fields.get("etag"));
    },
    { timeout: 5_000 }, // a file that is asked for all the time is looked at once a second
  );
});

test("never says that a file is from the future", async () => {
  const tomorrow = new Date(Date.now() + 86_400_000);
  await utimes(await album.add("tomorrow.txt", "soon"), tomorrow, tomorrow);
  const { fields } = await fetch("/tomorrow.txt");
  expect(Date.parse(fields.get("last-modified") ?? "")).toBeLessThanOrEqual(Date.now());
});

type Condition = readonly [because: string, status: number, fields: (etag: string) => string[]];

const conditions: readonly Condition[] = [
  ["the client has this version", 304, (etag) => [`If-None-Match: ${etag}`]],
  ["the client has it, and others", 304, (etag) => [`If-None-Match: "x", W/${etag}`]],
  ["the client has anything at all", 304, () => ["If-None-Match: *"]],
  ["the client has another version", 200, () => ['If-None-Match: "x"']],
  ["it was not modified since", 304, () => [`If-Modified-Since: ${MODIFIED_FIELD}`]],
  ["it was not modified since later", 304, () => ["If-Modified-Since: Tue, 04 May 2021 00:00:00 GMT"]],
  ["it was modified since", 200, () => ["If-Modified-Since: Mon, 03 May 2021 08:14:59 GMT"]],
  ["the date is none", 200, () => ["If-Modified-Since: yesterday"]],
  [
    "the tag alone decides where there is one",
    200,
    () => ['If-None-Match: "x"', `If-Modified-Since: ${MODIFIED_FIELD}`],
  ],
  ["the client insists on another version", 412, () => ['If-Match: "x"']],
  ["the client insists on this one", 200, (etag) => [`If-Match: ${etag}`]],
];

for (const [because, status, fieldsFor] of conditions) {
  test(`answers ${status} if ${because}`, async () => {
    const etag = (await fetch("/digits.txt")).fields.get("etag") ?? "";
    for (const method of ["GET", "HEAD"]) {
      const response = await fetch("/digits.txt", { method, fields: fieldsFor(etag) });
      expect(response.status).toBe(status);
      expect(response.fields.get("etag")).toBe(status === 412 ? undefined : etag);
    }
  });
}

const TOO_SHORT = "416 Range Not Satisfiable\nIt is not as long as that.\n";

for (const [range, status, content, contentRange] of [
  ["bytes=0-0", 206, "0", "bytes 0-0/10"],
  ["bytes=2-4", 206, "234", "bytes 2-4/10"],
  ["bytes=7-", 206, "789", "bytes 7-9/10"],
  ["bytes=7-99", 206, "789", "bytes 7-9/10"],
  ["bytes=7-999999999999999999999999999999", 206, "789", "bytes 7-9/10"],
  ["bytes=-3", 206, "789", "bytes 7-9/10"],
  ["bytes=-99", 206, DIGITS, "bytes 0-9/10"],
  ["bytes=10-", 416, TOO_SHORT, "bytes */10"],
  ["bytes=999999999999999999999999999999-", 416, TOO_SHORT, "bytes */10"],
  ["bytes=-0", 416, TOO_SHORT, "bytes */10"],
  ["bytes=0-4,4-5", 200, DIGITS, undefined],
  ["bytes=0-1,20-", 206, "01", "bytes 0-1/10"],
  ["bytes=4-2", 200, DIGITS, undefined],
  ["bytes=a-b", 200, DIGITS, undefined],
  ["lines=1-2", 200, DIGITS, undefined],
] as const) {
  test(`answers Range: ${range} with ${status}`, async () => {
    const response = await fetch("/digits.txt", { fields: [`Range: ${range}`] });
    expect([response.status, response.fields.get("content-range")]).toEqual([status, contentRange]);
    expect(response.content.toString()).toBe(content);
  });
}

test("answers HEAD with Range as if there were none", async () => {
  const fields = ["Range: bytes=2-4"];
  const response = await fetch("/digits.txt", { method: "HEAD", fields });
  expect([response.status, response.fields.get("content-length")]).toEqual([200, "10"]);
});

test("serves a part from the middle of a large file", async () => {
  const { content } = await fetch("/large.bin", { fields: ["Range: bytes=1000000-3999999"] });
  expect(sha256(content)).toBe(sha256(LARGE.subarray(1_000_000, 4_000_000)));
});

test("serves several parts of a large file in the order in which they are asked for", async () => {
  const range = "Range: bytes=3000000-3999999,-10,0-0";
  const { status, fields, content } = await fetch("/large.bin", { fields: [range] });
  expect(status).toBe(206);
  const parts = partsOf(fields.get("content-type") ?? "", content);
  expect(parts.map(({ contentRange }) => contentRange)).toEqual([
    `bytes 3000000-3999999/${LARGE.length}`,
    `bytes ${LARGE.length - 10}-${LARGE.length - 1}/${LARGE.length}`,
    `bytes 0-0/${LARGE.length}`,
  ]);
  const wanted = [LARGE.subarray(3_000_000, 4_000_000), LARGE.subarray(-10), LARGE.subarray(0, 1)];
  expect(parts.map(({ bytes }) => sha256(bytes))).toEqual(wanted.map((bytes) => sha256(bytes)));
});

test("serves a part only of the version the client has", async () => {
  const etag = (await fetch("/digits.txt")).fields.get("etag") ?? "";
  const statusIf = async (validator: string): Promise<number> => {
    const fields = ["Range: bytes=2-4", `If-Range: ${validator}`];
    return (await fetch("/digits.txt", { fields })).status;
  };
  expect(await statusIf(etag)).toBe(206);
  expect(await statusIf(MODIFIED_FIELD)).toBe(206);
  expect(await statusIf(`W/${etag}`)).toBe(200);
  expect(await statusIf('"stale"')).toBe(200);
  expect(await statusIf("Mon, 03 May 2021 08:15:01 GMT")).toBe(200);
});

test("finds nothing to cut out of an empty file", async () => {
  const { status } = await fetch("/empty.bin", { fields: ["Range: bytes=0-"] });
  expect(status).toBe(416);
});

for (const target of [
  "/missing",
  "/missing/folder/",
  "/digits.txt/",
  "/digits.txt/below",
  "/.hidden",
  "/%2ehidden",
  "/..strange",
  "/.folder/secret.txt",
  "/site/.hidden",
  "/./digits.txt",
  "/album/../digits.txt",
  "/album/..",
  "/..",
  "/%2e%2e/",
  "/album/%2e%2e/digits.txt",
  "/../../../../../../etc/passwd",
  "/..%2f..%2f..%2f..%2fetc%2fpasswd",
  "/album%2fphoto.jpg",
  "/album%5cphoto.jpg",
  "/..%5c..%5cdigits.txt",
  "/album\\photo.jpg",
  "/back%5cslash.jpg",
  "/back\\slash.jpg",
  "/%252e%252e/digits.txt",
  "//etc/passwd",
  "/album//photo.jpg",
  "/link-out.txt",
  "/folder-out/",
  "/folder-out/secret.txt",
  "/folder-out/folder/secret.jpg",
  "/link-to-hidden.txt",
  "/link-to-hidden-folder/",
  "/link-to-hidden-folder/secret.txt",
  "/loop",
  "/loop/",
  "/dangling",
  "/pipe.jpg",
  "/pipe.jpg?size=320",
  "/pipe.jpg?view",
  "/socket.jpg",
  "/socket.jpg?size=320",
  "/zero.jpg",
  "/zero.jpg?size=320",
  "/tty.jpg",
  "/full.jpg?view",
  `/${"x".repeat(300)}`,
  `/${"x".repeat(300)}/`,
  `/${"deep/".repeat(1_000)}`,
  "/-/",
  "/-/missing.css",
]) {
  test(`knows nothing of ${target.length > 60 ? `${target.slice(0, 60)}…` : target}`, async () => {
    const { status, content } = await fetch(target);
    expect(status).toBe(404);
    expectDiscreet(content);
  });
}

test("has time for others while a hundred visitors ask for a pipe that nobody writes to", async () => {
  const asked = Array.from({ length: 100 }, (_, i) => fetch(`/pipe.jpg${i % 2 === 0 ? "" : "?size=320"}`));
  expect((await fetch("/digits.txt")).content.toString()).toBe(DIGITS);
  expect(new Set((await Promise.all(asked)).map(({ status }) => status))).toEqual(new Set([404]));
});

test("serves what lies below a hundred folders", async () => {
  const folder = "down/".repeat(100);
  await album.add(`${folder}photo.jpg`, await makePicture());
  for (const target of ["", "photo.jpg", "photo.jpg?size=320", "photo.jpg?view"]) {
    expect((await fetch(`/${folder}${target}`)).status).toBe(200);
  }
});

test("serves what a link leads to if that lies inside", async () => {
  expect((await fetch("/link-inside.txt")).content.toString()).toBe(DIGITS);
});

test("does not list what it does not serve", async () => {
  const page = (await fetch("/")).content.toString();
  expect(page).toContain("album");
  for (const name of [
    "hidden",
    "strange",
    "link-",
    "slash",
    "folder-out",
    "dangling",
    "pipe",
    "socket",
    "without",
  ]) {
    expect(page).not.toContain(name);
  }
});

for (const [target, location] of [
  ["/album", "/album/"],
  ["/album?page=1", "/album/?page=1"],
  ["/%61lbum", "/album/"],
  ["http://elsewhere.example/album", "/album/"],
  [
    `/${encodeURIComponent("100% #1? & «odd» 旅行")}`,
    "/100%25%20%231%3F%20%26%20%C2%ABodd%C2%BB%20%E6%97%85%E8%A1%8C/",
  ],
] as const) {
  test(`leads from ${target} to the folder with a slash`, async () => {
    const { status, fields } = await fetch(target, { fields: ["Referer: http://elsewhere.example/"] });
    expect([status, fields.get("location")]).toEqual([301, location]);
    expect((await fetch(location)).status).toBe(200);
  });
}

for (const target of ["//evil", "///evil", "/%2fevil", "/%5cevil", "//evil/..", "/\\evil"]) {
  test(`never leads from ${target} to another host`, async () => {
    const location = (await fetch(target)).fields.get("location") ?? "/evil/";
    expect(location).toBe("/evil/");
  });
}

test("serves the index.html of a folder instead of its album", async () => {
  const { status, fields, content } = await fetch("/site/");
  expect([status, fields.get("content-type")]).toEqual([200, "text/html"]);
  expect(content.toString()).toBe("<h1>My own page</h1>");
});

test("answers 403 for a folder without pictures", async () => {
  for (const fields of [[], ["Accept: text/html"]]) {
    const { status, content } = await fetch("/without%20pictures/", { fields });
    expect(status).toBe(403);
    expect(content.toString()).not.toContain("readme.txt");
    expectDiscreet(content);
  }
});

test("answers 403 for an empty root, with a page that says what to do", async () => {
  const empty = await createTemporaryAlbum();
  const { port } = await startServer({ root: empty.path });
  const { status, fields, content } = await fetchRaw(port, "/");
  expect([status, fields.get("content-type")]).toEqual([403, "text/html; charset=utf-8"]);
  expect(content.toString()).toContain(basename(empty.path));
  expect(content.toString()).toContain(".jpg");
  expectNoPath(content, empty.path);
});

test("answers errors with a page for people and a line of text for programs", async () => {
  const page = await fetch("/missing", { fields: ["Accept: text/html,*/*;q=0.8"] });
  expect(page.fields.get("content-type")).toBe("text/html; charset=utf-8");
  const text = await fetch("/missing", { fields: ["Accept: */*"] });
  expect(text.fields.get("content-type")).toBe("text/plain; charset=utf-8");
});

test("breaks the connection if a file becomes shorter while it is sent", async () => {
  const lengthBytes = 50_000_000;
  const file = await album.addSparse("shrinking.bin", lengthBytes);
  const client = await RawClient.connect(server.port);
  client.write("GET /shrinking.bin HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(2));
  const { fields } = await client.readHead();
  expect(fields.get("content-length")).toBe(String(lengthBytes));
  await truncate(file, 1_000);
  expect(await client.countOctets()).toBeLessThan(lengthBytes);
  expect((await fetch("/digits.txt")).status).toBe(200);
});

test("sends no more of a growing file than it has promised", async () => {
  const file = await album.addSparse("growing.bin", 20_000_000);
  const client = await RawClient.connect(server.port);
  client.write("GET /growing.bin HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await client.readHead();
  await truncate(file, 30_000_000);
  expect(await client.countOctets(20_000_000)).toBe(20_000_000);
  client.write("GET /digits.txt HTTP/1.1\r\nHost: localhost\r\n\r\n");
  expect((await client.readResponse()).content.toString()).toBe(DIGITS);
});

test("finishes the file it has opened, whatever takes its name meanwhile", async () => {
  await album.addSparse("replaced.bin", 20_000_000);
  const client = await RawClient.connect(server.port);
  client.write("GET /replaced.bin HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await client.readHead();
  await rename(await album.add("replacement.bin", "short"), join(album.path, "replaced.bin"));
  expect(await client.countOctets(20_000_000)).toBe(20_000_000);
  expect((await fetch("/replaced.bin")).content.toString()).toBe("short");
});

test("offers a file for download if asked to", async () => {
  const { fields, content } = await fetch("/digits.txt?download");
  expect(fields.get("content-disposition")).toMatch(/^attachment\b/);
  expect(content.toString()).toBe(DIGITS);
  expect((await fetch("/digits.txt")).fields.has("content-disposition")).toBe(false);
});

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Neither what must not be seen nor where it lies. */
function expectDiscreet(content: Buffer): void {
  expect(content.includes(SECRET)).toBe(false);
  expect(content.includes("root:")).toBe(false);
  expectNoPath(content, album.path);
  expectNoPath(content, outside.path);
}

function expectNoPath(content: Buffer, path: string): void {
  expect(content.includes(path)).toBe(false);
  expect(content.includes("ENOENT") || content.includes("    at ")).toBe(false);
}
