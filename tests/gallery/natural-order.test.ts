import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compareNames } from "../../src/gallery/natural-order.ts";

const collator = new Intl.Collator("en", { numeric: true });

/** What the order is by definition. */
function compareByCollator(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : 1);
}

test.each([
  { because: "9 is less than 10", names: ["IMG_9.jpg", "IMG_10.jpg"] },
  { because: "leading zeros do not count", names: ["IMG_007.jpg", "IMG_08.jpg", "IMG_9.jpg"] },
  { because: "but decide if nothing else does", names: ["001.jpg", "01.jpg", "1.jpg"] },
  {
    because: "numbers may be longer than any number",
    names: [`${"9".repeat(60)}.jpg`, `1${"0".repeat(60)}.jpg`],
  },
  { because: "the shorter name comes first", names: ["a", "a1", "a1b", "ab"] },
  {
    because: "signs stand before digits, and digits before letters",
    names: ["_.jpg", "-.jpg", "(.jpg", "1.jpg", "a.jpg"],
  },
  { because: "a capital decides if nothing else does", names: ["a1.jpg", "A1.jpg", "a2.jpg", "B.jpg"] },
  { because: "and then the first one", names: ["ab.jpg", "aB.jpg", "Ab.jpg", "AB.jpg"] },
  { because: "an accent counts for less than a letter", names: ["resume 1", "r\u00e9sume 1", "resume 2"] },
  { because: "also one that stands by itself", names: ["cafe", "cafe\u0301", "caff"] },
  { because: "digits of other scripts are digits", names: ["1", "\u0662", "\uff13", "1\uff10"] },
])("$because", ({ names }) => {
  const shuffled = [...names.slice(1).toReversed(), ...names.slice(0, 1)];
  expect(shuffled.sort(compareNames)).toEqual(names);
});

const PLAIN = Array.from("aAbBzZ0019_- .,'()~");
const OTHERS = Array.from(
  "\t\u0001\u00ad\u00e9\u0301\u00df\u00e4\uff11\u0663\u200d\u65e5\ufb01\u0406\u0e40\u0e01\u{1f600}\udc80",
);

test("is that of the collator, whatever stands in the names", () => {
  const character = fc.oneof(
    { arbitrary: fc.constantFrom(...PLAIN), weight: 5 },
    { arbitrary: fc.constantFrom(...OTHERS), weight: 1 },
  );
  const name = fc.array(character, { maxLength: 7 }).map((characters) => characters.join(""));
  fc.assert(
    fc.property(name, name, name, (start, a, b) => {
      if (a === b) return;
      const names = [start + a, start + b] as const;
      expect(Math.sign(compareNames(...names))).toBe(Math.sign(compareByCollator(...names)));
    }),
    { numRuns: 20_000 },
  );
});

test("is that of the collator for any two characters", () => {
  const all = Array.from({ length: 0x250 }, (_, code) => String.fromCharCode(code));
  for (const a of all) {
    for (const b of ["a", "M", "z", "0", "9", "_", "~", " ", "("]) {
      if (a === b) continue;
      expect(Math.sign(compareNames(a, b))).toBe(Math.sign(compareByCollator(a, b)));
      expect(Math.sign(compareNames(`x${a}1`, `x${b}2`))).toBe(
        Math.sign(compareByCollator(`x${a}1`, `x${b}2`)),
      );
    }
  }
});
