import { utimes } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  type FileOptions,
  type FileResponderSettings,
  createFileResponder,
} from "../../src/gallery/file-response.ts";
import { errorResponse } from "../../src/gallery/error-page.ts";
import { createLocalStorage } from "../../src/gallery/local-storage.ts";
import type { StorageKey, StoredFile } from "../../src/gallery/storage.ts";
import { HttpError } from "../../src/http/errors.ts";
import { formatHttpDate } from "../../src/http/http-date.ts";
import type { FieldLine, Response } from "../../src/http/message.ts";
import { partsOf } from "../support/multipart.ts";
import { request } from "../support/requests.ts";
import { fill, temporaryFolders } from "../support/temporary-folder.ts";
import { contentOf, fieldOf } from "../support/test-gallery.ts";

const temporaryFolder = temporaryFolders();
const NOW = Date.UTC(2026, 2, 1);
const MODIFIED = Date.UTC(2024, 4, 3, 8, 15, 30);
const BYTES = Buffer.from(Array.from({ length: 10_000 }, (_, i) => (i * 31) % 256));

type Opened = { readonly file: StoredFile; readonly isOpen: () => Promise<boolean> };

async function openFile(content: Uint8Array = BYTES, modifiedMs = MODIFIED): Promise<Opened> {
  const root = await temporaryFolder();
  await fill(root, { file: content });
  await utimes(join(root, "file"), modifiedMs / 1_000, modifiedMs / 1_000);
  const file = await (await createLocalStorage(root)).open("file" as StorageKey);
  if (file.kind === "folder") throw new Error("A file was expected.");
  const isOpen = (): Promise<boolean> =>
    file.readAt(0, Buffer.alloc(1)).then(
      () => true,
      () => false,
    );
  return { file, isOpen };
}

const SETTINGS: FileResponderSettings = { smallFileBytes: 100, maxMemoryBytes: 1_000, maxRanges: 16 };
const OPTIONS: FileOptions = { name: "a.jpg", nowMs: NOW, isDownload: false };
const files = createFileResponder(SETTINGS);

function respond(
  file: StoredFile,
  fields: readonly FieldLine[] = [],
  options: Partial<FileOptions & FileResponderSettings> = {},
): Promise<Response> {
  const responder = createFileResponder({ ...SETTINGS, ...options });
  return responder
    .respond(request("GET", "/a.jpg", fields), file, { ...OPTIONS, ...options })
    .catch((error: unknown) => {
      if (error instanceof HttpError) return errorResponse(error, undefined);
      throw error;
    });
}

test("a file is sent with its type, its validators and the offer of ranges", async () => {
  const { file } = await openFile();
  const response = await respond(file);
  expect(response.status).toBe(200);
  expect(response.fields).toEqual([
    ["Content-Type", "image/jpeg"],
    ["ETag", `"${file.stat.version}"`],
    ["Cache-Control", "no-cache"],
    ["Last-Modified", "Fri, 03 May 2024 08:15:30 GMT"],
    ["Accept-Ranges", "bytes"],
    ["X-Content-Type-Options", "nosniff"],
  ]);
  expect((await contentOf(response)).equals(BYTES)).toBe(true);
});

describe("the file is closed", () => {
  test("with the content that is read from it", async () => {
    const { file, isOpen } = await openFile();
    const response = await respond(file);
    expect([response.content.kind, await isOpen()]).toEqual(["source", true]);
    await contentOf(response);
    expect(await isOpen()).toBe(false);
  });

  test.each([
    { when: "it is small and was read", fields: [], options: { smallFileBytes: 10_000 }, status: 200 },
    { when: "it was not modified", fields: [["If-None-Match", "*"]], options: {}, status: 304 },
    { when: "a precondition failed", fields: [["If-Match", '"other"']], options: {}, status: 412 },
    { when: "a range cannot be satisfied", fields: [["Range", "bytes=10000-"]], options: {}, status: 416 },
  ] as const)("when $when", async ({ fields, options, status }) => {
    const { file, isOpen } = await openFile();
    const response = await respond(file, fields, options);
    expect([response.status, response.content.kind === "source", await isOpen()]).toEqual([
      status,
      false,
      false,
    ]);
  });
});

