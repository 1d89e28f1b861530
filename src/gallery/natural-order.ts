/**
 * The order of names: natural, so that "IMG_9" stands before "IMG_10".
 *
 * Intl.Collator decides. But it takes its time over each pair, and most names are plain US-ASCII: of these it tells once
 * in which order it holds the characters, and two names are then compared as it would, in less than half of the
 * time (BENCHMARKS.md). It is asked about all others.
 */
import { nameCollator } from "./words.ts";

/** Names that the collator holds for equal ("a" and "A" never are) still have one order. */
export function compareNames(a: string, b: string): number {
  return comparePlain(a, b) ?? (nameCollator().compare(a, b) || compareOctets(a, b));
}

function compareOctets(a: string, b: string): number {
  return a < b ? -1 : 1;
}

/**
 * As the collator compares (UTS #10): the first character that is another one decides, where a run of digits is a
 * character, and a letter and its capital are the same. If there is none, the first capital stands behind.
 *
 * @returns undefined if a character has a say that the ranks do not know
 */
function comparePlain(a: string, b: string): number | undefined {
  ranks ??= rankCharacters();
  let capital = 0;
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const octetA = a.charCodeAt(i);
    const octetB = b.charCodeAt(j);
    if (isDigit(octetA) && isDigit(octetB)) {
      const endA = endOfDigits(a, i);
      const endB = endOfDigits(b, j);
      // the digits of other scripts are digits, too, and would belong to the number
      if (!isPlainAt(a, endA) || !isPlainAt(b, endB)) return undefined;
      const order = compareNumbers(a, i, endA, b, j, endB);
      if (order !== 0) return order;
      i = endA;
      j = endB;
      continue;
    }
    const rankA = ranks[octetA] ?? NOT_PLAIN;
    const rankB = ranks[octetB] ?? NOT_PLAIN;
    if (rankA === NOT_PLAIN || rankB === NOT_PLAIN) return undefined;
    if (rankA !== rankB) return rankA - rankB;
    if (capital === 0) capital = octetB - octetA; // in US-ASCII small letters have the larger numbers
    i++;
    j++;
  }
  if (!isPlainAt(a, i) || !isPlainAt(b, j)) return undefined; // an accent, perhaps, that counts for less than a letter
  return a.length - i - (b.length - j) || capital || compareOctets(a, b);
}

/** Leading zeros do not count: then the longer number is the larger one, and of two as long the first digit decides. */
function compareNumbers(
  a: string,
  startA: number,
  endA: number,
  b: string,
  startB: number,
  endB: number,
): number {
  let i = startA;
  let j = startB;
  while (i < endA && a.charCodeAt(i) === ZERO) i++;
  while (j < endB && b.charCodeAt(j) === ZERO) j++;
  if (endA - i !== endB - j) return endA - i - (endB - j);
  for (; i < endA; i++, j++) {
    const order = a.charCodeAt(i) - b.charCodeAt(j);
    if (order !== 0) return order;
  }
  return 0;
}

const ZERO = 0x30;
const NINE = 0x39;

function isDigit(octet: number): boolean {
  return octet >= ZERO && octet <= NINE;
}

function endOfDigits(name: string, from: number): number {
  let at = from;
  while (at < name.length && isDigit(name.charCodeAt(at))) at++;
  return at;
}

/** Of characters whose order depends on what stands around them, or that the collator ignores. */
const NOT_PLAIN = 0;

/** For each visible character of US-ASCII its place in the collator's order; 0 for all others. */
let ranks: Uint8Array | undefined;

function rankCharacters(): Uint8Array {
  const characters = Array.from({ length: 0x7f - 0x20 }, (_, i) => String.fromCharCode(0x20 + i));
  const small = new Set(characters.map((character) => character.toLowerCase()));
  const ordered = [...small].sort(nameCollator().compare);
  const found = new Uint8Array(0x80);
  for (const character of characters) {
    found[character.charCodeAt(0)] = ordered.indexOf(character.toLowerCase()) + 1;
  }
  return found;
}

/** Whether there is a plain character, or none at all. */
function isPlainAt(name: string, at: number): boolean {
  return at >= name.length || (ranks?.[name.charCodeAt(at)] ?? NOT_PLAIN) !== NOT_PLAIN;
}
