/**
 * A server that is asked to stop while clients are being served, and a master that is killed.
 */
import { beforeAll, describe, expect, test, vi } from "vitest";
import { askOnce } from "../support/load.ts";
import { RawClient, fetchRaw } from "../support/raw-client.ts";
import {
  ACCEPT_MODES,
  type Server,
  isRunning,
  kill,
  startCommand,
  startServer,
  within,
} from "../support/server.ts";
import { type TemporaryAlbum, createTemporaryAlbum } from "../support/temporary-album.ts";

const NOTE = "just a note\n";
const SLOW_BYTES = 50_000_000;
const SLOW = "GET /slow.bin HTTP/1.1\r\nHost: localhost\r\n";

let album: TemporaryAlbum;

beforeAll(async () => {
  album = await createTemporaryAlbum({ "note.txt": NOTE }, "file");
  await album.addSparse("slow.bin", SLOW_BYTES);
});

describe.each(ACCEPT_MODES)("with --accept %s", (accept) => {
  const start = (workers: number, detached = false): Promise<Server> =>
    startServer({ root: album.path, args: ["-w", String(workers), "--accept", accept], detached });

  test("workers end with their master, however it dies, and the port is free", async () => {
    const server = await start(2);
    const workers = await server.workerPids();
    const kept = await RawClient.connect(server.port);
    kept.write("GET /note.txt HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await kept.readResponse();
    await server.stop("SIGKILL");
    await vi.waitFor(() => expect(workers.filter(isRunning)).toEqual([]), { timeout: 3_000 });
    const next = await startServer({
      root: album.path,
      args: ["-p", String(server.port), "--accept", accept],
    });
    expect((await fetchRaw(next.port, "/note.txt")).status).toBe(200);
  });

  test("finishes a download in flight when it is asked to stop, and takes no new connections", async () => {
    const server = await start(2);
    const workers = await server.workerPids();
    const client = await RawClient.connect(server.port);
    client.write(`${SLOW}Connection: close\r\n\r\n`);
    await client.readHead();
    server.signal("SIGTERM");
    await vi.waitFor(async () => expect(await askOnce(server.port, "/note.txt")).toBe("refused"));
    expect(await client.countOctets()).toBe(SLOW_BYTES);
    expect(client.ending).toBe("end");
    expect(await within(3_000, server.exited, "it still runs")).toMatchObject({ code: 0, stderr: "" });
    await vi.waitFor(() => expect(workers.filter(isRunning)).toEqual([]), { timeout: 3_000 });
  });

  test("stops soon after the last download, although its connection was to be kept", async () => {
    const server = await start(1);
    const client = await RawClient.connect(server.port);
    client.write(`${SLOW}\r\n`);
    await client.readHead();
    server.signal("SIGTERM");
    await vi.waitFor(async () => expect(await askOnce(server.port, "/note.txt")).toBe("refused"));
    expect(await client.countOctets(SLOW_BYTES)).toBe(SLOW_BYTES);
    expect(await within(3_000, server.exited, "it still runs")).toMatchObject({ code: 0 });
  });

  test("closes idle kept connections about a second after it was asked to stop", async () => {
    const server = await start(1);
    const idle = await RawClient.connect(server.port);
    idle.write("GET /note.txt HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await idle.readResponse();
    const silent = await RawClient.connect(server.port);
    const startMs = Date.now();
    const stopped = server.stop();
    expect((await idle.readToEnd()).length + (await silent.readToEnd()).length).toBe(0);
    expect([idle.ending, silent.ending]).toEqual(["end", "end"]);
    expect(await stopped).toMatchObject({ code: 0 });
    expect(Date.now() - startMs).toBeLessThan(2_000);
  });

  test("answers one more request on a kept connection while it stops, and says that it closes", async () => {
    const server = await start(1);
    const client = await RawClient.connect(server.port);
    client.write("GET /note.txt HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await client.readResponse();
    const stopped = server.stop();
    await vi.waitFor(async () => expect(await askOnce(server.port, "/note.txt")).toBe("refused"));
    client.write("GET /note.txt HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const { fields, content } = await client.readResponse();
    expect([fields.get("connection"), content.toString()]).toEqual(["close", NOTE]);
    expect(await stopped).toMatchObject({ code: 0 });
  });

  test("ends at once when it is asked twice", async () => {
    const server = await start(2);
    const workers = await server.workerPids();
    const client = await RawClient.connect(server.port);
    client.write(`${SLOW}\r\n`);
    await client.readHead();
    server.signal("SIGTERM");
    await vi.waitFor(async () => expect(await askOnce(server.port, "/note.txt")).toBe("refused"));
    expect(isRunning(server.pid)).toBe(true);
    const { code } = await within(1_000, server.stop("SIGTERM"), "it still runs");
    expect(code).not.toBe(0);
    expect(await client.countOctets()).toBeLessThan(SLOW_BYTES);
    await vi.waitFor(() => expect(workers.filter(isRunning)).toEqual([]), { timeout: 3_000 });
  });

  test("a worker that does not react does not outlive the server", async () => {
    const server = await start(2);
    const [wedged = 0] = await server.workerPids();
    kill(wedged, "SIGSTOP");
    try {
      await server.stop();
      await vi.waitFor(() => expect(isRunning(wedged)).toBe(false), { timeout: 4_000 });
    } finally {
      kill(wedged, "SIGKILL");
    }
  });

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    test(`finishes what is in flight when the whole process group hears ${signal}`, async () => {
      const server = await start(2, true);
      const client = await RawClient.connect(server.port);
      client.write(`${SLOW}Connection: close\r\n\r\n`);
      await client.readHead();
      kill(-server.pid, signal);
      await vi.waitFor(async () => expect(await askOnce(server.port, "/note.txt")).toBe("refused"));
      expect(await client.countOctets()).toBe(SLOW_BYTES);
      expect(await within(3_000, server.exited, "it still runs")).toMatchObject({ code: 0, stderr: "" });
    });
  }

  test("stops although a client has never read its response", async () => {
    const server = await start(1);
    const client = await RawClient.connect(server.port);
    client.write(`${SLOW}\r\n`);
    await client.readHead();
    server.signal("SIGTERM");
    client.destroy();
    expect(await within(3_000, server.exited, "it still runs")).toMatchObject({ code: 0 });
  });

  test("stops without a stack when it is asked to before it is ready, with a client waiting", async () => {
    const taken = await start(1);
    const { port } = taken;
    await taken.stop(); // so the port is known before the next one is ready
    const command = startCommand([
      "-p",
      String(port),
      "-w",
      "4",
      "-r",
      album.path,
      "--cache",
      taken.cacheDirectory,
      "--accept",
      accept,
    ]);
    const client = await vi.waitFor(() => RawClient.connect(port), { timeout: 10_000, interval: 1 });
    command.signal("SIGTERM");
    client.destroy();
    const { code, stderr } = await within(10_000, command.exited, "it did not end");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });
});
