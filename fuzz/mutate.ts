/**
 * Requests, broken: each mutator does one thing to them, chosen by random numbers.
 *
 * Octets are text here, one character each (ISO 8859-1).
 */
import type { Random } from "./random.ts";

/** @param another request, for what takes two */
export type Mutator = (wire: string, random: Random, another: string) => string;

/** What means something to the grammar, or to somebody who reads it carelessly. */
const WORDS = [
  ["\r", "\n", "\0", "\t", " ", "\v", "\x7f", "\x80", "\xa0", "\xff", "\r\n", "\r\n\r\n", "\n\n"],
  [":", ",", ";", "=", '"', "\\", "%", "%00", "%2e%2e%2f", "../", "//", "?", "#", "*", "[", "@"],
  ["HTTP/1.0", "HTTP/1.1", "HTTP/2.0", "http://a", "chunked", "close", "keep-alive", "0\r\n\r\n", "5\r\n"],
  ["Host: b\r\n", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "Connection: close\r\n"],
  ["Connection: keep-alive\r\n", "Expect: 100-continue\r\n", "Expect: x\r\n", "Range: bytes=0-4\r\n"],
  ["If-None-Match: *\r\n", " folded\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HEAD / HTTP/1.0\r\n\r\n"],
].flat();

const NUMBERS = [
  ["0", "-1", "+5", "0x10", "1e3", "5,5", "5 ", "00005", "7fffffff", "ffffffffffffffff", "fffffffffffff"],
  ["2147483648", "4294967296", "9007199254740993", "18446744073709551616", "9".repeat(30), "1".repeat(400)],
].flat();

const LONGEST_REPEAT = 20_000;

export const mutators: Readonly<Record<string, Mutator>> = {
  flipBit(wire, random) {
    const at = random.below(wire.length);
    const octet = wire.charCodeAt(at) ^ (1 << random.below(8));
    return replace(wire, at, 1, String.fromCharCode(octet));
  },
  setOctet: (wire, random) =>
    replace(wire, random.below(wire.length), 1, String.fromCharCode(random.below(256))),
  removeOctets: (wire, random) => replace(wire, random.below(wire.length), 1 + random.below(8), ""),
  cutOff: (wire, random) => wire.slice(0, random.below(wire.length)),
  insertWord: (wire, random) => replace(wire, random.below(wire.length + 1), 0, random.pick(WORDS)),
  insertWordAtLineStart: (wire, random) => replace(wire, lineStart(wire, random), 0, random.pick(WORDS)),
  repeatOctet(wire, random) {
    const at = random.below(wire.length);
    return replace(wire, at, 0, wire.charAt(at).repeat(random.below(random.pick([4, 300, LONGEST_REPEAT]))));
  },
  replaceNumber: (wire, random) => atPart(wire, /[\da-fA-F]+/g, random, () => random.pick(NUMBERS)),
  removeToken: (wire, random) => atPart(wire, TOKEN, random, () => ""),
  repeatToken: (wire, random) => atPart(wire, TOKEN, random, (token) => token + token),
  changeCase: (wire, random) => atPart(wire, TOKEN, random, swapCase),
  removeLine: (wire, random) => atPart(wire, LINE, random, () => ""),
  repeatLine: (wire, random) =>
    atPart(wire, LINE, random, (line) => line.repeat(2 + random.below(random.pick([2, 120])))),
  changeLineEnd: (wire, random) =>
    atPart(wire, /\r\n/g, random, () => random.pick(["\n", "\r", "\r\r\n", ""])),
  moveLine(wire, random) {
    const lines = wire.match(LINE) ?? [];
    const [line = ""] = lines.splice(random.below(lines.length), 1);
    lines.splice(random.below(lines.length + 1), 0, line);
    return lines.join("");
  },
  splice: (wire, random, another) =>
    wire.slice(0, random.below(wire.length + 1)) + another.slice(random.below(another.length + 1)),
  append: (wire, _random, another) => wire + another,
};

const TOKEN = /[^\s:,;=]+/g;
const LINE = /[^\n]*\n|[^\n]+$/g;

/** Does so many things at most to one request. */
const MAX_MUTATIONS = 4;

/** @param others requests to splice with, at least one */
export function mutate(wire: string, random: Random, others: readonly string[]): string {
  let mutated = wire;
  const count = 1 + random.below(MAX_MUTATIONS);
  for (let i = 0; i < count && mutated !== ""; i++) {
    mutated = random.pick(Object.values(mutators))(mutated, random, random.pick(others));
  }
  return mutated;
}

function replace(wire: string, at: number, removed: number, inserted: string): string {
  return wire.slice(0, at) + inserted + wire.slice(at + removed);
}

/** Puts something else in the place of one of the parts that match; without any, all stays as it is. */
function atPart(wire: string, pattern: RegExp, random: Random, change: (part: string) => string): string {
  const matches = [...wire.matchAll(pattern)];
  if (matches.length === 0) return wire;
  const { 0: part, index } = random.pick(matches);
  return replace(wire, index, part.length, change(part));
}

function lineStart(wire: string, random: Random): number {
  const ends = [...wire.matchAll(/\n/g)].map(({ index }) => index + 1);
  return random.pick([0, ...ends]);
}

function swapCase(text: string): string {
  return text.replace(/[a-zA-Z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) ^ 0x20));
}
