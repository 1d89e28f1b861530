import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { entityTagsOf, stronglyMatches, weaklyMatches } from "../../src/http/entity-tag.ts";

/** The table of RFC 9110 §8.8.3.2. */
const comparisons = [
  { a: 'W/"1"', b: 'W/"1"', strong: false, weak: true },
  { a: 'W/"1"', b: 'W/"2"', strong: false, weak: false },
  { a: 'W/"1"', b: '"1"', strong: false, weak: true },
  { a: '"1"', b: '"1"', strong: true, weak: true },
  { a: '"1"', b: '"2"', strong: false, weak: false },
  { a: '""', b: '""', strong: true, weak: true },
  { a: '"a"', b: '"A"', strong: false, weak: false },
];

test.each(comparisons)(
  "$a and $b match as the table says, whichever comes first",
  ({ a, b, strong, weak }) => {
    expect([stronglyMatches(a, b), stronglyMatches(b, a)]).toEqual([strong, strong]);
    expect([weaklyMatches(a, b), weaklyMatches(b, a)]).toEqual([weak, weak]);
  },
);

describe("a list of entity tags (#entity-tag, §8.8.3)", () => {
  test.each([
    { value: '"xyzzy"', tags: ['"xyzzy"'] }, // the examples of §13.1.1 and §13.1.2
    { value: '"xyzzy", "r2d2xxxx", "c3piozzzz"', tags: ['"xyzzy"', '"r2d2xxxx"', '"c3piozzzz"'] },
    { value: 'W/"xyzzy", W/"r2d2xxxx"', tags: ['W/"xyzzy"', 'W/"r2d2xxxx"'] },
    { value: '""', tags: ['""'] },
    { value: ' ,\t, "a"\t,,"b" , ', tags: ['"a"', '"b"'] },
    { value: '"a,b", "c"', tags: ['"a,b"', '"c"'] },
    { value: String.raw`"a\", "b\\"`, tags: [String.raw`"a\"`, String.raw`"b\\"`] },
    { value: '"\u00e9"', tags: ['"\u00e9"'] }, // obs-text
    { value: "", tags: [] },
    { value: "*", tags: [] },
    { value: "a", tags: [] },
    { value: '"a', tags: [] },
    { value: '"a b"', tags: [] },
    { value: 'w/"a"', tags: [] },
    { value: 'W/ "a"', tags: [] },
    { value: '"a" "b"', tags: [] },
    { value: '"a", b, "c"', tags: ['"a"'] }, // read up to what is none
  ])("of $value", ({ value, tags }) => {
    expect(entityTagsOf(value)).toEqual(tags);
  });
});

/** entity-tag = [ "W/" ] DQUOTE *etagc DQUOTE, with etagc = %x21 / %x23-7E / obs-text */
const anyTag = fc
  .tuple(fc.constantFrom("", "W/"), fc.array(fc.integer({ min: 0x21, max: 0xff }), { maxLength: 8 }))
  .map(([weakness, octets]) => {
    const etagc = octets.filter((octet) => octet !== 0x22 && octet !== 0x7f);
    return `${weakness}"${String.fromCharCode(...etagc)}"`;
  });

test("tags joined by commas come back, whatever is in them", () => {
  const anyComma = fc.constantFrom(",", ", ", " ,\t", ",,", " , , ");
  fc.assert(
    fc.property(fc.array(fc.tuple(anyComma, anyTag), { minLength: 1, maxLength: 6 }), (parts) => {
      const value = parts.map(([comma, tag], i) => (i === 0 ? tag : comma + tag)).join("");
      expect(entityTagsOf(value)).toEqual(parts.map(([, tag]) => tag));
    }),
  );
});

test("whatever the value is, what is found is a tag and stands in it", () => {
  const anyValue = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'W/",\\ a\t*'.split("")) }));
  fc.assert(
    fc.property(anyValue, (value) => {
      for (const tag of entityTagsOf(value)) {
        expect(value).toContain(tag);
        expect(tag).toMatch(/^(?:W\/)?"[^"\s]*"$/);
      }
    }),
    { numRuns: 500 },
  );
});

test("whatever matches strongly matches weakly, and both ways round", () => {
  fc.assert(
    fc.property(anyTag, anyTag, fc.boolean(), (one, other, isSame) => {
      const [a, b] = [one, isSame ? one : other];
      expect([stronglyMatches(b, a), weaklyMatches(b, a)]).toEqual([
        stronglyMatches(a, b),
        weaklyMatches(a, b),
      ]);
      expect(stronglyMatches(a, b) && !weaklyMatches(a, b)).toBe(false);
    }),
  );
});
