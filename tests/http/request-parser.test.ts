import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ParseError } from "../../src/http/errors.ts";
import { latin1Bytes } from "../../src/http/octets.ts";
import { RequestParser } from "../../src/http/request-parser.ts";
import { settings } from "../../settings.ts";
import { formatEvents } from "../support/events.ts";
import {
  type GeneratedRequest,
  anyOctets,
  anyRequest,
  contentOf,
  formatRequest,
  sentFields,
} from "../support/messages.ts";

const anyPipeline = fc.array(anyRequest, { minLength: 1, maxLength: 4 });
const anyCuts = fc.array(fc.nat({ max: 600 }), { maxLength: 12 });

/** A valid pipeline with something wrong in it: octets replaced, inserted and removed. */
const anyDamaged = fc
  .tuple(
    anyPipeline,
    fc.array(fc.tuple(fc.nat({ max: 600 }), fc.nat({ max: 3 }), anyNoise()), { minLength: 1, maxLength: 4 }),
  )
  .map(([requests, damages]) => {
    let wire = wireOf(requests);
    for (const [at, removed, inserted] of damages) {
      const place = at % (wire.length + 1);
      wire = wire.slice(0, place) + inserted + wire.slice(place + removed);
    }
    return wire;
  });

/** Octets, and such that mean something to the grammar. */
function anyNoise(): fc.Arbitrary<string> {
  const meaningful = [
    "\r\n",
    "\r",
    "\n",
    "\0",
    " ",
    "\t",
    ":",
    ",",
    "%",
    "%0",
    "0",
    ";",
    '"',
    "\\",
    "\x7f",
    "\xff",
  ];
  const words = [
    "GET / HTTP/1.1\r\n",
    "Host: b\r\n",
    "Content-Length: 5\r\n",
    "Transfer-Encoding: chunked\r\n",
    "HTTP/2.0",
  ];
  return fc.oneof(anyOctets, fc.constantFrom(...meaningful), fc.constantFrom(...words));
}

const anyWire = fc.oneof(
  anyDamaged,
  fc.array(anyNoise(), { maxLength: 20 }).map((pieces) => pieces.join("")),
  anyOctets,
);

function wireOf(requests: readonly GeneratedRequest[]): string {
  return requests.map(formatRequest).join("");
}

function cut(wire: string, places: readonly number[]): Uint8Array[] {
  const sorted = [...new Set(places.map((place) => place % (wire.length + 1)))].sort((a, b) => a - b);
  const bounds = [0, ...sorted, wire.length];
  return bounds.slice(1).map((end, i) => latin1Bytes(wire.slice(bounds[i], end)));
}

test("parse(format(x)) is x", () => {
  fc.assert(
    fc.property(anyPipeline, (requests) => {
      const parser = new RequestParser(settings.http);
      parser.push(latin1Bytes(wireOf(requests)));
      expect(requests.map(() => readRequest(parser))).toEqual(
        requests.map((request) => ({
          method: request.method,
          target: request.target,
          version: { major: 1, minor: request.minorVersion },
          fields: sentFields(request),
          framing: request.body.kind,
          content: contentOf(request.body),
        })),
      );
      expect(parser.next()).toEqual({ kind: "need-data" });
      expect(parser.isBetweenMessages).toBe(true);
    }),
    { numRuns: 200 },
  );
});

function readRequest(parser: RequestParser): unknown {
  const event = parser.next();
  if (event.kind !== "request") throw new Error(`A request was expected, not ${event.kind}.`);
  const { method, target, version, fields, framing } = event.request;
  let content = "";
  for (let part = parser.next(); part.kind !== "end"; part = parser.next()) {
    if (part.kind !== "data") throw new Error(`Content was expected, not ${part.kind}.`);
    content += Buffer.from(part.bytes).toString("latin1");
  }
  return { method, target: target.raw, version, fields: [...fields.lines()], framing: framing.kind, content };
}

test("a pipeline means the same however the network cuts it", () => {
  fc.assert(
    fc.property(anyPipeline, anyCuts, (requests, cuts) => {
      const wire = wireOf(requests);
      expect(formatEvents(cut(wire, cuts))).toEqual(formatEvents([latin1Bytes(wire)]));
    }),
    { numRuns: 200 },
  );
});

test("noise means the same however the network cuts it", () => {
  fc.assert(
    fc.property(anyWire, anyCuts, (wire, cuts) => {
      expect(formatEvents(cut(wire, cuts))).toEqual(formatEvents([latin1Bytes(wire)]));
    }),
    { numRuns: 500 },
  );
});