describe("the content of a small file", () => {
  test("is read once for each of its versions", async () => {
    const { file } = await openFile(Buffer.from("first"));
    const first = await files.respond(request("GET", "/a.jpg"), file, OPTIONS);
    const closed: StoredFile = { ...file, readAt: () => Promise.reject(new Error("read again")) };
    const second = await files.respond(request("GET", "/a.jpg"), closed, OPTIONS);
    expect((await contentOf(second)).toString()).toBe("first");
    expect(second.fields).toBe(first.fields);
    const { file: changed } = await openFile(Buffer.from("second"));
    const third = await files.respond(request("GET", "/a.jpg"), changed, OPTIONS);
    expect((await contentOf(third)).toString()).toBe("second");
    expect(fieldOf(third, "ETag")).not.toBe(fieldOf(first, "ETag"));
  });

  test("is read again as long as it may still be written to", async () => {
    const { file } = await openFile(Buffer.from("fresh"), NOW - 1_000);
    await files.respond(request("GET", "/a.jpg"), { ...file, close: () => Promise.resolve() }, OPTIONS);
    let reads = 0;
    const counted: StoredFile = {
      ...file,
      readAt(position, into) {
        reads++;
        return file.readAt(position, into);
      },
    };
    await files.respond(request("GET", "/a.jpg"), counted, OPTIONS);
    expect(reads).toBe(1);
  });

  test("is described by the name it was asked for, and as it was asked for", async () => {
    const { file } = await openFile(Buffer.from("small"));
    const seen: (string | undefined)[][] = [];
    for (const name of ["a.jpg", "a.txt"]) {
      for (const isDownload of [false, true]) {
        const again: StoredFile = { ...file, close: () => Promise.resolve() };
        const response = await files.respond(request("GET", "/a"), again, { name, nowMs: NOW, isDownload });
        seen.push([fieldOf(response, "Content-Type"), fieldOf(response, "Content-Disposition")]);
      }
    }
    expect(seen).toEqual([
      ["image/jpeg", undefined],
      ["image/jpeg", "attachment"],
      ["text/plain", undefined],
      ["text/plain", "attachment"],
    ]);
    await file.close();
  });
});

describe("content", () => {
  test.each([
    { size: 99, kind: "bytes" },
    { size: 100, kind: "bytes" },
    { size: 101, kind: "source" },
  ])("of $size octets is given as $kind, where up to 100 are small", async ({ size, kind }) => {
    const { file } = await openFile(BYTES.subarray(0, size));
    const response = await respond(file);
    expect(response.content.kind).toBe(kind);
    expect((await contentOf(response)).equals(BYTES.subarray(0, size))).toBe(true);
  });

  test("of an empty file is nothing, and no error", async () => {
    const { file } = await openFile(Buffer.alloc(0));
    const response = await respond(file);
    expect([response.status, (await contentOf(response)).length]).toEqual([200, 0]);
  });

  test("for HEAD is not read, though its length is known", async () => {
    const { file } = await openFile(BYTES.subarray(0, 50));
    const response = await files.respond(request("HEAD", "/a.jpg"), file, OPTIONS);
    expect(response.content).toMatchObject({ kind: "source", lengthBytes: 50 });
    await contentOf(response);
  });
});

const statusWithIfRange = async (ifRange: (file: StoredFile) => string): Promise<number> => {
  const { file } = await openFile();
  const fields: FieldLine[] = [
    ["Range", "bytes=0-0"],
    ["If-Range", ifRange(file)],
  ];
  const response = await respond(file, fields);
  await contentOf(response);
  return response.status;
};

const statusOutOfRangeWith = async (field: FieldLine): Promise<number> => {
  const { file } = await openFile();
  return (await respond(file, [["Range", "bytes=99999-"], field])).status;
};

