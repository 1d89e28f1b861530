import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseByteRanges } from "../../src/http/byte-range.ts";
import { formatMultipart } from "../../src/http/multipart-byteranges.ts";
import { partsOf } from "../support/multipart.ts";

test("looks like the example of RFC 9110 §14.6", () => {
  const ranges = [
    { first: 500, last: 502 },
    { first: 700, last: 700 },
  ];
  const { mediaType, pieces, lengthBytes } = formatMultipart(ranges, "image/jpeg", 8_000, "THIS_SEPARATES");
  expect(mediaType).toBe("multipart/byteranges; boundary=THIS_SEPARATES");
  const texts = pieces.map((piece) =>
    piece.kind === "range"
      ? `<${piece.range.first}-${piece.range.last}>`
      : Buffer.from(piece.bytes).toString("latin1"),
  );
  expect(texts).toEqual([
    "--THIS_SEPARATES\r\nContent-Type: image/jpeg\r\nContent-Range: bytes 500-502/8000\r\n\r\n",
    "<500-502>",
    "\r\n--THIS_SEPARATES\r\nContent-Type: image/jpeg\r\nContent-Range: bytes 700-700/8000\r\n\r\n",
    "<700-700>",
    "\r\n--THIS_SEPARATES--\r\n",
  ]);
  expect(lengthBytes).toBe(texts.join("").length - "<500-502><700-700>".length + 4);
});

test("what is sent is what was asked for, and as long as it says", () => {
  const whole = Buffer.from(Array.from({ length: 256 }, (_, octet) => octet));
  const anyRange = fc.tuple(fc.nat({ max: 300 }), fc.nat({ max: 40 }));
  fc.assert(
    fc.property(fc.array(anyRange, { minLength: 1, maxLength: 8 }), (asked) => {
      const value = `bytes=${asked.map(([first, more]) => `${first}-${first + more}`).join()}`;
      const ranges = parseByteRanges(value, whole.length, 16);
      fc.pre(typeof ranges !== "string");
      const { mediaType, pieces, lengthBytes } = formatMultipart(ranges, "a/b", whole.length, "x-y_z");
      const content = Buffer.concat(
        pieces.map((piece) =>
          piece.kind === "range" ? whole.subarray(piece.range.first, piece.range.last + 1) : piece.bytes,
        ),
      );
      expect(content.length).toBe(lengthBytes);
      const parts = partsOf(mediaType, content);
      expect(parts.map(({ bytes }) => bytes)).toEqual(
        ranges.map(({ first, last }) => whole.subarray(first, last + 1)),
      );
    }),
  );
});
