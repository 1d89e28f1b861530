/**
 * Conditional requests (RFC 9110 §13), in the order of §13.2.2.
 */
import { entityTagsOf, stronglyMatches, weaklyMatches } from "./entity-tag.ts";
import type { Fields } from "./field-section.ts";
import { parseHttpDate } from "./http-date.ts";

/** What tells one version of a representation from the next. */
export type Validators = {
  /** As it stands in the ETag field, quotes and all. */
  readonly entityTag: string;
  /** Milliseconds since the epoch; undefined if there is no Last-Modified. Whole seconds count. */
  readonly lastModifiedMs: number | undefined;
};

export type PreconditionOutcome = "perform" | "not-modified" | "precondition-failed";

/** For GET and HEAD of a representation that exists. */
export function evaluatePreconditions(
  fields: Fields,
  validators: Validators,
  nowMs: number,
): PreconditionOutcome {
  const ifMatch = fields.get("if-match");
  if (ifMatch !== undefined) {
    if (!matchesAny(ifMatch, validators.entityTag, stronglyMatches)) return "precondition-failed";
  } else if (isAfter(validators, fields.get("if-unmodified-since"), nowMs) === true) {
    return "precondition-failed";
  }
  const ifNoneMatch = fields.get("if-none-match");
  if (ifNoneMatch !== undefined) {
    // If-Modified-Since must not be looked at when this one is here (§13.1.3)
    return matchesAny(ifNoneMatch, validators.entityTag, weaklyMatches) ? "not-modified" : "perform";
  }
  return isAfter(validators, fields.get("if-modified-since"), nowMs) === false ? "not-modified" : "perform";
}

/**
 * If-Range (§13.1.5): may a Range be answered with a part? Only if the validator is the current one, exactly:
 * a weak tag never is, and a date must be the Last-Modified that we sent.
 */
export function ifRangeHolds(fields: Fields, validators: Validators, nowMs: number): boolean {
  const validator = fields.get("if-range");
  if (validator === undefined) return true;
  if (validator.endsWith('"')) return stronglyMatches(validator, validators.entityTag);
  const date = parseHttpDate(validator, nowMs);
  const isOver = date !== undefined && nowMs - date >= 1_000; // within its second it is a weak one (§8.8.2.2)
  return isOver && date === wholeSeconds(validators.lastModifiedMs);
}

/** If-Match and If-None-Match = "*" / #entity-tag */
function matchesAny(value: string, entityTag: string, matches: (a: string, b: string) => boolean): boolean {
  if (value === "*" || matches(value, entityTag)) return true; // it names one tag, nearly always
  return entityTagsOf(value).some((candidate) => matches(candidate, entityTag));
}

/** Whether it was modified after the date in a field; undefined if there is no date, or nothing to compare it to. */
function isAfter(validators: Validators, value: string | undefined, nowMs: number): boolean | undefined {
  const date = value === undefined ? undefined : parseHttpDate(value, nowMs);
  const modified = wholeSeconds(validators.lastModifiedMs);
  return date === undefined || modified === undefined ? undefined : modified > date;
}

function wholeSeconds(timeMs: number | undefined): number | undefined {
  return timeMs === undefined ? undefined : Math.floor(timeMs / 1_000) * 1_000;
}
