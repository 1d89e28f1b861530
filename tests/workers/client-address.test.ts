/** Whose word is taken for who the client is. */
import { expect, test } from "vitest";
import { TrustedProxies } from "../../src/workers/client-address.ts";
import { isProxyName } from "../../src/workers/options.ts";
import { fieldsOf } from "../support/requests.ts";

const forwarded = (...values: string[]): ReturnType<typeof fieldsOf> =>
  fieldsOf(values.map((value) => ["X-Forwarded-For", value]));

test.each([
  { why: "nobody is trusted", trusted: [], peer: "127.0.0.1", said: ["203.0.113.7"], client: "127.0.0.1" },
  {
    why: "the peer is a stranger",
    trusted: ["10.0.0.0/8"],
    peer: "192.0.2.1",
    said: ["1.2.3.4"],
    client: "192.0.2.1",
  },
  {
    why: "the proxy says it",
    trusted: ["loopback"],
    peer: "127.0.0.1",
    said: ["203.0.113.7"],
    client: "203.0.113.7",
  },
  {
    why: "the client made up the rest",
    trusted: ["loopback"],
    peer: "::1",
    said: ["9.9.9.9, 203.0.113.7"],
    client: "203.0.113.7",
  },
  {
    why: "there are two proxies",
    trusted: ["loopback", "10.0.0.0/8"],
    peer: "::1",
    said: ["9.9.9.9, 203.0.113.7, 10.1.2.3"],
    client: "203.0.113.7",
  },
  {
    why: "in two fields",
    trusted: ["loopback", "10.0.0.0/8"],
    peer: "::1",
    said: ["203.0.113.7", "10.1.2.3"],
    client: "203.0.113.7",
  },
  {
    why: "all of them are proxies",
    trusted: ["loopback"],
    peer: "::1",
    said: ["127.0.0.2, 127.0.0.3"],
    client: "127.0.0.2",
  },
  {
    why: "nonsense was said",
    trusted: ["loopback"],
    peer: "::1",
    said: ["203.0.113.7, unknown"],
    client: "::1",
  },
  { why: "nothing was said", trusted: ["loopback"], peer: "::1", said: [], client: "::1" },
  {
    why: "IPv4 comes over IPv6",
    trusted: ["10.0.0.0/8"],
    peer: "::ffff:10.1.2.3",
    said: ["2001:db8::7"],
    client: "2001:db8::7",
  },
  {
    why: "of IPv6",
    trusted: ["2001:db8:1::/48"],
    peer: "2001:db8:1::5",
    said: ["2001:db8::7"],
    client: "2001:db8::7",
  },
])("$client, where $why", ({ trusted, peer, said, client }) => {
  expect(new TrustedProxies(trusted).clientOf(peer, forwarded(...said))).toBe(client);
});

test("a client that was gone before it could be asked has no address", () => {
  expect(new TrustedProxies(["loopback"]).clientOf(undefined, forwarded("203.0.113.7"))).toBeUndefined();
});

test.each(["loopback", "10.0.0.0/8", "10.1.2.3", "::1", "2001:db8::/32", "0.0.0.0/0"])(
  "%s can be trusted",
  (name) => {
    expect(isProxyName(name)).toBe(true);
    expect(() => new TrustedProxies([name])).not.toThrow();
  },
);

test.each([
  "",
  "localhost",
  "10.0.0.0/33",
  "10.0.0/8",
  "10.0.0.0/",
  "10.0.0.0/8/8",
  "::/129",
  "10.0.0.0/-1",
  " ::1",
])("%j is no name of a proxy", (name) => {
  expect(isProxyName(name)).toBe(false);
});
