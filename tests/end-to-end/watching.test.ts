/**
 * A server that is watched (`--admin`): whether its numbers are what clients have seen, whatever becomes of workers.
 */
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { settings } from "../../settings.ts";
import { type Family, readExposition, valueOf } from "../support/exposition.ts";
import { releaseAfter } from "../support/lifetime.ts";
import { askOnce } from "../support/load.ts";
import { RawClient, fetchRaw } from "../support/raw-client.ts";
import {
  ACCEPT_MODES,
  type Server,
  type ServerOptions,
  kill,
  runCommand,
  startServer,
  within,
} from "../support/server.ts";
import { type TemporaryAlbum, createTemporaryAlbum, makePicture } from "../support/temporary-album.ts";

const NOTE = "just a note\n";
const GET_NOTE = "GET /note.txt HTTP/1.1\r\nHost: localhost\r\n\r\n";
const PATIENCE = { timeout: 15_000, interval: 50 };

let album: TemporaryAlbum;

beforeAll(async () => {
  const files = {
    "note.txt": NOTE,
    "photo.jpg": await makePicture({ widthPx: 300, heightPx: 200 }),
    "broken.jpg": "no picture",
  };
  album = await createTemporaryAlbum(files, "file");
  await album.addSparse("slow.bin", 50_000_000);
});

type WatchedServer = Server & { readonly adminPort: number; readonly metrics: () => Promise<Metrics> };

/** By name without `httpd_`. */
type Metrics = {
  readonly families: ReadonlyMap<string, Family>;
  readonly value: (name: string, labels?: Readonly<Record<string, string>>) => number;
};

async function startWatched(options: Partial<ServerOptions> = {}, address = "0"): Promise<WatchedServer> {
  const args = [...(options.args ?? []), "--admin", address];
  const server = await startServer({ root: album.path, ...options, args });
  const link = /^status at http:\/\/\S+:(\d+)\/-\/status$/m;
  const adminPort = await vi.waitFor(() => {
    const port = Number(link.exec(server.stdout())?.[1]);
    expect(port).toBeGreaterThan(0);
    return port;
  }, PATIENCE);
  return { ...server, adminPort, metrics: () => scrape(adminPort) };
}

async function scrape(port: number): Promise<Metrics> {
  const { status, content } = await fetchRaw(port, "/-/metrics");
  expect(status).toBe(200);
  const families = readExposition(content.toString());
  return { families, value: (name, labels) => valueOf(families, `httpd_${name}`, labels) };
}

/** Workers speak once a second, so a number may be late by that. */
async function until(
  server: WatchedServer,
  isSo: (value: Metrics["value"]) => void,
): Promise<Metrics["value"]> {
  return await vi.waitFor(async () => {
    const { value } = await server.metrics();
    isSo(value);
    return value;
  }, PATIENCE);
}

async function askTimes(server: Server, times: number): Promise<void> {
  for (let i = 0; i < times; i++) expect((await fetchRaw(server.port, "/note.txt")).status).toBe(200);
}

