import mime from "mime";
import { describe, expect, test } from "vitest";
import { FREQUENT_TYPES, extensionOf, mayHoldScript, mediaTypeOf } from "../../src/gallery/media-type.ts";
import { settings } from "../../settings.ts";

describe("media types", () => {
  test.each([
    { name: "a.jpg", type: "image/jpeg" },
    { name: "a.JPEG", type: "image/jpeg" },
    { name: "a.png", type: "image/png" },
    { name: "a.webp", type: "image/webp" },
    { name: "a.gif", type: "image/gif" },
    { name: "a.avif", type: "image/avif" },
    { name: "a.heic", type: "image/heic" },
    { name: "a.tif", type: "image/tiff" },
    { name: "a.html", type: "text/html" }, // without a charset: nobody knows that of a file
    { name: "a.css", type: "text/css" },
    { name: "a.js", type: "text/javascript" },
    { name: "a.txt", type: "text/plain" },
    { name: "a.mp4", type: "video/mp4" },
    { name: "a.tar.gz", type: "application/gzip" },
    { name: "html", type: "application/octet-stream" },
    { name: "a.", type: "application/octet-stream" },
    { name: "a.nobody-knows", type: "application/octet-stream" },
    { name: "a.__proto__", type: "application/octet-stream" },
    { name: "a.constructor", type: "application/octet-stream" },
    { name: "a.jpg\uDCFF", type: "application/octet-stream" },
  ])("$name is $type", async ({ name, type }) => {
    expect(await mediaTypeOf(name)).toBe(type);
  });

  test("every extension of a picture has the type of an image", async () => {
    for (const extension of settings.pictures.extensions) {
      expect(await mediaTypeOf(`a.${extension}`)).toMatch(/^image\//);
    }
  });

  test("the frequent ones are those of the whole table", () => {
    for (const [extension, type] of FREQUENT_TYPES)
      expect([extension, mime.getType(extension)]).toEqual([extension, type]);
  });
});

describe("extensions", () => {
  test.each([
    { name: "a.jpg", extension: "jpg" },
    { name: "A.JPG", extension: "jpg" },
    { name: "a.b.png", extension: "png" },
    { name: "a", extension: "" },
    { name: "a.", extension: "" },
    { name: ".jpg", extension: "" },
    { name: "", extension: "" },
  ])("of '$name' is '$extension'", ({ name, extension }) => {
    expect(extensionOf(name)).toBe(extension);
  });
});

describe("what a browser would run in our origin", () => {
  test.each(
    [
      "a.html",
      "a.htm",
      "a.shtml",
      "a.xhtml",
      "a.xht",
      "a.svg",
      "a.svgz",
      "a.xml",
      "a.xsl",
      "a.xslt",
      "a.rss",
      "a.mathml",
    ].map((name) => ({ name })),
  )("$name", async ({ name }) => {
    expect(mayHoldScript(await mediaTypeOf(name))).toBe(true);
  });

  test.each(["a.jpg", "a.txt", "a.css", "a.js", "a.pdf", "a.mp4", "a.json", "a"].map((name) => ({ name })))(
    "but not $name",
    async ({ name }) => {
      expect(mayHoldScript(await mediaTypeOf(name))).toBe(false);
    },
  );
});
