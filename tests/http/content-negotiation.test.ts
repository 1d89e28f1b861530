import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { acceptsByName } from "../../src/http/content-negotiation.ts";

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
