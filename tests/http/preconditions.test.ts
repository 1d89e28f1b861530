import { describe, expect, test } from "vitest";
import { formatHttpDate } from "../../src/http/http-date.ts";
import type { FieldLine } from "../../src/http/message.ts";
import {
  type PreconditionOutcome,
  type Validators,
  evaluatePreconditions,
  ifRangeHolds,
} from "../../src/http/preconditions.ts";
import { fieldsOf } from "../support/requests.ts";

const MODIFIED = Date.UTC(2024, 4, 3, 8, 15, 30);
const NOW = Date.UTC(2026, 2, 1);
const CURRENT: Validators = { entityTag: '"xyzzy"', lastModifiedMs: MODIFIED };

const before = formatHttpDate(MODIFIED - 1_000);
const same = formatHttpDate(MODIFIED);
const after = formatHttpDate(MODIFIED + 1_000);

function outcome(lines: readonly FieldLine[], validators: Validators = CURRENT): PreconditionOutcome {
  return evaluatePreconditions(fieldsOf(lines), validators, NOW);
}

/** A field, and whether the condition is true: undefined where there is no condition at all. */
type Condition = { readonly value: string | undefined; readonly holds: boolean | undefined };

const ABSENT: Condition = { value: undefined, holds: undefined };

const ifMatch: readonly Condition[] = [
  ABSENT,
  { value: "*", holds: true },
  { value: '"xyzzy"', holds: true },
  { value: '"other", "xyzzy"', holds: true },
  { value: '"other"', holds: false },
  { value: 'W/"xyzzy"', holds: false }, // RFC 9110 §13.1.1 compares strongly
];
const ifUnmodifiedSince: readonly Condition[] = [
  ABSENT,
  { value: before, holds: false },
  { value: same, holds: true },
  { value: after, holds: true },
  { value: "yesterday", holds: undefined }, // §13.1.4: ignored if it is no HTTP-date
];
const ifNoneMatch: readonly Condition[] = [
  ABSENT,
  { value: "*", holds: false },
  { value: '"xyzzy"', holds: false },
  { value: 'W/"xyzzy"', holds: false }, // §13.1.2 compares weakly
  { value: '"other", W/"xyzzy"', holds: false },
  { value: '"other"', holds: true },
];
const ifModifiedSince: readonly Condition[] = [
  ABSENT,
  { value: before, holds: true },
  { value: same, holds: false },
  { value: after, holds: false },
  { value: "yesterday", holds: undefined }, // §13.1.3: ignored if it is no HTTP-date
];

/** The steps of RFC 9110 §13.2.2, for a GET. */
function outcomeBySteps(
  match: Condition,
  unmodified: Condition,
  noneMatch: Condition,
  modified: Condition,
): PreconditionOutcome {
  const first = match.value === undefined ? unmodified : match;
  if (first.holds === false) return "precondition-failed";
  const second = noneMatch.value === undefined ? modified : noneMatch;
  return second.holds === false ? "not-modified" : "perform";
}

test("all combinations of the four fields come out as the steps of §13.2.2 say", () => {
  for (const match of ifMatch) {
    for (const unmodified of ifUnmodifiedSince) {
      for (const noneMatch of ifNoneMatch) {
        for (const modified of ifModifiedSince) {
          const lines = [
            ["If-Modified-Since", modified.value],
            ["If-None-Match", noneMatch.value],
            ["If-Unmodified-Since", unmodified.value],
            ["If-Match", match.value],
          ].flatMap(([name = "", value]): FieldLine[] => (value === undefined ? [] : [[name, value]]));
          expect({ lines, outcome: outcome(lines) }).toEqual({
            lines,
            outcome: outcomeBySteps(match, unmodified, noneMatch, modified),
          });
        }
      }
    }
  }
});

