/**
 * The admin port by itself, with a master that is not well: what goes wrong here must not go further.
 */
import { expect, test } from "vitest";
import { settings } from "../../settings.ts";
import type { Snapshot } from "../../src/admin/snapshot.ts";
import { type AdminSources, openAdminPort } from "../../src/workers/admin-port.ts";
import { RawClient, fetchRaw } from "../support/raw-client.ts";
import { snapshotWith } from "../support/snapshots.ts";

/** It is open until the test's process ends, and keeps nobody waiting. */
async function openPort(
  sources: Partial<AdminSources> = {},
  port = 0,
): Promise<{ readonly port: number; readonly lines: readonly string[] }> {
  const lines: string[] = [];
  const link = await openAdminPort({ host: "127.0.0.1", port }, settings, {
    log: {
      line: (text) => void lines.push(text),
      reopen: () => undefined,
      flush: () => Promise.resolve(),
      flushAtLast: () => Promise.resolve(),
    },
    isHealthy: () => true,
    isStopping: () => false,
    takeSnapshot: () => Promise.resolve(snapshotWith()),
    ...sources,
  });
  expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/-\/status$/);
  return { port: Number(new URL(link).port), lines };
}

const faults: [what: string, takeSnapshot: () => Promise<Snapshot>][] = [
  ["rejects", () => Promise.reject(new Error("a secret fault"))],
  [
    "throws",
    () => {
      throw new Error("a secret fault");
    },
  ],
  ["is not what it should be", () => Promise.resolve({} as Snapshot)],
];

test.each(faults)(
  "is answered with 500 and logged when the snapshot %s, and all goes on",
  async (_what, takeSnapshot) => {
    const { port, lines } = await openPort({ takeSnapshot });
    for (const target of ["/-/metrics", "/-/status"]) {
      const { status, content } = await fetchRaw(port, target);
      expect([status, content.toString()]).toEqual([
        500,
        "500 Internal Server Error\nSomething went wrong here.\n",
      ]);
    }
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line).toMatch(/^error: (?:Error: a secret fault|TypeError: )/);
    expect((await fetchRaw(port, "/-/health")).status).toBe(200);
  },
);

test("answers as often as somebody asks on one connection, until the server stops", async () => {
  let isStopping = false;
  const { port, lines } = await openPort({ isStopping: () => isStopping, isHealthy: () => !isStopping });
  const client = await RawClient.connect(port);
  const ask = async (): Promise<[number, string | undefined]> => {
    client.write("GET /-/health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const { status, fields } = await client.readResponse();
    return [status, fields.get("connection")];
  };
  for (let i = 0; i < 3; i++) expect(await ask()).toEqual([200, undefined]);
  isStopping = true;
  expect(await ask()).toEqual([503, "close"]);
  expect((await client.readToEnd()).length).toBe(0);
  expect(lines).toEqual([]);
});

test("two cannot have the same port", async () => {
  const { port } = await openPort();
  await expect(openPort({}, port)).rejects.toMatchObject({ code: "EADDRINUSE" });
});
