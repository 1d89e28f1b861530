/** The PROXY protocol as HAProxy has specified it, and what is none of it. */
import { describe, expect, test } from "vitest";
import { parseProxyHeader } from "../../src/workers/proxy-protocol.ts";

const REQUEST = "GET / HTTP/1.1\r\n";
const SIGNATURE = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];

function text(line: string): Buffer {
  return Buffer.from(line, "latin1");
}

/** @param rest addresses, ports and extensions */
function binary(versionAndCommand: number, family: number, rest: readonly number[]): Buffer {
  return Buffer.from([
    ...SIGNATURE,
    versionAndCommand,
    family,
    rest.length >> 8,
    rest.length & 0xff,
    ...rest,
  ]);
}

const IPV4 = [203, 0, 113, 7, 192, 0, 2, 1, 0xdc, 0x04, 0x01, 0xbb];
const IPV6 = [
  0x20,
  0x01,
  0x0d,
  0xb8,
  ...Array<number>(11).fill(0),
  7,
  ...Array<number>(16).fill(1),
  0,
  1,
  0,
  2,
];
const EXTENSION = [0x04, 0x00, 0x03, 1, 2, 3];

describe.each([
  ["a line, IPv4", text("PROXY TCP4 203.0.113.7 192.0.2.1 56324 443\r\n"), "203.0.113.7"],
  ["a line, IPv6", text("PROXY TCP6 2001:db8::7 2001:db8::1 56324 443\r\n"), "2001:db8::7"],
  ["a line that does not know", text("PROXY UNKNOWN\r\n"), undefined],
  ["a line that does not know, and says more", text(`PROXY UNKNOWN ${"f".repeat(80)}\r\n`), undefined],
  ["binary, IPv4", binary(0x21, 0x11, IPV4), "203.0.113.7"],
  ["binary, IPv4, with an extension", binary(0x21, 0x11, [...IPV4, ...EXTENSION]), "203.0.113.7"],
  ["binary, IPv6", binary(0x21, 0x21, IPV6), "2001:db8::7"],
  ["binary, a path in the file system", binary(0x21, 0x31, Array<number>(216).fill(0x2f)), undefined],
  ["binary, for the proxy itself", binary(0x20, 0x00, []), undefined],
])("%s", (_, header, sourceAddress) => {
  test("is read to its end, and not beyond", () => {
    const bytes = Buffer.concat([header, text(REQUEST)]);
    expect(parseProxyHeader(bytes)).toEqual({ lengthBytes: header.length, sourceAddress });
  });

  test("is waited for, wherever it is cut", () => {
    for (let length = 1; length < header.length; length++) {
      expect(parseProxyHeader(header.subarray(0, length))).toBeUndefined();
    }
  });
});

test.each([
  ["no header at all", text(REQUEST)],
  ["another first word", text("PROXX TCP4 ")],
  ["an address of the other family", text("PROXY TCP4 2001:db8::7 192.0.2.1 1 2\r\n")],
  ["a name", text("PROXY TCP4 localhost 192.0.2.1 1 2\r\n")],
  ["a port that is none", text("PROXY TCP4 203.0.113.7 192.0.2.1 1 65536\r\n")],
  ["a port with a zero before it", text("PROXY TCP4 203.0.113.7 192.0.2.1 01 2\r\n")],
  ["too few words", text("PROXY TCP4 203.0.113.7 192.0.2.1 1\r\n")],
  ["too many words", text("PROXY TCP4 203.0.113.7 192.0.2.1 1 2 3\r\n")],
  ["two spaces", text("PROXY TCP4  203.0.113.7 192.0.2.1 1 2\r\n")],
  ["a family nobody knows", text("PROXY UDP4 203.0.113.7 192.0.2.1 1 2\r\n")],
  ["a line without an end", text(`PROXY UNKNOWN ${"f".repeat(120)}`)],
  ["another version", binary(0x11, 0x11, IPV4)],
  ["a command nobody knows", binary(0x22, 0x11, IPV4)],
  ["addresses that are too short", binary(0x21, 0x11, IPV4.slice(0, 8))],
  ["extensions without an end", binary(0x21, 0x11, [...IPV4, ...Array<number>(5_000).fill(0)])],
])("refuses %s", (_, bytes) => {
  expect(() => parseProxyHeader(bytes)).toThrow(/PROXY/);
});
