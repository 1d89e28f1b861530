/**
 * Byte ranges (RFC 9110 §14): Range = "bytes=" range-set.
 *
 *     bytes=0-499     the first 500 octets          bytes=9500-    from there to the end
 *     bytes=-500      the last 500 octets           bytes=0-0,-1   the first and the last
 */
import { listElements } from "./grammar.ts";

/** First and last position, both included, both inside the representation. */
export type ByteRange = { readonly first: number; readonly last: number };

/** A longer number lies past the end of every file, and 15 digits are exact. */
const MAX_DIGITS = 15;

/**
 * @param value of the Range field
 * @param lengthBytes of the whole representation
 * @param maxRanges more than so many are no way to fetch anything (§14.2): then "whole"
 * @returns one range or more, in the order in which they were asked for, those left out that lie past the end; "whole"
 *   where the field is to be ignored: another unit, malformed, or ranges that overlap
 */
export function parseByteRanges(
  value: string,
  lengthBytes: number,
  maxRanges: number,
): readonly ByteRange[] | "whole" | "unsatisfiable" {
  const set = /^bytes=(.*)$/i.exec(value)?.[1];
  const specs = set === undefined ? [] : listElements(set);
  if (specs.length === 0 || specs.length > maxRanges) return "whole";
  const ranges: ByteRange[] = [];
  for (const spec of specs) {
    const range = parseRangeSpec(spec, lengthBytes);
    if (range === "whole") return "whole";
    if (range !== "unsatisfiable") ranges.push(range);
  }
  if (ranges.length === 0) return "unsatisfiable";
  return haveCommonOctets(ranges) ? "whole" : ranges;
}

/** range-spec = int-range / suffix-range / other-range, of which bytes know no other */
function parseRangeSpec(spec: string, lengthBytes: number): ByteRange | "whole" | "unsatisfiable" {
  const [, firstDigits, lastDigits] = /^(\d*)-(\d*)$/.exec(spec) ?? [];
  if (firstDigits === undefined || lastDigits === undefined) return "whole";
  if (firstDigits === "") return lastDigits === "" ? "whole" : suffixRange(position(lastDigits), lengthBytes);
  const first = position(firstDigits);
  const last = lastDigits === "" ? Infinity : position(lastDigits);
  if (last < first) return "whole"; // §14.1.1: such an int-range is invalid
  return first < lengthBytes ? { first, last: Math.min(last, lengthBytes - 1) } : "unsatisfiable";
}

/**
 * suffix-range = "-" suffix-length: of more than there is, all; of nothing, nothing to satisfy (§14.1.2). The last
 * octets of what has none can be had, but no Content-Range can say so.
 */
function suffixRange(suffixLength: number, lengthBytes: number): ByteRange | "whole" | "unsatisfiable" {
  if (suffixLength === 0) return "unsatisfiable";
  if (lengthBytes === 0) return "whole";
  return { first: Math.max(0, lengthBytes - suffixLength), last: lengthBytes - 1 };
}

function position(digits: string): number {
  const significant = digits.replace(/^0+/, "");
  return significant.length > MAX_DIGITS ? Infinity : Number(significant);
}

/** Whoever asks for the same octets twice in one request is mistaken, or means harm. */
function haveCommonOctets(ranges: readonly ByteRange[]): boolean {
  const inOrder = ranges.toSorted((a, b) => a.first - b.first);
  return inOrder.some(({ first }, i) => first <= (inOrder[i - 1]?.last ?? -1));
}
