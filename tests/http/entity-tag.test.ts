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
