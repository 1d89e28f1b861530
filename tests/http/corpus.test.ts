/**
 * The corpus (tests/http/corpus/*.md) against the parser: whole, octet by octet, cut in two at every offset, behind
 * another request, and with the next one already behind it.
 */
import { describe, expect, test } from "vitest";
import { type CorpusEntry, readCorpus } from "../support/corpus.ts";
import { formatEvents } from "../support/events.ts";

const corpus = readCorpus(new URL("corpus/", import.meta.url));
const files = new Set(corpus.map((entry) => entry.file));

/** Longer messages are cut at so many places only, and always around their end. */
const ALL_CUTS_BYTES = 1_000;
const SAMPLED_CUTS = 100;

const REQUEST_BEFORE = Buffer.from("GET /before HTTP/1.1\r\nHost: a\r\n\r\n");
const NEXT_REQUEST = Buffer.from("GET /next HTTP/1.1\r\nHost: a\r\n\r\n");

for (const file of files) {
  describe(`the corpus in ${file}`, () => {
    for (const entry of corpus.filter((candidate) => candidate.file === file)) {
      test(`${entry.heading} (line ${entry.line})`, () => {
        expect(eventsOf(entry, [entry.wire])).toEqual(entry.events);
        expect(eventsOf(entry, octetByOctet(entry.wire)), "octet by octet").toEqual(entry.events);
        for (const cut of cutsOf(entry.wire)) {
          const pieces = [entry.wire.subarray(0, cut), entry.wire.subarray(cut)];
          expect(eventsOf(entry, pieces), `cut at ${cut}`).toEqual(entry.events);
        }
        const behind = eventsOf(entry, [Buffer.concat([REQUEST_BEFORE, entry.wire])]);
        expect(behind, "behind another").toEqual([...eventsOf(entry, [REQUEST_BEFORE]), ...entry.events]);
      });
    }

    for (const entry of corpus.filter((candidate) => candidate.file === file && isComplete(candidate))) {
      test(`${entry.heading} (line ${entry.line}), with the next request behind`, () => {
        const behind = eventsOf(entry, [Buffer.concat([entry.wire, NEXT_REQUEST])]);
        expect(behind).toEqual([...entry.events, ...eventsOf(entry, [NEXT_REQUEST])]);
      });
    }
  });
}

/** Only entries about decoding spell the path out. */
function eventsOf(entry: CorpusEntry, pieces: readonly Uint8Array[]): string[] {
  const lines = formatEvents(pieces);
  const wantsPath = entry.events.some((line) => line.startsWith("  path "));
  return wantsPath ? lines : lines.filter((line) => !line.startsWith("  path "));
}

function octetByOctet(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, (octet) => Uint8Array.of(octet));
}

function cutsOf({ length }: Uint8Array): number[] {
  const count = length <= ALL_CUTS_BYTES ? length : SAMPLED_CUTS;
  return Array.from({ length: count }, (_, i) => Math.floor((i * length) / count));
}

/** Whether it ends where a message does. */
function isComplete({ wire, events }: CorpusEntry): boolean {
  const ends = events.map((line) => Number(/^end at (\d+)$/.exec(line)?.[1] ?? 0));
  return ends.reduce((sum, end) => sum + end, 0) === wire.length;
}
