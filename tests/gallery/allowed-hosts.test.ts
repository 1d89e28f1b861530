/**
 * Which requests a server that was told its names answers, and which get 421 (RFC 9110 §7.4, RFC 9112 §3.2.2).
 */
import { describe, expect, test } from "vitest";
import { answerOnlyTo } from "../../src/gallery/allowed-hosts.ts";
import { HttpError } from "../../src/http/errors.ts";
import type { Response } from "../../src/http/message.ts";
import { isHostPattern } from "../../src/workers/options.ts";
import { requestOf } from "../support/requests.ts";

const RESPONSE: Response = { status: 200, fields: [], content: { kind: "none" } };
const NAMES = ["Photos.Example.org", "*.home.arpa", "localhost", "192.0.2.7", "[2001:db8::7]"];
const handler = answerOnlyTo(NAMES, () => RESPONSE);

function statusOf(head: string): number {
  try {
    expect(handler(requestOf(head))).toBe(RESPONSE);
    return 200;
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    return error.status;
  }
}

const underHost = (host: string): string => `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`;

describe("a server that was told its names answers", () => {
  test.each([
    { because: "it is one of them", host: "localhost" },
    { because: "the case does not matter", host: "photos.EXAMPLE.org" },
    { because: "the port does not matter", host: "localhost:8080" },
    { because: "an empty port is none", host: "localhost:" },
    { because: "it is below one", host: "nas.home.arpa" },
    { because: "it is far below one, with a port", host: "a.b.C.home.arpa:80" },
    { because: "it is an address that was named", host: "192.0.2.7:8080" },
    { because: "it is an address in brackets", host: "[2001:DB8::7]:8080" },
  ])("$host, since $because", ({ host }) => {
    expect(statusOf(underHost(host))).toBe(200);
  });

  test("an absolute-form by the name in it, whatever Host says", () => {
    expect(statusOf("GET http://localhost:8080/a HTTP/1.1\r\nHost: evil.example\r\n\r\n")).toBe(200);
    expect(statusOf("GET http://localhost HTTP/1.0\r\n\r\n")).toBe(200);
  });

  test("OPTIONS * by Host", () => {
    expect(statusOf("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n")).toBe(200);
  });
});

describe("and answers with 421", () => {
  test.each([
    { because: "it is another name", host: "evil.example" },
    { because: "it only begins like one", host: "localhost.evil.example" },
    { because: "it only ends like one", host: "notlocalhost" },
    { because: "nothing below it was named", host: "a.photos.example.org" },
    { because: "only what is below it was named", host: "home.arpa" },
    { because: "there is no label before the ending", host: ".home.arpa" },
    { because: "an asterisk is no name", host: "*.home.arpa.evil.example" },
    { because: "it is another address", host: "127.0.0.1" },
    { because: "it is an address of IPv6 that was not named", host: "[::1]" },
    { because: "it is empty", host: "" },
    { because: "nothing in a name is decoded", host: "local%68ost" },
  ])("$host, since $because", ({ host }) => {
    expect(statusOf(underHost(host))).toBe(421);
  });

  test("an absolute-form with another name in it, whatever Host says", () => {
    expect(statusOf("GET http://evil.example/a HTTP/1.1\r\nHost: localhost\r\n\r\n")).toBe(421);
  });

  test("a request without any name, as HTTP/1.0 allows it", () => {
    expect(statusOf("GET / HTTP/1.0\r\n\r\n")).toBe(421);
  });

  test("whatever the method is and the target", () => {
    expect(statusOf("OPTIONS * HTTP/1.1\r\nHost: evil.example\r\n\r\n")).toBe(421);
    expect(statusOf("CONNECT localhost:80 HTTP/1.1\r\nHost: evil.example\r\n\r\n")).toBe(421);
    expect(statusOf("BREW /pot HTTP/1.1\r\nHost: evil.example\r\n\r\n")).toBe(421);
  });
});

test.each([
  ["photos.example.org", true],
  ["*.example.org", true],
  ["localhost", true],
  ["192.0.2.7", true],
  ["[::1]", true],
  ["xn--mnchen-3ya.example", true],
  ["", false],
  ["*", false],
  ["*.", false],
  ["*.*.example", false],
  ["photos.*", false],
  ["photos.example:80", false],
  ["::1", false],
  ["a b", false],
  ["münchen.example", false],
  ["user@photos.example", false],
])("whether a server can be told to answer to %j: %j", (text, expected) => {
  expect(isHostPattern(text)).toBe(expected);
});
