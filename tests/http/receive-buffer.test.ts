import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ReceiveBuffer } from "../../src/http/receive-buffer.ts";

/** What may be done to a buffer: more octets arrive, some are taken, a message ends. */
type Step =
  | { readonly kind: "push"; readonly lengthBytes: number }
  | { readonly kind: "take"; readonly count: number }
  | { readonly kind: "start-message" };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("push" as const),
    lengthBytes: fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 3_000 })),
  }),
  fc.record({
    kind: fc.constant("take" as const),
    count: fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 3_000 })),
  }),
  fc.record({ kind: fc.constant("start-message" as const) }),
);

/** What happened, beside what should have: `arrived` is all there ever was, `taken` how much of it is gone. */
class Model {
  readonly buffer = new ReceiveBuffer();
  readonly arrived: number[] = [];
  /** Octets, and what they were to be when they were given out. */
  readonly givenOut: { readonly bytes: Uint8Array; readonly copy: number[] }[] = [];
  taken = 0;
  messageStart = 0;

  perform(step: Step): void {
    if (step.kind === "push") this.#push(step.lengthBytes);
    else if (step.kind === "take") this.#take(step.count);
    else {
      this.buffer.startMessage();
      this.messageStart = this.taken;
    }
    const unread = this.buffer.peek();
    this.givenOut.push({ bytes: unread, copy: this.arrived.slice(this.taken) });
  }

  /** What the buffer says of itself, and what it should. */
  counts(): { readonly said: number[]; readonly expected: number[] } {
    return {
      said: [this.buffer.length, this.buffer.offset],
      expected: [this.arrived.length - this.taken, this.taken - this.messageStart],
    };
  }

  #push(lengthBytes: number): void {
    const octets = Array.from({ length: lengthBytes }, (_, i) => (this.arrived.length + i) % 251);
    this.buffer.push(Uint8Array.from(octets));
    this.arrived.push(...octets);
  }

  #take(count: number): void {
    const copy = this.arrived.slice(this.taken, this.taken + count);
    this.givenOut.push({ bytes: this.buffer.take(count), copy });
    this.taken += copy.length;
  }
}

test("octets come out as they went in, in whatever pieces, and those given out never change", () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 25 }), (steps) => {
      const model = new Model();
      for (const step of steps) {
        model.perform(step);
        const { said, expected } = model.counts();
        expect(said).toEqual(expected);
      }
      for (const { bytes, copy } of model.givenOut) expect([...bytes]).toEqual(copy);
    }),
    { numRuns: 60 },
  );
});

test("an empty buffer has nothing, and gives nothing", () => {
  const buffer = new ReceiveBuffer();
  expect([buffer.length, buffer.offset, buffer.peek().length, buffer.take(10).length]).toEqual([0, 0, 0, 0]);
});

test("a piece that arrives alone is given out without being copied", () => {
  const buffer = new ReceiveBuffer();
  const bytes = Uint8Array.of(1, 2, 3);
  buffer.push(bytes);
  expect(buffer.peek().buffer).toBe(bytes.buffer);
});

test("the caller's octets are never written to", () => {
  const memory = Uint8Array.of(1, 2, 3, 4, 5, 6);
  const buffer = new ReceiveBuffer();
  buffer.push(memory.subarray(0, 3));
  buffer.push(Uint8Array.of(9));
  expect([...memory]).toEqual([1, 2, 3, 4, 5, 6]);
  expect([...buffer.peek()]).toEqual([1, 2, 3, 9]);
});

test("a message that comes octet by octet is moved only now and then", () => {
  const buffer = new ReceiveBuffer();
  const places = new Set<ArrayBufferLike>();
  for (let i = 0; i < 20_000; i++) {
    buffer.push(Uint8Array.of(i % 256));
    places.add(buffer.peek().buffer);
  }
  expect(buffer.length).toBe(20_000);
  expect(places.size).toBeLessThan(10);
});

test("unread octets are looked at by number, and can be skipped", () => {
  const buffer = new ReceiveBuffer();
  buffer.push(Uint8Array.of(1, 2, 3));
  buffer.push(Uint8Array.of(4));
  buffer.skip(1);
  expect([buffer.at(0), buffer.at(2), buffer.at(3), buffer.offset]).toEqual([2, 4, undefined, 1]);
  buffer.skip(10);
  expect([buffer.at(0), buffer.length, buffer.offset]).toEqual([undefined, 0, 4]);
});