const typeOfTwoParts = async (): Promise<string | undefined> => {
  const { file } = await openFile();
  const response = await respond(file, [["Range", "bytes=0-0,-1"]]);
  await contentOf(response);
  return fieldOf(response, "Content-Type");
};

describe("a range (RFC 9110 §14)", () => {
  test.each([
    { range: "bytes=0-499", content: [0, 500], contentRange: "bytes 0-499/10000" },
    { range: "bytes=-500", content: [9_500, 10_000], contentRange: "bytes 9500-9999/10000" },
    { range: "bytes=9500-", content: [9_500, 10_000], contentRange: "bytes 9500-9999/10000" },
    { range: "bytes=9990-20000", content: [9_990, 10_000], contentRange: "bytes 9990-9999/10000" },
    { range: "bytes=0-", content: [0, 10_000], contentRange: "bytes 0-9999/10000" },
  ])("$range is 206 with these octets and no others", async ({ range, content, contentRange }) => {
    const { file } = await openFile();
    const response = await respond(file, [["Range", range]]);
    expect([response.status, fieldOf(response, "Content-Range")]).toEqual([206, contentRange]);
    expect(fieldOf(response, "ETag")).toBe(`"${file.stat.version}"`);
    expect((await contentOf(response)).equals(BYTES.subarray(...content))).toBe(true);
  });

  test("past the end is 416 with the length there is (§15.5.17)", async () => {
    const { file } = await openFile();
    const response = await respond(file, [["Range", "bytes=10000-"]]);
    expect([response.status, fieldOf(response, "Content-Range")]).toEqual([416, "bytes */10000"]);
  });

  test.each(["bytes=5-4", "bytes=0-5,5-9", "seconds=1-2", "bytes"].map((range) => ({ range })))(
    "$range is ignored",
    async ({ range }) => {
      const { file } = await openFile();
      const response = await respond(file, [["Range", range]]);
      expect([response.status, (await contentOf(response)).length]).toEqual([200, 10_000]);
      expect(fieldOf(response, "Content-Range")).toBeUndefined();
    },
  );

  test("is one of several parts, each with its place and its type (§14.6)", async () => {
    const { file } = await openFile();
    const response = await respond(file, [["Range", "bytes=9000-9099, 0-0, -1"]]);
    expect([response.status, fieldOf(response, "Content-Range")]).toEqual([206, undefined]);
    expect(fieldOf(response, "ETag")).toBe(`"${file.stat.version}"`);
    const mediaType = fieldOf(response, "Content-Type") ?? "";
    const content = await contentOf(response);
    expect(response.content).toMatchObject({ lengthBytes: content.length });
    expect(partsOf(mediaType, content)).toEqual([
      {
        contentType: "image/jpeg",
        contentRange: "bytes 9000-9099/10000",
        bytes: BYTES.subarray(9_000, 9_100),
      },
      { contentType: "image/jpeg", contentRange: "bytes 0-0/10000", bytes: BYTES.subarray(0, 1) },
      { contentType: "image/jpeg", contentRange: "bytes 9999-9999/10000", bytes: BYTES.subarray(9_999) },
    ]);
  });

  test("that is the only one left of several is no multipart (§15.3.7.2)", async () => {
    const { file } = await openFile();
    const response = await respond(file, [["Range", "bytes=0-9, 20000-"]]);
    expect([response.status, fieldOf(response, "Content-Range")]).toEqual([206, "bytes 0-9/10000"]);
    expect(fieldOf(response, "Content-Type")).toBe("image/jpeg");
    expect((await contentOf(response)).equals(BYTES.subarray(0, 10))).toBe(true);
  });

  test("has a delimiter that is another one each time", async () => {
    expect(await typeOfTwoParts()).not.toBe(await typeOfTwoParts());
  });

  test("means nothing for HEAD (§14.2)", async () => {
    const { file } = await openFile();
    const response = await files.respond(
      request("HEAD", "/a.jpg", [["Range", "bytes=0-499"]]),
      file,
      OPTIONS,
    );
    expect([response.status, response.content]).toMatchObject([200, { lengthBytes: 10_000 }]);
    await contentOf(response);
  });

  test("is answered whole unless If-Range names this very version (§13.1.5)", async () => {
    expect(await statusWithIfRange(({ stat }) => `"${stat.version}"`)).toBe(206);
    expect(await statusWithIfRange(() => formatHttpDate(MODIFIED))).toBe(206);
    expect(await statusWithIfRange(({ stat }) => `W/"${stat.version}"`)).toBe(200);
    expect(await statusWithIfRange(() => '"other"')).toBe(200);
    expect(await statusWithIfRange(() => formatHttpDate(MODIFIED + 1_000))).toBe(200);
  });

  test("comes after the preconditions (§13.2.2)", async () => {
    expect(await statusOutOfRangeWith(["If-None-Match", "*"])).toBe(304);
    expect(await statusOutOfRangeWith(["If-Match", '"other"'])).toBe(412);
  });
});

