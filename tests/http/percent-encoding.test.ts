import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeSegment, encodeSegment, findBadPercentEncoding } from "../../src/http/percent-encoding.ts";
import { textFromUtf8, utf8FromText } from "../../src/http/utf8.ts";

/** Octets of every kind: arbitrary, nearly UTF-8, and UTF-8 cut short. */
const anyOctets = fc.oneof(
  fc.uint8Array({ maxLength: 30 }),
  fc.string({ unit: "binary", maxLength: 12 }).map((text) => new Uint8Array(Buffer.from(text))),
  fc
    .tuple(fc.string({ unit: "binary", maxLength: 8 }), fc.nat({ max: 30 }))
    .map(([text, cut]) => new Uint8Array(Buffer.from(text).subarray(cut))),
);

test("every sequence of octets but those with NUL comes back as it was", () => {
  fc.assert(
    fc.property(anyOctets, (octets) => {
      const name = textFromUtf8(octets.filter((octet) => octet !== 0));
      const segment = encodeSegment(name);
      expect(decodeSegment(segment)).toBe(name);
      expect(findBadPercentEncoding(segment)).toBe(-1);
    }),
    { numRuns: 300 },
  );
});

test("a segment is made of characters that need no escaping in a path, in HTML or in a field", () => {
  fc.assert(
    fc.property(anyOctets, (octets) => {
      expect(encodeSegment(textFromUtf8(octets))).toMatch(/^(?:[A-Za-z0-9\-._~!$()*+,=:@]|%[0-9A-F]{2})*$/);
    }),
  );
});

describe("encoding", () => {
  test.each([
    { name: "a b", segment: "a%20b" },
    { name: "a/b", segment: "a%2Fb" },
    { name: "100%", segment: "100%25" },
    { name: "a?b#c", segment: "a%3Fb%23c" },
    { name: "<a&b>", segment: "%3Ca%26b%3E" },
    { name: `"'`, segment: "%22%27" },
    { name: "\u65c5\u884c", segment: "%E6%97%85%E8%A1%8C" },
    { name: "a;b", segment: "a%3Bb" },
    { name: "IMG_1234.jpg", segment: "IMG_1234.jpg" },
    { name: "\uDCFF", segment: "%FF" },
    { name: "", segment: "" },
  ])("$name becomes $segment", ({ name, segment }) => {
    expect(encodeSegment(name)).toBe(segment);
  });
});

describe("decoding", () => {
  test.each([
    { segment: "a%20b", name: "a b" },
    { segment: "%7Esmith", name: "~smith" }, // RFC 3986 §2.4
    { segment: "%7esmith", name: "~smith" },
    { segment: "a+b", name: "a+b" },
    { segment: "%2525", name: "%25" }, // undone once and only once (RFC 3986 §2.4)
    { segment: "%2e%2E", name: ".." },
    { segment: "%E6%97%85", name: "\u65c5" },
    { segment: "%F0%9F%93%B7", name: "\u{1f4f7}" },
    { segment: "caf%E9", name: "caf\uDCE9" }, // ISO 8859-1, which is no UTF-8
    { segment: "%C0%AF", name: "\uDCC0\uDCAF" }, // an overlong slash is none
    { segment: "%EF%BB%BFa", name: "\uFEFFa" }, // a byte order mark stays
  ])("$segment becomes $name", ({ segment, name }) => {
    expect(decodeSegment(segment)).toBe(name);
  });
});

describe("bad percent-encoding is found where it stands", () => {
  test.each([
    { text: "/%", at: 1 },
    { text: "/%4", at: 1 },
    { text: "/%4g", at: 1 },
    { text: "/%g4", at: 1 },
    { text: "/%%20", at: 1 },
    { text: "/%20%", at: 4 },
    { text: "/%+1", at: 1 },
    { text: "/% 1", at: 1 },
    { text: "/a%00b", at: 2 }, // NUL
    { text: "/%20%zz%20", at: 4 },
  ])("$text", ({ text, at }) => {
    expect(findBadPercentEncoding(text)).toBe(at);
  });

  test.each([{ text: "" }, { text: "/" }, { text: "/a%20b%C3%BC" }, { text: "/%25" }, { text: "/%01%10" }])(
    "but there is none in '$text'",
    ({ text }) => {
      expect(findBadPercentEncoding(text)).toBe(-1);
    },
  );
});

test("names are encoded by their octets, not by their characters", () => {
  const octets = Uint8Array.of(0x61, 0xff, 0xc3, 0xa9);
  expect(encodeSegment(textFromUtf8(octets))).toBe("a%FF%C3%A9");
  expect([...utf8FromText(decodeSegment("a%FF%C3%A9"))]).toEqual([...octets]);
});
