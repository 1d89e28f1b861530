import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { textFromUtf8, utf8FromText } from "../../src/http/utf8.ts";

const anyOctets = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  // Octets that look like the beginnings and the middles of sequences.
  fc
    .array(
      fc.constantFrom(
        0x41,
        0x7f,
        0x80,
        0x8f,
        0x90,
        0x9f,
        0xa0,
        0xbf,
        0xc1,
        0xc2,
        0xdf,
        0xe0,
        0xed,
        0xef,
        0xf0,
        0xf4,
        0xf5,
        0xff,
      ),
      {
        maxLength: 12,
      },
    )
    .map((octets) => Uint8Array.from(octets)),
);

test("every sequence of octets comes back as it was", () => {
  fc.assert(
    fc.property(anyOctets, (octets) => {
      expect([...utf8FromText(textFromUtf8(octets))]).toEqual([...octets]);
    }),
    { numRuns: 500 },
  );
});

test("two names of different octets are two different texts", () => {
  fc.assert(
    fc.property(anyOctets, anyOctets, (one, other) => {
      const isSame = Buffer.compare(one, other) === 0;
      expect(textFromUtf8(one) === textFromUtf8(other)).toBe(isSame);
    }),
  );
});

test("well-formed text is ordinary UTF-8, in and out", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(Buffer.compare(utf8FromText(text), Buffer.from(text, "utf8"))).toBe(0);
      expect(textFromUtf8(Buffer.from(text, "utf8"))).toBe(text);
    }),
  );
});

describe("what is no UTF-8 becomes one lone surrogate for each octet (Unicode table 3-7)", () => {
  test.each([
    { what: "an octet of ISO 8859-1", octets: [0x63, 0xe9], text: "c\uDCE9" },
    { what: "a continuation without a beginning", octets: [0x80], text: "\uDC80" },
    { what: "a beginning without a continuation", octets: [0xc3, 0x41], text: "\uDCC3A" },
    { what: "a sequence cut short", octets: [0xe6, 0x97], text: "\uDCE6\uDC97" },
    { what: "an overlong slash", octets: [0xc0, 0xaf], text: "\uDCC0\uDCAF" },
    { what: "an overlong slash of three octets", octets: [0xe0, 0x80, 0xaf], text: "\uDCE0\uDC80\uDCAF" },
    { what: "an encoded surrogate", octets: [0xed, 0xb3, 0xbf], text: "\uDCED\uDCB3\uDCBF" },
    {
      what: "a code point above U+10FFFF",
      octets: [0xf4, 0x90, 0x80, 0x80],
      text: "\uDCF4\uDC90\uDC80\uDC80",
    },
    { what: "an octet that never occurs", octets: [0xff], text: "\uDCFF" },
    { what: "a broken octet before a whole sequence", octets: [0xff, 0xc3, 0xa9], text: "\uDCFF\u00e9" },
    {
      what: "a broken octet behind a whole sequence",
      octets: [0xf0, 0x9f, 0x93, 0xb7, 0x93],
      text: "\u{1f4f7}\uDC93",
    },
    { what: "a byte order mark in a broken name", octets: [0xef, 0xbb, 0xbf, 0xff], text: "\uFEFF\uDCFF" },
  ])("$what", ({ octets, text }) => {
    expect(textFromUtf8(Uint8Array.from(octets))).toBe(text);
    expect([...utf8FromText(text)]).toEqual(octets);
  });
});

/** The characters of US-ASCII in it. */
function ascii(text: string): string {
  return text.replace(/[^\0-\x7f]/g, "");
}

test("a broken octet is never read as US-ASCII: no slash, dot or NUL comes out of it", () => {
  fc.assert(
    fc.property(anyOctets, (octets) => {
      expect(ascii(textFromUtf8(octets))).toBe(
        Buffer.from(octets.filter((octet) => octet < 0x80)).toString("latin1"),
      );
    }),
  );
});
