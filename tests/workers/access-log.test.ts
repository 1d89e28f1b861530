import { expect, test } from "vitest";
import { Fields } from "../../src/http/field-section.ts";
import type { Request } from "../../src/http/message.ts";
import { ACCESS_FORMATS } from "../../src/workers/access-log.ts";
import { get } from "../support/requests.ts";

const formatAccess = ACCESS_FORMATS.common;
const FINISHED = Date.UTC(2026, 10, 21, 10, 14, 36, 789);

function requestFor(raw: string): Request {
  return {
    method: "GET",
    target: { form: "origin", raw, segments: [""], query: undefined },
    version: { major: 1, minor: 1 },
    fields: new Fields(new Uint8Array(), []),
    framing: { kind: "none" },
  };
}

test("writes one line for a response", () => {
  const access = { clientAddress: "127.0.0.1", status: 200, contentBytes: 348_052 } as const;
  const line = formatAccess({ ...access, request: requestFor("/a.jpg"), finishedMs: FINISHED, tookMs: 12.4 });
  expect(line).toBe('127.0.0.1 - - [21/Nov/2026:10:14:36 +0000] "GET /a.jpg HTTP/1.1" 200 348052 12');
});

test("writes dashes for what there was not", () => {
  const access = { clientAddress: undefined, request: undefined, status: 400, contentBytes: 0 } as const;
  const line = formatAccess({ ...access, finishedMs: FINISHED + 1_000, tookMs: 0 });
  expect(line).toBe('- - - [21/Nov/2026:10:14:37 +0000] "-" 400 - 0');
});

test("lets no target end its quotes or its line", () => {
  const access = { clientAddress: "::1", status: 404, contentBytes: 0, tookMs: 0 } as const;
  const request = requestFor('/" 200 1\\\r\n\u001b[2J\u202e');
  expect(formatAccess({ ...access, request, finishedMs: FINISHED })).toContain(
    '"GET /\\x22 200 1\\x5c\\x0d\\x0a\\x1b[2J\\x202e HTTP/1.1"',
  );
});

test("writes who sent the visitor, and with what, in the combined form", () => {
  const access = {
    clientAddress: "::1",
    status: 200,
    contentBytes: 5,
    finishedMs: FINISHED,
    tookMs: 3.2,
  } as const;
  const request = get("/", [
    ["Referer", "http://localhost/"],
    ["User-Agent", 'curl "8"\u009b'],
  ]);
  expect(ACCESS_FORMATS.combined({ ...access, request })).toBe(
    `::1 - - [21/Nov/2026:10:14:36 +0000] "GET / HTTP/1.1" 200 5 "http://localhost/" "curl \\x228\\x22\\x9b" 3 ${process.pid}`,
  );
  expect(ACCESS_FORMATS.combined({ ...access, request: undefined })).toContain('"-" 200 5 "-" "-" 3 ');
});

test("writes JSON without what there was not, on one line that no terminal obeys", () => {
  const access = {
    clientAddress: undefined,
    status: 400,
    contentBytes: 0,
    finishedMs: FINISHED,
    tookMs: 0,
  } as const;
  const bare = ACCESS_FORMATS.json({ ...access, request: undefined });
  expect(JSON.parse(bare)).toEqual({
    time: "2026-11-21T10:14:36.789Z",
    status: 400,
    bytes: 0,
    ms: 0,
    worker: process.pid,
  });
  const request = get("/", [["User-Agent", "\u009b2J"]]);
  const line = ACCESS_FORMATS.json({ ...access, clientAddress: "::1", request });
  expect(line).not.toMatch(/[^\x20-\x7e]/);
  expect(JSON.parse(line)).toMatchObject({ client: "::1", method: "GET", agent: "\u009b2J", version: "1.1" });
});