test("noise is events or a ParseError, whose offset lies in the message, and which is thrown for ever", () => {
  fc.assert(
    fc.property(anyWire, (wire) => {
      const parser = new RequestParser(settings.http);
      parser.push(latin1Bytes(wire));
      const { error, messageBytes } = readAll(parser, wire.length);
      if (error === undefined) return;
      expectRefusal(error, messageBytes);
      parser.push(latin1Bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
      expect([errorOf(parser), errorOf(parser)]).toEqual([error, error]);
      expect(errorOf(parser)).toBe(error);
    }),
    { numRuns: 1_000 },
  );
});

/** All events there are: what ended them, if anything was thrown, and how long the last message is so far. */
function readAll(parser: RequestParser, wireBytes: number): { error: unknown; messageBytes: number } {
  let messageStart = 0;
  try {
    for (let event = parser.next(); event.kind !== "need-data"; event = parser.next()) {
      if (event.kind === "end") messageStart = wireBytes - parser.unreadBytes;
    }
    return { error: undefined, messageBytes: wireBytes - messageStart };
  } catch (error) {
    return { error, messageBytes: wireBytes - messageStart };
  }
}

function expectRefusal(error: unknown, messageBytes: number): void {
  if (!(error instanceof ParseError)) throw error;
  expect([400, 414, 431, 501, 505]).toContain(error.status);
  expect(error.offset).toBeGreaterThanOrEqual(0);
  expect(error.offset).toBeLessThanOrEqual(messageBytes);
  expect(error.reason).toMatch(/^[A-Z].*\.$/);
}

function errorOf(parser: RequestParser): unknown {
  try {
    return parser.next();
  } catch (error) {
    return error;
  }
}

describe("an element that follows chunked is not lost (RFC 9112 §6.1)", () => {
  test.each([{ coding: 'chunked, "' }, { coding: 'chunked, "\\' }, { coding: 'chunked, "gzip\\' }])(
    "Transfer-Encoding: $coding is refused",
    ({ coding }) => {
      const wire = `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ${coding}\r\n\r\n0\r\n\r\n`;
      expect(formatEvents([latin1Bytes(wire)])).toEqual([expect.stringMatching(/^refused (?:400|501) at /)]);
    },
  );
});

describe("between two messages", () => {
  test("nothing has arrived at the start, and after a message", () => {
    const parser = new RequestParser(settings.http);
    expect(parser.isBetweenMessages).toBe(true);
    parser.push(latin1Bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    expect(parser.isBetweenMessages).toBe(false);
    expect([parser.next().kind, parser.isBetweenMessages]).toEqual(["request", false]);
    expect([parser.next().kind, parser.isBetweenMessages]).toEqual(["end", true]);
  });

  test("a single octet of the next message is already part of it", () => {
    const parser = new RequestParser(settings.http);
    parser.push(latin1Bytes("G"));
    expect([parser.next().kind, parser.isBetweenMessages]).toEqual(["need-data", false]);
  });
});

test("the fields of a request stay as they are while later ones arrive", () => {
  fc.assert(
    fc.property(anyPipeline, (requests) => {
      const parser = new RequestParser(settings.http);
      const kept: (() => unknown)[] = [];
      for (const octet of latin1Bytes(wireOf(requests))) {
        parser.push(Uint8Array.of(octet));
        for (let event = parser.next(); event.kind !== "need-data"; event = parser.next()) {
          if (event.kind !== "request") continue;
          const { fields } = event.request;
          kept.push(() => [...fields.lines()]);
        }
      }
      expect(kept.map((fieldsNow) => fieldsNow())).toEqual(requests.map(sentFields));
    }),
    { numRuns: 50 },
  );
});

describe("the method of the current message", () => {
  test("is known as soon as a space follows it, and forgotten with its end", () => {
    const parser = new RequestParser(settings.http);
    const methodAfter = (text: string): string | undefined => {
      parser.push(latin1Bytes(text));
      parser.next();
      return parser.method;
    };
    expect(methodAfter("\r\nHEAD")).toBeUndefined();
    expect(methodAfter(" / HTTP/1.1\r\n")).toBe("HEAD");
    expect(methodAfter("Host: a\r\n\r\n")).toBe("HEAD");
    expect([parser.next().kind, parser.method]).toEqual(["end", undefined]);
  });

  const refused = [
    { what: "its field section", wire: "HEAD / HTTP/1.1\r\nno colon\r\n\r\n" },
    { what: "the end of its request line", wire: "HEAD / HTTP/1.1\nHost: a\r\n\r\n" },
    { what: "its target", wire: "HEAD /%zz HTTP/1.1\r\nHost: a\r\n\r\n" },
    { what: "its version", wire: "HEAD / HTTP/2.0\r\nHost: a\r\n\r\n" },
    { what: "the length of its request line", wire: `HEAD /${"a".repeat(9_000)}` },
    { what: "its missing Host", wire: "HEAD / HTTP/1.1\r\n\r\n" },
  ];
  for (const { what, wire } of refused) {
    test(`is known when ${what} is refused`, () => {
      const parser = new RequestParser(settings.http);
      parser.push(latin1Bytes(wire));
      expect(errorOf(parser)).toBeInstanceOf(ParseError);
      expect(parser.method).toBe("HEAD");
    });
  }

  test("is none for what begins with no method", () => {
    const parser = new RequestParser(settings.http);
    parser.push(latin1Bytes("HE(AD / HTTP/1.1\r\n"));
    expect(errorOf(parser)).toBeInstanceOf(ParseError);
    expect(parser.method).toBeUndefined();
  });
});

describe("the method of a refused message is the same however the network cuts it", () => {
  const head = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n";
  test.each([
    { because: "there are too many empty lines", wire: "\r\n".repeat(5) + head, method: undefined },
    { because: "a bare LF stands before it", wire: `\n${head}`, method: undefined },
    { because: "a bare CR stands before it", wire: `\r${head}`, method: undefined },
    { because: "its target is bad", wire: head.replace("/", "/%"), method: "HEAD" },
    { because: "its version is bad", wire: head.replace("1.1", "x"), method: "HEAD" },
    {
      because: "a field is bad, and a request follows",
      wire: `HEAD / HTTP/1.1\r\n:\r\n${head}`,
      method: "HEAD",
    },
  ])("because $because", ({ wire, method }) => {
    const methodsOf = Array.from({ length: wire.length + 1 }, (_, place) => {
      const parser = new RequestParser(settings.http);
      parser.push(latin1Bytes(wire.slice(0, place)));
      if (errorOf(parser) instanceof ParseError) return parser.method;
      parser.push(latin1Bytes(wire.slice(place)));
      return errorOf(parser) instanceof ParseError ? parser.method : "not refused";
    });
    expect(new Set(methodsOf)).toEqual(new Set([method]));
  });
});
