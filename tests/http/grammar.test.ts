import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  hexDigitValue,
  isDigit,
  isFieldContent,
  isRegNameCharacter,
  isTargetCharacter,
  isTchar,
  isToken,
  isWhitespace,
  listElements,
  withoutWhitespace,
} from "../../src/http/grammar.ts";

const OCTETS = Array.from({ length: 256 }, (_, octet) => octet);

/** All octets of a class, as text. */
function membersOf(contains: (octet: number) => boolean): string {
  return String.fromCharCode(...OCTETS.filter(contains));
}

const DIGITS = "0123456789";
const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER = "abcdefghijklmnopqrstuvwxyz";
const sorted = (text: string): string => text.split("").sort().join("");

describe("a class holds what its ABNF says, and nothing else", () => {
  test("tchar (RFC 9110 §5.6.2)", () => {
    expect(membersOf(isTchar)).toBe(sorted(`!#$%&'*+-.^_\`|~${DIGITS}${UPPER}${LOWER}`));
  });

  test("reg-name without pct-encoded (RFC 3986 §3.2.2)", () => {
    expect(membersOf(isRegNameCharacter)).toBe(sorted(`-._~!$&'()*+,;=${DIGITS}${UPPER}${LOWER}`));
  });

  test("DIGIT (RFC 5234 appendix B.1)", () => {
    expect(membersOf(isDigit)).toBe(DIGITS);
  });

  test("HEXDIG in either case, with its value", () => {
    expect(membersOf((octet) => hexDigitValue(octet) !== -1)).toBe(sorted(`${DIGITS}ABCDEFabcdef`));
    for (const digit of `${DIGITS}ABCDEFabcdef`) {
      expect(hexDigitValue(digit.charCodeAt(0))).toBe(Number.parseInt(digit, 16));
    }
  });

  test("whitespace is SP and HTAB: no VT, FF, CR, LF, NEL or no-break space", () => {
    expect(membersOf(isWhitespace)).toBe("\t ");
  });

  test("field content is everything but control characters (RFC 9110 §5.5)", () => {
    const controls = OCTETS.filter((octet) => (octet < 0x20 && octet !== 0x09) || octet === 0x7f);
    expect(OCTETS.filter((octet) => !isFieldContent(octet))).toEqual(controls);
  });

  test("a request-target is visible US-ASCII", () => {
    expect(OCTETS.filter(isTargetCharacter)).toEqual(
      OCTETS.filter((octet) => octet >= 0x21 && octet <= 0x7e),
    );
  });

  test("an octet that is not there belongs to none", () => {
    const classes = [isTchar, isRegNameCharacter, isDigit, isWhitespace, isFieldContent, isTargetCharacter];
    expect(classes.map((contains) => contains(-1))).toEqual(classes.map(() => false));
    expect(hexDigitValue(-1)).toBe(-1);
  });
});

test("a token is at least one tchar, and nothing besides", () => {
  expect(["GET", "x-y", "!"].map(isToken)).toEqual([true, true, true]);
  expect(["", "a b", "a:", "caf\u00e9", "\u212a", "a\n"].map(isToken)).toEqual(Array(6).fill(false));
});

describe("whitespace around a value", () => {
  test("is removed at both ends, and nothing else is", () => {
    expect(withoutWhitespace(" \t a \t b\t ")).toBe("a \t b");
    expect(withoutWhitespace(" \t")).toBe("");
    expect(withoutWhitespace("")).toBe("");
  });

  test.each([
    { what: "vertical tab", character: "\v" },
    { what: "form feed", character: "\f" },
    { what: "CR", character: "\r" },
    { what: "LF", character: "\n" },
    { what: "NEL", character: "\u0085" },
    { what: "no-break space", character: "\u00a0" },
    { what: "byte order mark", character: "\ufeff" },
    { what: "line separator", character: "\u2028" },
  ])("is not $what, which String.trim() would remove", ({ character }) => {
    expect(withoutWhitespace(`${character}a${character}`)).toBe(`${character}a${character}`);
  });
});

/** Without commas and whitespace. */
function solid(text: string): string {
  return text.replace(/[, \t]/g, "");
}

describe("elements of a list (RFC 9110 §5.6.1)", () => {
  test.each([
    { text: "foo ,bar,", elements: ["foo", "bar"] }, // §5.6.1.2's examples of what must be taken …
    { text: "foo , ,bar,charlie", elements: ["foo", "bar", "charlie"] },
    { text: "", elements: [] }, // … and of what holds no element
    { text: ",", elements: [] },
    { text: ",   ,", elements: [] },
    { text: "a", elements: ["a"] },
    { text: "a b\t,\tc", elements: ["a b", "c"] },
    { text: '"a,b", c', elements: ['"a,b"', "c"] },
    { text: 'x="a,b";y, c', elements: ['x="a,b";y', "c"] },
    { text: String.raw`"a\",b", c`, elements: [String.raw`"a\",b"`, "c"] },
    { text: String.raw`"a\\", b`, elements: [String.raw`"a\\"`, "b"] },
    { text: String.raw`a\,b`, elements: ["a\\", "b"] },
    { text: '"a, b', elements: ['"a, b'] },
    { text: "a,\u00a0b", elements: ["a", "\u00a0b"] },
  ])("of '$text'", ({ text, elements }) => {
    expect(listElements(text)).toEqual(elements);
  });

  test("an unfinished quoted-pair at the end loses nothing", () => {
    expect(listElements(String.raw`chunked, "\ `.trimEnd())).toEqual(["chunked", String.raw`"\ `.trimEnd()]);
  });

  test("tokens joined by commas come back", () => {
    const anyToken = fc.string({ unit: fc.constantFrom(..."abcXYZ019-_.!".split("")), minLength: 1 });
    const anyComma = fc.stringMatching(/^[ \t]{0,2},[ ,\t]{0,3}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(anyToken, anyComma), { minLength: 1 }), (parts) => {
        expect(listElements(parts.flat().join(""))).toEqual(parts.map(([token]) => token));
      }),
    );
  });

  test("whatever the text is, no character but commas and whitespace is lost", () => {
    const anyText = fc.string({ unit: fc.constantFrom(...'ab,"\\ \t'.split("")) });
    fc.assert(
      fc.property(anyText, (text) => {
        expect(solid(listElements(text).join(""))).toBe(solid(text));
      }),
      { numRuns: 300 },
    );
  });
});
