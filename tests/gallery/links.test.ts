import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { albumPagePath, albumPath, filePath, photoPath, thumbnailPath } from "../../src/gallery/links.ts";
import { findResource } from "../../src/gallery/routes.ts";
import { isServedName, safePath } from "../../src/gallery/safe-path.ts";
import { ROOT_KEY, type StorageKey } from "../../src/gallery/storage.ts";
import { parseRequestTarget } from "../../src/http/request-target.ts";
import { textFromUtf8 } from "../../src/http/utf8.ts";

/** Names as they come from a disk: octets, mostly UTF-8. */
const anyName = fc
  .oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 12 }).map((text) => Buffer.from(text)),
    fc.uint8Array({ minLength: 1, maxLength: 12 }),
    fc
      .string({
        unit: fc.constantFrom(..."?#&=%+ ;:@\"'<>[]{}|^`~.-a".split("")),
        minLength: 1,
        maxLength: 8,
      })
      .map((text) => Buffer.from(text)),
  )
  .map((octets) => textFromUtf8(octets))
  .filter(isServedName);

const anyKey = fc
  .array(anyName, { minLength: 1, maxLength: 4 })
  .map((names) => names.join("/") as StorageKey);

/** What the server makes of a link that a browser follows. */
function follow(link: string): { path: ReturnType<typeof safePath>; query: string | undefined } {
  const target = parseRequestTarget("GET", link, 0);
  if (target.form !== "origin") throw new Error(`${link} is not path-absolute.`);
  return { path: safePath(target.segments), query: target.query };
}

describe("every name leads back to itself", () => {
  test("as a file", () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        expect(follow(filePath(key))).toEqual({ path: { key, isFolder: false }, query: undefined });
      }),
      { numRuns: 300 },
    );
  });

  test("as an album, and as one of its pages", () => {
    fc.assert(
      fc.property(anyKey, fc.integer({ min: 2, max: 99 }), (key, page) => {
        expect(follow(albumPath(key))).toEqual({ path: { key, isFolder: true }, query: undefined });
        expect(albumPagePath(key, 1)).toBe(albumPath(key));
        const { path, query } = follow(albumPagePath(key, page));
        expect(path).toEqual({ key, isFolder: true });
        expect(findResource({ firstName: "a", isFolder: true }, query)).toEqual({
          kind: "folder",
          page: `${page}`,
        });
      }),
    );
  });

  test("as a photo's page, and as a thumbnail", () => {
    fc.assert(
      fc.property(anyKey, fc.stringMatching(/^[A-Za-z0-9_-]{16}$/), (key, version) => {
        const page = follow(photoPath(key));
        expect(page.path).toEqual({ key, isFolder: false });
        expect(findResource({ firstName: "a", isFolder: false }, page.query)).toEqual({ kind: "photo-page" });
        const thumbnail = follow(thumbnailPath(key, 320, version));
        expect(thumbnail.path).toEqual({ key, isFolder: false });
        expect(findResource({ firstName: "a", isFolder: false }, thumbnail.query)).toEqual({
          kind: "thumbnail",
          size: "320",
          version,
        });
      }),
    );
  });

  test("also through a browser's URL parser, whatever the page", () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        const url = new URL(filePath(key), "http://photos.example/elsewhere/?a#b");
        expect(url.origin).toBe("http://photos.example");
        expect(follow(url.pathname + url.search)).toEqual({
          path: { key, isFolder: false },
          query: undefined,
        });
      }),
      { numRuns: 300 },
    );
  });
});

test("a link is one slash and then a name: never another host", () => {
  fc.assert(
    fc.property(anyKey, (key) => {
      expect(albumPath(key)).toMatch(/^\/[A-Za-z0-9\-._~!$()*+,=:@%/]+\/$/);
      expect(albumPath(key)).not.toMatch(/^\/\//);
    }),
  );
});

test("the root is a slash", () => {
  expect([albumPath(ROOT_KEY), albumPagePath(ROOT_KEY, 1), albumPagePath(ROOT_KEY, 2)]).toEqual([
    "/",
    "/",
    "/?page=2",
  ]);
});

test("names are encoded and slashes between them are not", () => {
  const key = "2021/Iceland & more/a?b.jpg" as StorageKey;
  expect(filePath(key)).toBe("/2021/Iceland%20%26%20more/a%3Fb.jpg");
  expect(photoPath(key)).toBe("/2021/Iceland%20%26%20more/a%3Fb.jpg?view");
  expect(thumbnailPath(key, 320, "v-1_")).toBe("/2021/Iceland%20%26%20more/a%3Fb.jpg?size=320&v=v-1_");
});