describe.each(ACCEPT_MODES)("with --accept %s", (accept) => {
  test("the numbers are what clients have seen", async () => {
    const server = await startWatched({ args: ["--accept", accept] });
    const kept = await RawClient.connect(server.port);
    for (let i = 0; i < 20; i++) {
      kept.write(GET_NOTE);
      await kept.readResponse();
    }
    await askTimes(server, 10);
    await fetchRaw(server.port, "/note.txt", { method: "HEAD" });
    await fetchRaw(server.port, "/note.txt", { fields: ["Range: bytes=0-3"] });
    for (let i = 0; i < 3; i++) await fetchRaw(server.port, "/nothing");
    const garbage = await RawClient.connect(server.port);
    garbage.write("no request at all\r\n\r\n");
    const refused = await garbage.readResponse();
    expect(refused.status).toBe(400);
    const missing = await fetchRaw(server.port, "/nothing");

    const value = await until(server, (now) => {
      expect(now("request_duration_seconds_count")).toBe(37);
      expect(now("connections_open")).toBeLessThanOrEqual(2); // that which is kept, and that which lingers
    });
    const codes = { 200: 31, 206: 1, 404: 4, 400: 1 };
    for (const [code, times] of Object.entries(codes)) {
      expect({ code, times: value("requests_total", { code }) }).toEqual({ code, times });
    }
    expect(value("requests_total", { code: "500" })).toBe(0);
    expect(value("response_content_bytes_total")).toBe(
      30 * NOTE.length + 4 + 4 * missing.content.length + refused.content.length,
    );
    expect(value("connections_accepted_total")).toBe(18);
    expect(value("connections_refused_total")).toBe(0);
    expect(value("workers", { state: "serving" })).toBe(2);
    expect(value("healthy")).toBe(1);
  });

  test("no number goes back when a worker is killed, and none when all are replaced", async () => {
    const server = await startWatched({ args: ["--accept", accept] });
    const [victim = 0] = await server.workerPids();
    const answered = (times: number): Promise<Metrics["value"]> =>
      until(server, (now) => expect(now("requests_total", { code: "200" })).toBe(times));
    await askTimes(server, 50);
    await answered(50); // so all workers have said so
    kill(victim, "SIGKILL");
    await until(server, (now) => {
      expect(now("worker_deaths_total")).toBe(1);
      expect(now("workers", { state: "serving" })).toBe(2);
    });
    await answered(50);
    await askTimes(server, 20);
    await answered(70);
    await askTimes(server, 5); // of which nothing is said before they leave
    server.signal("SIGHUP");
    await until(server, (now) => {
      expect(now("reloads_total", { outcome: "done" })).toBe(1);
      expect(now("workers", { state: "leaving" })).toBe(0);
    });
    const value = await answered(75);
    expect(value("worker_starts_total")).toBe(5);
    expect(value("worker_deaths_total")).toBe(1);
    expect(value("worker_retirements_total")).toBe(2);
    expect(value("request_duration_seconds_count")).toBe(75);
    expect(value("connections_accepted_total")).toBeGreaterThanOrEqual(75);
    await askTimes(server, 5);
    await answered(80);
  });

  test("health is 200 while it serves and 503 while it stops, until the end", async () => {
    const server = await startWatched({ args: ["--accept", accept] });
    const health = async (): Promise<string> => {
      const { status, content } = await fetchRaw(server.adminPort, "/-/health");
      return `${status} ${content.toString()}`;
    };
    expect(await health()).toBe("200 ok\n");
    const client = await RawClient.connect(server.port);
    client.write("GET /slow.bin HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    await client.readHead();
    server.signal("SIGTERM");
    await vi.waitFor(async () => expect(await askOnce(server.port, "/note.txt")).toBe("refused"));
    expect(await health()).toBe("503 not serving\n");
    const stopping = await fetchRaw(server.adminPort, "/-/status");
    expect(stopping.content.toString()).toContain('<span class="state stopping">stopping</span>');
    expect(await client.countOctets()).toBe(50_000_000);
    expect(await within(5_000, server.exited, "it still runs")).toMatchObject({ code: 0, stderr: "" });
    await expect(RawClient.connect(server.adminPort)).rejects.toThrow("ECONNREFUSED");
  });
});

test("who watches does not delay a stop", async () => {
  const server = await startWatched();
  const silent = await RawClient.connect(server.adminPort);
  const half = await RawClient.connect(server.adminPort);
  half.write("GET /-/hea");
  const kept = await RawClient.connect(server.adminPort);
  kept.write("GET /-/health HTTP/1.1\r\nHost: localhost\r\n\r\n");
  expect((await kept.readResponse()).status).toBe(200);
  const startMs = Date.now();
  expect(await server.stop()).toMatchObject({ code: 0, stderr: "" });
  expect(Date.now() - startMs).toBeLessThan(3_000);
  await Promise.all([silent, half, kept].map((client) => client.countOctets()));
});

test("health is 503 while no worker serves, and 200 again when one does", async () => {
  const server = await startWatched({ workers: 1 });
  const status = async (): Promise<number> => (await fetchRaw(server.adminPort, "/-/health")).status;
  const [only = 0] = await server.workerPids();
  kill(only, "SIGKILL"); // young, so the next one comes a moment later
  await vi.waitFor(async () => expect(await status()).toBe(503), { timeout: 5_000, interval: 1 });
  await vi.waitFor(async () => expect(await status()).toBe(200), PATIENCE);
});

test("thumbnails are counted by what became of them", async () => {
  const server = await startWatched();
  for (const size of [320, 640]) {
    expect((await fetchRaw(server.port, `/photo.jpg?size=${size}`)).status).toBe(200);
  }
  expect((await fetchRaw(server.port, "/photo.jpg?size=320")).status).toBe(200); // is there by now
  expect((await fetchRaw(server.port, "/broken.jpg?size=320")).status).toBe(415);
  const { value, families } = await server.metrics();
  const outcomes = ["made", "unreadable", "refused", "failed"];
  expect(outcomes.map((outcome) => value("thumbnails_total", { outcome }))).toEqual([2, 1, 0, 0]);
  expect(value("thumbnails_waiting")).toBe(0);
  expect(value("thumbnails_in_progress")).toBe(0);
  expect(value("darkroom_starts_total")).toBeGreaterThan(0);
  const processes = families.get("httpd_process_resident_memory_bytes")?.samples ?? [];
  const names = processes.map(({ labels }) => labels["process"]);
  expect(names).toEqual(expect.arrayContaining(["master", "worker 1", "worker 2", "darkroom 1"]));
  for (const { value: bytes } of processes) expect(bytes).toBeGreaterThan(10_000_000);
});

test("what cannot be reloaded is counted as given up", async () => {
  const folder = await createTemporaryAlbum({ "config.json": "{}" });
  const config = join(folder.path, "config.json");
  const server = await startWatched({ args: ["--config", config], workers: undefined });
  await folder.add("config.json", '{ "workers": "many" }');
  server.signal("SIGHUP");
  await until(server, (now) => expect(now("reloads_total", { outcome: "given_up" })).toBe(1));
});

test("the admin port stays where it is on a reload", async () => {
  const folder = await createTemporaryAlbum({ "config.json": '{ "admin": 0 }' });
  const config = join(folder.path, "config.json");
  const server = await startServer({ root: album.path, args: ["--config", config] });
  const port = Number(/:(\d+)\/-\/status$/m.exec(server.stdout())?.[1]);
  expect((await fetchRaw(port, "/-/health")).status).toBe(200);
  await folder.add("config.json", '{ "admin": "127.0.0.1:1" }');
  server.signal("SIGHUP");
  await vi.waitFor(async () => {
    const { value } = await scrape(port);
    expect(value("reloads_total", { outcome: "done" })).toBe(1);
  }, PATIENCE);
  expect((await fetchRaw(port, "/-/health")).status).toBe(200);
});

test("the page has its workers, and so has what programs read", async () => {
  const server = await startWatched({ workers: 3 });
  await askTimes(server, 4);
  const { content, fields } = await fetchRaw(server.adminPort, "/-/status");
  expect(fields.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'sha256-/);
  const pids = await server.workerPids();
  const shown = Array.from(content.toString().matchAll(/data-label="Pid">(\d+)</g), ([, pid]) => Number(pid));
  expect(shown.toSorted((a, b) => a - b)).toEqual(pids.toSorted((a, b) => a - b));
  const snapshot = await vi.waitFor(async () => {
    const json = await fetchRaw(server.adminPort, "/-/status?json");
    const parsed = JSON.parse(json.content.toString()) as {
      workers: { pid: number; responses: number }[];
      responses: { count: number };
      address: string;
    };
    expect(parsed.responses.count).toBe(4);
    return parsed;
  }, PATIENCE);
  expect(snapshot.workers.map(({ pid }) => pid)).toEqual(shown);
  expect(snapshot.workers.reduce((sum, { responses }) => sum + responses, 0)).toBe(4);
  expect(snapshot.address).toBe(`http://127.0.0.1:${server.port}`);
});

test("who asks the admin port is neither logged nor counted", async () => {
  const server = await startWatched();
  for (const target of ["/", "/-/health", "/-/metrics", "/-/status", "/-/status?json", "/nothing"]) {
    await fetchRaw(server.adminPort, target);
  }
  await askTimes(server, 1);
  await vi.waitFor(async () => expect(await server.log()).toContain("/note.txt"), PATIENCE);
  expect(await server.log()).not.toContain("/-/");
  const value = await until(server, (now) => expect(now("request_duration_seconds_count")).toBe(1));
  expect(value("connections_accepted_total")).toBe(1);
});

/** As a browser does whose page has that name. */
async function askByAnotherName(port: number): Promise<number> {
  const client = await RawClient.connect(port);
  client.write("GET /-/health HTTP/1.1\r\nHost: rebound.example\r\n\r\n");
  return (await client.readResponse()).status;
}

test("only this machine can reach it, by no other name, unless a host is named", async () => {
  const inside = await startWatched();
  const open = await startWatched({}, "0.0.0.0:0");
  expect(inside.stdout()).toContain("\nstatus at http://127.0.0.1:");
  expect(await askByAnotherName(inside.adminPort)).toBe(421);
  expect(open.stdout()).toContain("\nstatus at http://0.0.0.0:");
  expect(await askByAnotherName(open.adminPort)).toBe(200);
});

describe("what is done to the admin port", () => {
  test("does not bring the server down: nonsense is refused", async () => {
    const server = await startWatched();
    for (const octets of [
      "\0\0\0\0",
      "GET",
      "GET / HTTP/9.9\r\n\r\n",
      "A".repeat(100_000),
      `GET / HTTP/1.1\r\n${"a: b\r\n".repeat(500)}\r\n`,
    ]) {
      const client = await RawClient.connect(server.adminPort);
      client.write(octets);
      client.halfClose();
      await client.countOctets();
      client.destroy();
    }
    for (let i = 0; i < 20; i++) {
      const client = await RawClient.connect(server.adminPort);
      client.write("GET /-/metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
      client.socket.resetAndDestroy();
    }
    expect((await fetchRaw(server.adminPort, "/-/health")).status).toBe(200);
    await askTimes(server, 1);
    expect(await server.log()).not.toContain("error:");
  });

  test("is bounded: more connections than it takes are closed, and later there is room again", async () => {
    const server = await startWatched();
    const clients = await Promise.all(Array.from({ length: 60 }, () => RawClient.connect(server.adminPort)));
    let closed = 0;
    for (const client of clients) void client.countOctets().then(() => closed++);
    await vi.waitFor(() => expect(closed).toBe(60 - settings.admin.maxConnections), PATIENCE);
    await askTimes(server, 1); // the gallery is another matter
    for (const client of clients) client.destroy();
    const isThere = async (): Promise<void> => {
      expect((await fetchRaw(server.adminPort, "/-/health")).status).toBe(200);
    };
    await vi.waitFor(isThere, PATIENCE);
  });
});

test("a port that is in use is told in one line, before anybody is served", async () => {
  const listener = createServer().listen(0, "127.0.0.1");
  releaseAfter("test", () => void listener.close());
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;
  const { code, stdout, stderr } = await runCommand(["-p", "0", "--admin", String(port), album.path]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toBe(
    `httpd: port ${port} on 127.0.0.1 is in use: choose another one with --admin, or 0 for any free one\n`,
  );
});

test("without --admin there is nothing to watch", async () => {
  const server = await startServer({ root: album.path });
  expect(server.stdout()).toBe(`listening on http://127.0.0.1:${server.port}\n`);
  expect((await fetchRaw(server.port, "/-/health")).status).toBe(404);
  expect((await fetchRaw(server.port, "/-/metrics")).status).toBe(404);
});