describe("a date within its second is no strong validator (§8.8.2.2)", () => {
  test("so it is not sent", async () => {
    const { file } = await openFile(BYTES, NOW + 200);
    const response = await respond(file, [], { nowMs: NOW + 900 });
    expect([response.status, fieldOf(response, "Last-Modified")]).toEqual([200, undefined]);
    await contentOf(response);
  });

  test("but when it is over", async () => {
    const { file } = await openFile(BYTES, NOW + 200);
    const response = await respond(file, [], { nowMs: NOW + 1_000 });
    expect(fieldOf(response, "Last-Modified")).toBe(formatHttpDate(NOW));
    await contentOf(response);
  });

  test("and If-Range does not hold by it (§13.1.5)", async () => {
    const { file } = await openFile(BYTES, NOW + 86_400_000);
    const fields: FieldLine[] = [
      ["Range", "bytes=0-0"],
      ["If-Range", formatHttpDate(NOW)],
    ];
    const response = await respond(file, fields, { nowMs: NOW });
    expect(response.status).toBe(200);
    await contentOf(response);
  });
});

test("Last-Modified never lies after Date, though the file's clock did (§8.8.2.1)", async () => {
  const { file } = await openFile(BYTES, NOW + 86_400_000);
  const response = await respond(file);
  expect(fieldOf(response, "Last-Modified")).toBe(formatHttpDate(NOW));
  await contentOf(response);
});

describe("who has it by its date", () => {
  test.each([
    { field: "If-Modified-Since", dateMs: MODIFIED, status: 304 },
    { field: "If-Modified-Since", dateMs: MODIFIED + 86_400_000, status: 304 },
    { field: "If-Modified-Since", dateMs: MODIFIED - 1_000, status: 200 },
    { field: "If-Unmodified-Since", dateMs: MODIFIED, status: 200 },
    { field: "If-Unmodified-Since", dateMs: MODIFIED - 1_000, status: 412 },
  ])("$field $dateMs is $status", async ({ field, dateMs, status }) => {
    const { file } = await openFile(BYTES, MODIFIED + 750);
    const response = await respond(file, [[field, formatHttpDate(dateMs)]]);
    await contentOf(response);
    expect(response.status).toBe(status);
  });
});

describe("what a browser could run is put in a sandbox", () => {
  test.each([
    { name: "a.html", policy: "sandbox" },
    { name: "a.svg", policy: "sandbox" },
    { name: "a.xml", policy: "sandbox" },
    { name: "a.jpg", policy: undefined },
    { name: "a.pdf", policy: undefined }, // browsers refuse to show it there
  ])("$name: $policy", async ({ name, policy }) => {
    const { file } = await openFile();
    const response = await respond(file, [], { name });
    await contentOf(response);
    expect(fieldOf(response, "Content-Security-Policy")).toBe(policy);
  });
});
