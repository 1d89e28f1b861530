import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { acceptsByName, chooseContentCoding } from "../../src/http/content-negotiation.ts";

describe("image/webp is named", () => {
  test.each([
    { accept: "image/webp" },
    { accept: "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8" },
    { accept: "IMAGE/WebP" },
    { accept: "text/html, image/webp" },
    { accept: "image/png,\timage/webp\t,image/gif" },
    { accept: "image/webp;q=1" },
    { accept: "image/webp;q=1.000" },
    { accept: "image/webp;q=0.001" },
    { accept: "image/webp ; Q=0.5" },
    { accept: "image/webp;level=1;q=0.5" },
    { accept: ",, image/webp ,," },
  ])("by $accept", ({ accept }) => {
    expect(acceptsByName(accept, "image/webp")).toBe(true);
  });
});

describe("image/webp is not named", () => {
  test.each([
    { because: "a range is not a name", accept: "image/*" },
    { because: "everything is not a name", accept: "*/*" },
    { because: "q=0 refuses it (RFC 9110 §12.4.2)", accept: "image/webp;q=0" },
    { because: "q=0.000 refuses it", accept: "image/webp; q=0.000, image/*" },
    { because: "q=0. refuses it", accept: "image/webp;q=0." },
    { because: "2 is no qvalue", accept: "image/webp;q=2" },
    { because: "1.001 is no qvalue", accept: "image/webp;q=1.001" },
    { because: "four digits are no qvalue", accept: "image/webp;q=0.1234" },
    { because: "an empty qvalue is none", accept: "image/webp;q=" },
    { because: "an exponent is no qvalue", accept: "image/webp;q=1e0" },
    { because: "it is a longer name", accept: "image/webpx" },
    { because: "it is the end of a longer name", accept: "ximage/webp" },
    { because: "it stands inside a quoted-string", accept: 'text/plain;x=", image/webp"' },
    { because: "a no-break space is no whitespace", accept: "image/png,\u00a0image/webp" },
    { because: "the field is empty", accept: "" },
    { because: "there is no field", accept: undefined },
  ])("because $because", ({ accept }) => {
    expect(acceptsByName(accept, "image/webp")).toBe(false);
  });
});

test("every weight above 0 accepts, and 0 does not", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000 }), (thousandths) => {
      const accept = `text/html, image/webp;q=${(thousandths / 1_000).toFixed(3)}`;
      expect(acceptsByName(accept, "image/webp")).toBe(thousandths > 0);
    }),
  );
});

describe("of br, gzip and identity", () => {
  test.each([
    { acceptEncoding: undefined, coding: "identity", because: "who says nothing gets no coding" },
    { acceptEncoding: "", coding: "identity", because: "an empty field wants none (§12.5.3)" },
    {
      acceptEncoding: "gzip, deflate, br, zstd",
      coding: "br",
      because: "all weigh the same, and it is ours first",
    },
    { acceptEncoding: "gzip, deflate", coding: "gzip", because: "the other is not known here" },
    { acceptEncoding: "GZIP", coding: "gzip", because: "codings are case-insensitive (§8.4.1)" },
    { acceptEncoding: "x-gzip", coding: "gzip", because: "it is the same (§8.4.1.3)" },
    { acceptEncoding: "deflate", coding: "identity", because: "it is taken unless refused" },
    { acceptEncoding: "*", coding: "br", because: "everything is welcome" },
    { acceptEncoding: "br;q=0, *", coding: "gzip", because: "* means what is not named" },
    { acceptEncoding: "gzip;q=0", coding: "identity", because: "q=0 refuses" },
    {
      acceptEncoding: "gzip;q=0.000, br;q=0.0",
      coding: "identity",
      because: "q=0 refuses, however many zeros",
    },
    { acceptEncoding: "br;q=0.5, gzip;q=0.8", coding: "gzip", because: "it weighs more" },
    { acceptEncoding: "br;q=0.5, gzip;q=0.5", coding: "br", because: "of equals ours decides" },
    { acceptEncoding: "gzip;q=0.5, identity", coding: "identity", because: "it weighs more" },
    { acceptEncoding: "identity;q=0.5, gzip;q=0.3", coding: "identity", because: "it weighs more" },
    { acceptEncoding: "gzip;q=0.001", coding: "gzip", because: "what is named goes before what is not" },
    { acceptEncoding: "identity;q=0, gzip", coding: "gzip", because: "the other is refused" },
    { acceptEncoding: "*;q=0, br", coding: "br", because: "all others are refused" },
    { acceptEncoding: "*;q=0.1, identity;q=0", coding: "br", because: "* stands for it" },
    { acceptEncoding: "compress;q=0.5, gzip;q=1.0", coding: "gzip", because: "it is §12.5.3's example" },
    {
      acceptEncoding: "gzip;q=1.0, identity; q=0.5, *;q=0",
      coding: "gzip",
      because: "it is §12.5.3's example",
    },
    {
      acceptEncoding: "br ; Q=0.2 , gzip ;q=0.3",
      coding: "gzip",
      because: "whitespace and case mean nothing",
    },
    { acceptEncoding: "br;q=2, gzip", coding: "gzip", because: "2 is no qvalue" },
    { acceptEncoding: "brotli, gzipped", coding: "identity", because: "longer names are others" },
    { acceptEncoding: "gzip;q=0, gzip", coding: "identity", because: "the first counts" },
  ])("$acceptEncoding is answered with $coding: $because", ({ acceptEncoding, coding }) => {
    expect(chooseContentCoding(acceptEncoding, ["br", "gzip", "identity"])).toBe(coding);
  });

  test.each(["identity;q=0", "*;q=0", "gzip;q=0, br;q=0, identity;q=0", "deflate, identity;q=0"])(
    "%s can be answered with none",
    (acceptEncoding) => {
      expect(chooseContentCoding(acceptEncoding, ["br", "gzip", "identity"])).toBeUndefined();
    },
  );

  test("whatever stands in the field, what is chosen was offered", () => {
    const anyElement = fc.oneof(fc.string(), fc.constantFrom("gzip", "br;q=0.3", "identity;q=0", "*;q=0.1"));
    fc.assert(
      fc.property(fc.array(anyElement), (elements) => {
        const offered = ["br", "identity"] as const;
        expect([...offered, undefined]).toContain(chooseContentCoding(elements.join(","), offered));
      }),
    );
  });
});
