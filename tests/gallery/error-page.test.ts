import { describe, expect, test } from "vitest";
import { emptyRootPage, errorResponse, unreadableTile } from "../../src/gallery/error-page.ts";
import { HttpError, ParseError } from "../../src/http/errors.ts";
import { get } from "../support/requests.ts";
import { fieldOf, textOf } from "../support/test-gallery.ts";

const browser = get("/", [["Accept", "text/html,application/xhtml+xml,*/*;q=0.8"]]);

describe("an error", () => {
  const error = new HttpError(404, "There is nothing <here>.", { cause: new Error("ENOENT: /secret/path") });

  test("is a page for people, with its reason escaped", async () => {
    const response = errorResponse(error, browser);
    expect(response.status).toBe(404);
    expect(fieldOf(response, "Content-Type")).toBe("text/html; charset=utf-8");
    expect(await textOf(response)).toContain("<h1>404 Not Found</h1>");
    expect(await textOf(response)).toContain("There is nothing &lt;here&gt;.");
    expect(await textOf(response)).toContain("<title>404 Not Found</title>");
  });

  test.each([
    ["Chromium", "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"],
    ["Firefox", "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"],
    [
      "Safari",
      "image/webp,image/avif,image/jxl,image/heic,video/*;q=0.8,image/png,image/svg+xml,image/*;q=0.8",
    ],
  ])("is a tile in the place of a picture, as %s asks for it", async (_, accept) => {
    const busy = new HttpError(503, "Later.", { fields: [["Retry-After", "10"]] });
    const response = errorResponse(busy, get("/a.jpg", [["Accept", accept]]));
    expect(response.status).toBe(503);
    expect(fieldOf(response, "Content-Type")).toBe("image/svg+xml");
    expect([fieldOf(response, "Retry-After"), fieldOf(response, "Vary")]).toEqual(["10", "Accept"]);
    expect(await textOf(response)).toMatch(/^<svg .*This picture cannot be shown\./s);
  });

  test("is a line of text for programs", async () => {
    const response = errorResponse(error, get("/", [["Accept", "*/*"]]));
    expect(fieldOf(response, "Content-Type")).toBe("text/plain; charset=utf-8");
    expect(await textOf(response)).toBe("404 Not Found\nThere is nothing <here>.\n");
  });

  test("is a line of text where no request could be read", async () => {
    expect(await textOf(errorResponse(new HttpError(400, "No."), undefined))).toBe("400 Bad Request\nNo.\n");
  });

  test("tells who sent octets that are no request which one it was, and the rule", async () => {
    const refused = new ParseError(400, 34, "No whitespace before the colon.", "RFC 9112 §5.1");
    expect(await textOf(errorResponse(refused, undefined))).toBe(
      "400 Bad Request\nNo whitespace before the colon.\nOctet 34; see RFC 9112 §5.1.\n",
    );
  });

  test("tells nobody what its cause was", async () => {
    for (const request of [browser, undefined]) {
      expect(await textOf(errorResponse(error, request))).not.toMatch(/ENOENT|secret/);
    }
  });

  test("brings its own fields along, as 405 does Allow (RFC 9110 §15.5.6)", () => {
    const refusal = new HttpError(405, "No.", { fields: [["Allow", "GET, HEAD"]] });
    for (const request of [browser, undefined]) {
      const response = errorResponse(refusal, request);
      expect(fieldOf(response, "Allow")).toBe("GET, HEAD");
      expect(fieldOf(response, "X-Content-Type-Options")).toBe("nosniff");
    }
  });

  test("as a page runs no script and is shown in no frame", () => {
    const policy = fieldOf(errorResponse(error, browser), "Content-Security-Policy");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("script-src");
  });
});

test("a root without pictures says which files would be shown, and names itself safely", async () => {
  const response = emptyRootPage("<my photos>\u202e", ["jpg", "png"]);
  expect(response.status).toBe(403);
  const text = await textOf(response);
  expect(text).toContain("&lt;my photos&gt;\uFFFD");
  expect(text).toContain("<code>.jpg</code>, <code>.png</code>");
});

test("a picture that cannot be shown is answered 415, with a picture that says so", async () => {
  const response = unreadableTile();
  expect(response.status).toBe(415);
  expect(fieldOf(response, "Content-Type")).toBe("image/svg+xml");
  expect(fieldOf(response, "Cache-Control")).toBe("no-cache");
  expect(await textOf(response)).toMatch(/^<svg .*This picture cannot be shown\..*<\/svg>$/s);
});
