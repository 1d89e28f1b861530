import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseAuthority } from "../../src/http/authority.ts";

describe("a host, and perhaps a port (RFC 9110 §7.2, RFC 3986 §3.2)", () => {
  test.each([
    { text: "www.example.org", host: "www.example.org", port: undefined },
    { text: "www.example.com:80", host: "www.example.com", port: 80 },
    { text: "localhost:8001", host: "localhost", port: 8001 },
    { text: "example.org:", host: "example.org", port: undefined },
    { text: "example.org:0", host: "example.org", port: 0 },
    { text: "example.org:65535", host: "example.org", port: 65_535 },
    { text: `example.org:${"0".repeat(20)}80`, host: "example.org", port: 80 },
    { text: "", host: "", port: undefined },
    { text: ":80", host: "", port: 80 },
    { text: "192.0.2.16:80", host: "192.0.2.16", port: 80 },
    { text: "999.999.999.999", host: "999.999.999.999", port: undefined }, // no IPv4address, but a reg-name
    { text: "a_b~c-d!$&'()*+,;=", host: "a_b~c-d!$&'()*+,;=", port: undefined },
    { text: "b%C3%BCcher.example", host: "b%C3%BCcher.example", port: undefined },
  ])("$text", ({ text, host, port }) => {
    expect(parseAuthority(text)).toEqual({ host, port });
  });
});

describe("what is no authority", () => {
  test.each([
    { because: "there is a user before it (RFC 9110 §4.2.4)", text: "user@example.org" },
    { because: "there is a path behind it", text: "example.org/" },
    { because: "there is a space in it", text: "example org" },
    { because: "there is an underscored percent sign", text: "example%_0.org" },
    { because: "a percent sign is followed by one digit", text: "example.org%4" },
    { because: "a percent sign stands at the end", text: "example.org%" },
    { because: "the port is no number", text: "example.org:http" },
    { because: "the port is negative", text: "example.org:-1" },
    { because: "the port has a sign", text: "example.org:+80" },
    { because: "the port is hexadecimal", text: "example.org:0x50" },
    { because: "the port is too large", text: "example.org:65536" },
    { because: "the port has 400 digits", text: `example.org:${"9".repeat(400)}` },
    { because: "there are two ports", text: "example.org:80:80" },
    { because: "an IPv6 address has no brackets", text: "2001:db8::7" },
    { because: "it is not US-ASCII", text: "b\u00fccher.example" },
    { because: "a backslash is no part of a name", text: "example.org\\" },
    { because: "a quote is no part of a name", text: '"example.org"' },
    { because: "NUL is no part of a name", text: "example.org\0" },
    { because: "a bracket is not closed", text: "[::1" },
    { because: "a bracket is not opened", text: "::1]" },
    { because: "a bracket stands inside", text: "a[::1]" },
    { because: "something stands behind the bracket", text: "[::1]a" },
    { because: "brackets stand twice", text: "[::1][::1]" },
  ])("because $because", ({ text }) => {
    expect(parseAuthority(text)).toBeUndefined();
  });
});

describe("IP-literals: IPv6address", () => {
  test.each([
    { inside: "::" },
    { inside: "::1" },
    { inside: "1::" },
    { inside: "2001:db8::7" }, // RFC 3986 §1.1.2
    { inside: "FEDC:BA98:7654:3210:FEDC:BA98:7654:3210" },
    { inside: "1:2:3:4:5:6:7::" },
    { inside: "::2:3:4:5:6:7:8" },
    { inside: "1::8" },
    { inside: "::ffff:192.0.2.1" },
    { inside: "64:ff9b::192.0.2.33" },
    { inside: "1:2:3:4:5:6:192.0.2.1" },
    { inside: "::255.255.255.255" },
  ])("[$inside] is one, with a port and without", ({ inside }) => {
    expect(parseAuthority(`[${inside}]`)).toEqual({ host: `[${inside}]`, port: undefined });
    expect(parseAuthority(`[${inside}]:8080`)).toEqual({ host: `[${inside}]`, port: 8080 });
  });

  test.each([
    { because: "it is empty", inside: "" },
    { because: "there are seven groups", inside: "1:2:3:4:5:6:7" },
    { because: "there are nine groups", inside: "1:2:3:4:5:6:7:8:9" },
    { because: "there are eight groups and a run of zeros", inside: "1:2:3:4::5:6:7:8" },
    { because: "there are two runs of zeros", inside: "1::2::3" },
    { because: "there are three colons", inside: ":::" },
    { because: "it begins with one colon", inside: ":1:2:3:4:5:6:7:8" },
    { because: "it ends with one colon", inside: "1:2:3:4:5:6:7:" },
    { because: "a group has five digits", inside: "::12345" },
    { because: "a group is not hexadecimal", inside: "::g" },
    { because: "the IPv4address does not come last", inside: "192.0.2.1::" },
    { because: "the IPv4address does not come last, but before one group", inside: "::192.0.2.1:1" },
    { because: "seven groups and an IPv4address are too many", inside: "1:2:3:4:5:6:7:192.0.2.1" },
    { because: "an IPv4address is no IPv6address", inside: "192.0.2.1" },
    { because: "the IPv4address is too large", inside: "::192.0.2.256" },
    { because: "the IPv4address has a leading zero", inside: "::192.0.2.01" },
    { because: "the IPv4address has three parts", inside: "::192.0.2" },
    { because: "a zone is no part of it (RFC 3986 §3.2.2)", inside: "fe80::1%25en0" },
  ])("because $because, [$inside] is none", ({ inside }) => {
    expect(parseAuthority(`[${inside}]`)).toBeUndefined();
  });
});

describe("IP-literals: IPvFuture", () => {
  test.each([{ inside: "v1.a" }, { inside: "V1F.fe80::a+en1" }, { inside: "vAB.!$&'()*+,;=:~" }])(
    "[$inside] is one",
    ({ inside }) => {
      expect(parseAuthority(`[${inside}]:1`)).toEqual({ host: `[${inside}]`, port: 1 });
    },
  );

  test.each([
    { because: "it has no version", inside: "v.a" },
    { because: "its version is not hexadecimal", inside: "vg.a" },
    { because: "it has no address", inside: "v1." },
    { because: "it has no dot", inside: "v1" },
    { because: "it begins with another letter", inside: "w1.a" },
    { because: "it holds a percent sign", inside: "v1.a%20" },
  ])("because $because, [$inside] is none", ({ inside }) => {
    expect(parseAuthority(`[${inside}]`)).toBeUndefined();
  });
});

test("every IPv6 address is taken, however its zeros are written", () => {
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      expect(parseAuthority(`[${address}]`)).toEqual({ host: `[${address}]`, port: undefined });
    }),
  );
});

test("whatever the text is, what is taken is made of the very same characters", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(..."[]:.%0aF-@/v".split("")) })),
      (text) => {
        const { host } = parseAuthority(text) ?? { host: "" };
        expect(text.startsWith(host)).toBe(true);
      },
    ),
  );
});