describe("one after the other", () => {
  const cases: { because: string; fields: FieldLine[]; is: PreconditionOutcome }[] = [
    { because: "there is no condition", fields: [], is: "perform" },
    {
      because: "the tag is in the list of §13.1.2's example",
      fields: [["If-None-Match", 'W/"xyzzy", W/"r2d2xxxx", W/"c3piozzzz"']],
      is: "not-modified",
    },
    {
      because: "the tag is in the list of §13.1.1's example",
      fields: [["If-Match", '"xyzzy", "r2d2xxxx", "c3piozzzz"']],
      is: "perform",
    },
    {
      because: "several field lines are one list, and the second one matches",
      fields: [
        ["If-None-Match", '"a"'],
        ["If-None-Match", '"xyzzy"'],
      ],
      is: "not-modified",
    },
    {
      because: "several field lines are one list for If-Match too",
      fields: [
        ["If-Match", '"a"'],
        ["If-Match", '"xyzzy"'],
      ],
      is: "perform",
    },
    {
      because: "empty elements are ignored",
      fields: [["If-None-Match", ',, "xyzzy" ,']],
      is: "not-modified",
    },
    { because: "no space is needed", fields: [["If-None-Match", '"a","xyzzy"']], is: "not-modified" },
    {
      because: "a comma inside a tag separates nothing",
      fields: [["If-None-Match", '"a,"xyzzy"']],
      is: "perform",
    },
    { because: "tags are case-sensitive", fields: [["If-None-Match", '"XYZZY"']], is: "perform" },
    { because: "W/ is case-sensitive", fields: [["If-None-Match", 'w/"xyzzy"']], is: "perform" },
    { because: "a tag without quotes is none", fields: [["If-None-Match", "xyzzy"]], is: "perform" },
    { because: "an asterisk in quotes is a tag", fields: [["If-None-Match", '"*"']], is: "perform" },
    {
      because: "an asterisk in quotes is a tag for If-Match too",
      fields: [["If-Match", '"*"']],
      is: "precondition-failed",
    },
    { because: "an empty If-Match matches nothing", fields: [["If-Match", ""]], is: "precondition-failed" },
    {
      because: "a date in the obsolete format is a date",
      fields: [["If-Modified-Since", "Friday, 03-May-24 08:15:30 GMT"]],
      is: "not-modified",
    },
    {
      because: "two dates are no date",
      fields: [
        ["If-Modified-Since", after],
        ["If-Modified-Since", after],
      ],
      is: "perform",
    },
  ];
  test.each(cases)("$is, because $because", ({ fields, is }) => {
    expect(outcome(fields)).toBe(is);
  });

  test("a backslash in a tag is a character like any other (§8.8.3), and the next tag is seen", () => {
    expect(outcome([["If-None-Match", String.raw`"a\", "xyzzy"`]])).toBe("not-modified");
  });
});

test("a fraction of a second is not held against the client, who never saw it", () => {
  const validators = { ...CURRENT, lastModifiedMs: MODIFIED + 999.5 };
  expect(outcome([["If-Modified-Since", same]], validators)).toBe("not-modified");
  expect(outcome([["If-Unmodified-Since", same]], validators)).toBe("perform");
  expect(ifRangeHolds(fieldsOf([["If-Range", same]]), validators, NOW)).toBe(true);
});

test("without a Last-Modified the conditions about dates are ignored", () => {
  const validators = { ...CURRENT, lastModifiedMs: undefined };
  expect(outcome([["If-Modified-Since", after]], validators)).toBe("perform");
  expect(outcome([["If-Unmodified-Since", before]], validators)).toBe("perform");
  expect(ifRangeHolds(fieldsOf([["If-Range", same]]), validators, NOW)).toBe(false);
});

describe("If-Range (§13.1.5) holds", () => {
  const cases: { when: string; fields: FieldLine[]; holds: boolean }[] = [
    { when: "there is none", fields: [], holds: true },
    { when: "it is the current tag", fields: [["If-Range", '"xyzzy"']], holds: true },
    { when: "it is the current date", fields: [["If-Range", same]], holds: true },
    {
      when: "it is the current date in another format",
      fields: [["If-Range", "Fri May  3 08:15:30 2024"]],
      holds: true,
    },
  ];
  test.each(cases)("when $when", ({ fields, holds }) => {
    expect(ifRangeHolds(fieldsOf(fields), CURRENT, NOW)).toBe(holds);
  });
});

describe("If-Range does not hold", () => {
  const cases: { when: string; value: string }[] = [
    { when: "it is another tag", value: '"other"' },
    { when: "it is a weak tag, even of the same name", value: 'W/"xyzzy"' },
    { when: "it is a list of tags", value: '"other", "xyzzy"' },
    { when: "it is an asterisk", value: "*" },
    { when: "it is an earlier date", value: before },
    { when: "it is a later date: it must be the one we sent", value: after },
    { when: "it is neither a tag nor a date", value: "xyzzy" },
    { when: "it is empty", value: "" },
  ];
  test.each(cases)("when $when", ({ value }) => {
    expect(ifRangeHolds(fieldsOf([["If-Range", value]]), CURRENT, NOW)).toBe(false);
  });

  test("for a weak tag of ours, since no part of it may be combined", () => {
    const weak = { ...CURRENT, entityTag: 'W/"xyzzy"' };
    expect(ifRangeHolds(fieldsOf([["If-Range", 'W/"xyzzy"']]), weak, NOW)).toBe(false);
  });
});
