/**
 * What one connection of the fuzzer sends, in which pieces, and how it ends: all of it from a seed and a number.
 */
import { latin1Bytes } from "../src/http/octets.ts";
import { generateRequest } from "./generate.ts";
import { mutate } from "./mutate.ts";
import { Random } from "./random.ts";

export type Plan = {
  readonly wire: Uint8Array;
  /** Each up to `end` in the wire, then so long nothing. The last one ends with the wire. */
  readonly pieces: readonly { readonly end: number; readonly pauseMs: number }[];
  /**
   * `half-close`: sends no more and reads on. `hold`: says nothing until all responses are there, and ends only then,
   * so a server that should close has to do so by itself. `abort`: is gone, wherever the server is by then.
   */
  readonly ending: "half-close" | "hold" | "abort";
};

/** What the server lets a client send after its last octet (settings.ts) is more, so no response is lost to a reset. */
const MAX_WIRE_BYTES = 100_000;
const MAX_REQUESTS = 8;
const MAX_PIECES = 6;
const MAX_PAUSE_MS = 12;
const OCTET_BY_OCTET_BYTES = 400;

/** @param corpus requests to be broken, one character for each octet */
export function planConnection(seed: number, index: number, corpus: readonly string[]): Plan {
  const random = Random.forConnection(seed, index);
  const wire = latin1Bytes(makeWire(random, corpus).slice(0, MAX_WIRE_BYTES));
  return {
    wire,
    pieces: cut(wire.length, random),
    ending: random.pick(["half-close", "half-close", "hold", "hold", "hold", "abort"] as const),
  };
}

function makeWire(random: Random, corpus: readonly string[]): string {
  const requests = Array.from({ length: random.onceIn(2) ? 1 : 1 + random.below(MAX_REQUESTS) }, () => {
    const request = random.onceIn(4) ? random.pick(corpus) : generateRequest(random);
    return random.onceIn(6)
      ? mutate(request, random, [random.pick(corpus), generateRequest(random)])
      : request;
  });
  const wire = requests.join("");
  return random.onceIn(3) ? mutate(wire, random, [random.pick(corpus), generateRequest(random)]) : wire;
}

function cut(lengthBytes: number, random: Random): Plan["pieces"] {
  if (lengthBytes <= OCTET_BY_OCTET_BYTES && random.onceIn(20)) {
    return Array.from({ length: lengthBytes }, (_, i) => ({ end: i + 1, pauseMs: 0 }));
  }
  const places = Array.from({ length: random.below(MAX_PIECES) }, () => random.below(lengthBytes + 1));
  return [...places.sort((a, b) => a - b), lengthBytes].map((end) => ({
    end,
    pauseMs: random.below(MAX_PAUSE_MS),
  }));
}
