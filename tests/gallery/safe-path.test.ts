import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isServedName, safePath } from "../../src/gallery/safe-path.ts";
import { get } from "../support/requests.ts";

function pathOf(target: string): ReturnType<typeof safePath> {
  const parsed = get(target).target;
  return "segments" in parsed ? safePath(parsed.segments) : undefined;
}

describe("paths and their keys", () => {
  test.each([
    { target: "/", key: "", isFolder: true },
    { target: "/a.jpg", key: "a.jpg", isFolder: false },
    { target: "/2021/Iceland/", key: "2021/Iceland", isFolder: true },
    { target: "/2021/Iceland/a.jpg?size=320", key: "2021/Iceland/a.jpg", isFolder: false },
    { target: "/a%20b/%E6%97%85%E8%A1%8C.jpg", key: "a b/\u65c5\u884c.jpg", isFolder: false },
    { target: "/caf%E9.jpg", key: "caf\uDCE9.jpg", isFolder: false },
    { target: "/a..b/c...", key: "a..b/c...", isFolder: false },
    { target: "/%25", key: "%", isFolder: false },
    { target: "/%252e%252e/a", key: "%2e%2e/a", isFolder: false }, // decoded once: a name, and no way up
    { target: "http://photos.example", key: "", isFolder: true },
    { target: "http://photos.example/a/", key: "a", isFolder: true },
  ])("$target", ({ target, key, isFolder }) => {
    expect(pathOf(target)).toEqual({ key, isFolder });
  });
});

describe("a path that no served file can have", () => {
  test.each([
    { because: "it goes up", target: "/../etc/passwd" },
    { because: "it goes up behind a name", target: "/a/../../etc/passwd" },
    { because: "it goes up, percent-encoded", target: "/%2e%2e/etc/passwd" },
    { because: "it goes up, half percent-encoded", target: "/.%2E/etc/passwd" },
    { because: "it goes up at its end", target: "/a/.." },
    { because: "it stays where it is", target: "/./a.jpg" },
    { because: "a name is hidden", target: "/.git/config" },
    { because: "a name below is hidden", target: "/a/.hidden.jpg" },
    { because: "a name is hidden, percent-encoded", target: "/%2egit/config" },
    { because: "a name holds a slash", target: "/a%2fb" },
    { because: "a name holds a slash in upper case", target: "/..%2F..%2Fetc%2Fpasswd" },
    { because: "a name holds a backslash", target: "/a%5cb" },
    { because: "a name holds a backslash as it is", target: "/..\\..\\a" },
    { because: "a name is empty", target: "/a//b" },
    { because: "it begins with two slashes", target: "//example.org/a" },
    { because: "it ends with two slashes", target: "/a//" },
  ])("because $because", ({ target }) => {
    expect(pathOf(target)).toBeUndefined();
  });

  test("because a name holds NUL, if ever one comes so far", () => {
    expect(safePath(["a\0b"])).toBeUndefined();
    expect(isServedName("a\0b")).toBe(false);
  });
});

test("whatever the segments are, a key never leads up, holds nothing hidden and nothing empty", () => {
  const anySegment = fc.oneof(fc.string(), fc.constantFrom("", ".", "..", "...", "a", "/", "\\", "\0", ".a"));
  fc.assert(
    fc.property(fc.array(anySegment, { minLength: 1, maxLength: 5 }), (segments) => {
      const path = safePath(segments);
      if (path === undefined || path.key === "") return;
      for (const name of path.key.split("/")) expect(name).toMatch(/^[^./\\\0][^/\\\0]*$/);
    }),
    { numRuns: 300 },
  );
});
