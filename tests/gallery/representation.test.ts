import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { FinishedPages } from "../../src/gallery/page.ts";
import { Representation, digestOf } from "../../src/gallery/representation.ts";
import { HttpError } from "../../src/http/errors.ts";
import type { FieldLine, Response } from "../../src/http/message.ts";
import { get } from "../support/requests.ts";
import { contentOf, fieldOf } from "../support/test-gallery.ts";

const NOW = Date.UTC(2026, 2, 1);
const BYTES = Buffer.from("<p>All the photos of a long summer</p>\n".repeat(40));
const DIGEST = digestOf(BYTES);

const page = new Representation(BYTES, DIGEST, [["Content-Type", "text/html; charset=utf-8"]], "no-cache");

async function respond(...fields: FieldLine[]): Promise<Response> {
  return await page.respond(get("/", fields), NOW);
}

describe("in a content coding", () => {
  test.each([
    { coding: "br", decode: brotliDecompressSync },
    { coding: "gzip", decode: gunzipSync },
  ])("$coding it is the same octets, and fewer on the way", async ({ coding, decode }) => {
    const response = await respond(["Accept-Encoding", coding]);
    expect([response.status, fieldOf(response, "Content-Encoding")]).toEqual([200, coding]);
    const content = await contentOf(response);
    expect(content.length).toBeLessThan(BYTES.length / 4);
    expect(decode(content).equals(BYTES)).toBe(true);
  });

  test("identity it has no Content-Encoding (RFC 9110 §8.4)", async () => {
    const response = await respond();
    expect(fieldOf(response, "Content-Encoding")).toBeUndefined();
    expect((await contentOf(response)).equals(BYTES)).toBe(true);
  });

  test("it has an entity tag of its own (§8.8.3.3), and always says what it varies with", async () => {
    const tags = new Set<string | undefined>();
    for (const coding of ["br", "gzip", "identity"]) {
      const response = await respond(["Accept-Encoding", coding]);
      tags.add(fieldOf(response, "ETag"));
      expect(fieldOf(response, "Vary")).toBe("Accept-Encoding");
      expect(fieldOf(response, "Content-Type")).toBe("text/html; charset=utf-8");
      expect(fieldOf(response, "X-Content-Type-Options")).toBe("nosniff");
    }
    expect([...tags]).toEqual([`"${DIGEST}-br"`, `"${DIGEST}-gzip"`, `"${DIGEST}"`]);
  });

  test("that nobody has and with identity refused it is 406 (§12.5.3), which also varies", async () => {
    const refused = await respond(["Accept-Encoding", "zstd, identity;q=0"]).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(HttpError);
    expect(refused).toMatchObject({ status: 406, fields: [["Vary", "Accept-Encoding"]] });
  });
});

describe("asked whether it is still the same", () => {
  test.each([
    { tag: `"${DIGEST}-br"`, coding: "br", status: 304 },
    { tag: `W/"${DIGEST}-br"`, coding: "br", status: 304 },
    { tag: `"${DIGEST}"`, coding: "identity", status: 304 },
    { tag: `"${DIGEST}"`, coding: "br", status: 200 },
    { tag: `"${DIGEST}-gzip"`, coding: "br", status: 200 },
    { tag: `"${DIGEST}-gzip", "${DIGEST}-br"`, coding: "br", status: 304 },
    { tag: "*", coding: "gzip", status: 304 },
  ])("If-None-Match: $tag of who takes $coding is answered with $status", async ({ tag, coding, status }) => {
    const response = await respond(["Accept-Encoding", coding], ["If-None-Match", tag]);
    expect(response.status).toBe(status);
    expect(fieldOf(response, "Vary")).toBe("Accept-Encoding");
    expect(fieldOf(response, "ETag")).toBe(coding === "identity" ? `"${DIGEST}"` : `"${DIGEST}-${coding}"`);
  });
});

test("it is coded once, however many ask", async () => {
  const [first, second] = await Promise.all([
    respond(["Accept-Encoding", "gzip"]),
    respond(["Accept-Encoding", "gzip;q=0.5"]),
  ]);
  expect(second).toBe(first);
});

describe("finished pages", () => {
  test("that are made anew and did not change are the ones that were there", () => {
    const pages = new FinishedPages(2);
    const first = pages.finish(Buffer.from("a"));
    expect(pages.finish(Buffer.from("a"))).toBe(first);
    expect(pages.finish(Buffer.from("b"))).not.toBe(first);
  });

  test("are forgotten when there are too many, those first that were not made for the longest", () => {
    const pages = new FinishedPages(2);
    const [a, b] = [pages.finish(Buffer.from("a")), pages.finish(Buffer.from("b"))];
    expect(pages.finish(Buffer.from("a"))).toBe(a);
    pages.finish(Buffer.from("c"));
    expect(pages.finish(Buffer.from("a"))).toBe(a);
    expect(pages.finish(Buffer.from("b"))).not.toBe(b);
  });
});
