import { describe, expect, test } from "vitest";
import { requestPersists } from "../../src/http/persistence.ts";
import { requestOf } from "../support/requests.ts";

function persists(version: string, connection: readonly string[]): boolean {
  const lines = connection.map((value) => `Connection: ${value}\r\n`).join("");
  const { version: parsed, fields } = requestOf(`GET / ${version}\r\nHost: a\r\n${lines}\r\n`);
  return requestPersists(parsed, fields);
}

describe("RFC 9112 §9.3", () => {
  test.each([
    { version: "HTTP/1.1", connection: [], is: true },
    { version: "HTTP/1.1", connection: ["keep-alive"], is: true },
    { version: "HTTP/1.1", connection: ["close"], is: false },
    { version: "HTTP/1.1", connection: ["Close"], is: false },
    { version: "HTTP/1.1", connection: ["upgrade, close"], is: false },
    { version: "HTTP/1.1", connection: ["upgrade", "close"], is: false },
    { version: "HTTP/1.1", connection: ["keep-alive, close"], is: false },
    { version: "HTTP/1.1", connection: ["close, keep-alive"], is: false },
    { version: "HTTP/1.1", connection: ["not-close"], is: true },
    { version: "HTTP/1.1", connection: ["closed"], is: true },
    { version: "HTTP/1.1", connection: ['"close"'], is: true },
    { version: "HTTP/1.1", connection: [""], is: true },
    { version: "HTTP/1.9", connection: [], is: true }, // a version we do not know is read as 1.1 (RFC 9110 §2.5)
    { version: "HTTP/1.0", connection: [], is: false },
    { version: "HTTP/1.0", connection: ["keep-alive"], is: true },
    { version: "HTTP/1.0", connection: ["Keep-Alive"], is: true },
    { version: "HTTP/1.0", connection: ["upgrade,\tkeep-alive"], is: true },
    { version: "HTTP/1.0", connection: ["keep-alive, close"], is: false },
    { version: "HTTP/1.0", connection: ["close", "keep-alive"], is: false },
    { version: "HTTP/1.0", connection: ["upgrade"], is: false },
    { version: "HTTP/1.0", connection: [""], is: false },
  ])("$version with Connection $connection persists: $is", ({ version, connection, is }) => {
    expect(persists(version, connection)).toBe(is);
  });
});
