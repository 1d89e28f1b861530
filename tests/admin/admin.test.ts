import { describe, expect, test } from "vitest";
import { adminErrorResponse, createAdmin } from "../../src/admin/admin.ts";
import type { Snapshot } from "../../src/admin/snapshot.ts";
import { HttpError } from "../../src/http/errors.ts";
import type { Handler, Response } from "../../src/http/message.ts";
import { readExposition } from "../support/exposition.ts";
import { request, requestOf } from "../support/requests.ts";
import { snapshotWith } from "../support/snapshots.ts";
import { fieldOf, textOf } from "../support/test-gallery.ts";

type Setup = { readonly isLoopback?: boolean; readonly isHealthy?: boolean; readonly snapshot?: Snapshot };

function adminWith({ isLoopback = false, isHealthy = true, snapshot = snapshotWith() }: Setup = {}): Handler {
  return createAdmin({
    isLoopback,
    isHealthy: () => isHealthy,
    takeSnapshot: () => Promise.resolve(snapshot),
    refreshSeconds: 5,
  });
}

/** As a connection would: what is thrown becomes a response. */
async function ask(admin: Handler, ...asked: Parameters<typeof request>): Promise<Response> {
  return await answerTo(admin, request(...asked));
}

async function answerTo(admin: Handler, asked: ReturnType<typeof request>): Promise<Response> {
  try {
    return await admin(asked);
  } catch (error) {
    if (error instanceof HttpError) return adminErrorResponse(error);
    throw error;
  }
}

describe("/-/health", () => {
  test("is 200 while somebody serves", async () => {
    const response = await ask(adminWith(), "GET", "/-/health");
    expect([response.status, await textOf(response)]).toEqual([200, "ok\n"]);
    expect(fieldOf(response, "Content-Type")).toBe("text/plain; charset=utf-8");
  });

  test("is 503 while nobody does, or the server stops", async () => {
    const response = await ask(adminWith({ isHealthy: false }), "GET", "/-/health");
    expect([response.status, await textOf(response)]).toEqual([503, "not serving\n"]);
  });

  test("takes no snapshot: it is asked every second", async () => {
    const admin = createAdmin({
      isLoopback: false,
      isHealthy: () => true,
      takeSnapshot: () => Promise.reject(new Error("There is none.")),
      refreshSeconds: 5,
    });
    expect((await ask(admin, "GET", "/-/health")).status).toBe(200);
    await expect(admin(request("GET", "/-/metrics"))).rejects.toThrow("There is none.");
  });
});

test("/-/metrics is an exposition", async () => {
  const response = await ask(adminWith(), "GET", "/-/metrics");
  expect(fieldOf(response, "Content-Type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(readExposition(await textOf(response)).size).toBeGreaterThan(20);
});

describe("/-/status", () => {
  test("is a page for people", async () => {
    const response = await ask(adminWith(), "GET", "/-/status", [["Accept", "text/html,*/*;q=0.8"]]);
    expect(fieldOf(response, "Content-Type")).toBe("text/html; charset=utf-8");
    expect(fieldOf(response, "Content-Security-Policy")).toMatch(/^default-src 'none';/);
    expect(await textOf(response)).toContain("</html>");
  });

  test.each([
    ["asks for ?json", "/-/status?json", "text/html"],
    ["asks for ?json=1", "/-/status?a&json=1", "text/html"],
    ["accepts JSON", "/-/status", "application/json"],
  ])("is JSON for who %s", async (_who, target, accept) => {
    const response = await ask(adminWith(), "GET", target, [["Accept", accept]]);
    expect(fieldOf(response, "Content-Type")).toBe("application/json");
    expect(fieldOf(response, "Vary")).toBe("Accept");
    expect(JSON.parse(await textOf(response))).toEqual(snapshotWith());
  });
});

test("/ leads to the page for people", async () => {
  const response = await ask(adminWith(), "GET", "/");
  expect([response.status, fieldOf(response, "Location")]).toEqual([301, "/-/status"]);
});

test.each([
  "/-/nothing",
  "/-/",
  "/-/health/",
  "/photo.jpg",
  "//-/health",
  "/-/health/../metrics",
  "/%2e%2e/",
])("%s is not there", async (target) => {
  expect((await ask(adminWith(), "GET", target)).status).toBe(404);
});

test.each(["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "NONSENSE"])("%s is not allowed", async (method) => {
  const response = await ask(adminWith(), method, "/-/status");
  expect([response.status, fieldOf(response, "Allow")]).toEqual([405, "GET, HEAD"]);
});

test("HEAD is answered as GET is", async () => {
  const response = await ask(adminWith(), "HEAD", "/-/metrics");
  expect(response.status).toBe(200);
});

test.each(["/-/health", "/-/metrics", "/-/status", "/", "/-/nothing"])(
  "no cache keeps %s",
  async (target) => {
    const response = await ask(adminWith(), "GET", target);
    expect(fieldOf(response, "Cache-Control")).toBe("no-store");
    expect(fieldOf(response, "X-Content-Type-Options")).toBe("nosniff");
  },
);

async function statusFor(head: string, isLoopback = true): Promise<number> {
  const { status } = await answerTo(adminWith({ isLoopback }), requestOf(`${head}\r\n\r\n`));
  return status;
}

describe("bound to a loopback address", () => {
  test.each([
    "localhost",
    "localhost:9090",
    "LocalHost:1",
    "127.0.0.1:9090",
    "127.0.0.1",
    "[::1]:9090",
    "10.0.0.7",
    "",
  ])("answers who asks for %j", async (host) => {
    expect(await statusFor(`GET /-/health HTTP/1.1\r\nHost: ${host}`)).toBe(200);
  });

  test.each([
    "evil.example",
    "evil.example:9090",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "1.2.3",
    "a1.2.3.4",
  ])("has 421 for who asks for %j, also where it leads here: that is DNS rebinding", async (host) => {
    expect(await statusFor(`GET /-/health HTTP/1.1\r\nHost: ${host}`)).toBe(421);
    expect(await statusFor(`GET /-/health HTTP/1.1\r\nHost: ${host}`, false)).toBe(200);
  });

  test("goes by an absolute-form, whatever Host says (RFC 9112 §3.2.2)", async () => {
    expect(await statusFor("GET http://evil.example/-/health HTTP/1.1\r\nHost: localhost")).toBe(421);
    expect(await statusFor("GET http://127.0.0.1:9090/-/health HTTP/1.1\r\nHost: evil.example")).toBe(200);
  });

  test("answers who says no Host at all, which no browser does", async () => {
    expect(await statusFor("GET /-/health HTTP/1.0")).toBe(200);
  });
});

test("an error is two lines of text", async () => {
  const response = adminErrorResponse(
    new HttpError(500, "Something went wrong here.", { cause: "a secret" }),
  );
  expect(await textOf(response)).toBe("500 Internal Server Error\nSomething went wrong here.\n");
});
