/**
 * More clients than the system lets the server have descriptors.
 */
import { setTimeout as wait } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import { execFileSync } from "node:child_process";
import { fetchRaw } from "../support/raw-client.ts";
import { type TemporaryAlbum, makePicture } from "../support/temporary-album.ts";
import { NOTE, createVisitedAlbum, expectUnharmed, startWarmServer, underAttack } from "./attack.ts";
import { comeIn, countBy, get } from "./strangers.ts";

/** Of each process of the server: its workers have room for a hundred connections. */
const FEW_DESCRIPTORS = 250;
const CLIENTS = 200;
const FILE_BYTES = 5_000_000;

/** Whoever waits for a place has to wait until somebody leaves. */
const PATIENCE_MS = 40_000;

let album: TemporaryAlbum;

beforeAll(async () => {
  album = await createVisitedAlbum();
  const photo = await makePicture({ widthPx: 600, heightPx: 400 });
  for (let i = 0; i < CLIENTS; i++) {
    await album.addSparse(`large/${i}.bin`, FILE_BYTES);
    await album.add(`photos/${i}.jpg`, photo);
  }
});

test("workers with few descriptors answer everybody, one after the other", async () => {
  const first = await startWarmServer(album.path);
  for (let i = 0; i < CLIENTS; i++) await fetchRaw(first.port, `/photos/${i}.jpg?size=320`);
  await first.stop();
  const args = ["--cache", first.cacheDirectory];
  const server = await startWarmServer(album.path, { maxDescriptors: FEW_DESCRIPTORS, args });
  const pids = await server.workerPids();
  const attacked = await underAttack(
    server,
    "200 clients, and 250 descriptors for each process",
    async () => {
      const readers = await comeIn(server.port, CLIENTS);
      for (const [i, reader] of readers.entries()) {
        reader.socket.pause();
        reader.say(get(`/large/${i}.bin`, "Connection: close"));
      }
      await wait(3_000);
      for (const reader of readers) reader.listen().socket.resume();
      await Promise.all(readers.map(({ gone }) => gone));
      const isWhole = readers.map(({ heardBytes }) => heardBytes > FILE_BYTES);
      expect(countBy(readers, ({ status }) => String(status))).toEqual({ 200: CLIENTS });
      expect(isWhole.filter((whole) => !whole)).toEqual([]);
      const lookers = await comeIn(server.port, CLIENTS);
      for (const [i, looker] of lookers.entries()) {
        looker.listen().say(get(`/photos/${i}.jpg?size=320`, "Connection: close"));
      }
      await Promise.all(lookers.map(({ gone }) => gone));
      expect(countBy(lookers, ({ status }) => String(status))).toEqual({ 200: CLIENTS });
    },
    { patienceMs: PATIENCE_MS },
  );
  await expectUnharmed(server, attacked, { pids });
});

test("a master without descriptors closes who comes, serves who is there, and then everybody again", async () => {
  const server = await startWarmServer(album.path, { maxDescriptors: FEW_DESCRIPTORS });
  const pids = await server.workerPids();
  const attacked = await underAttack(
    server,
    "1,000 connections, and 250 descriptors for the master",
    async () => {
      const strangers = await comeIn(server.port, 1_000);
      await wait(8_000);
      for (const stranger of strangers) stranger.leave();
    },
    { patienceMs: PATIENCE_MS },
  );
  const { visits } = attacked;
  expect(visits.failures.filter((failure) => !failure.startsWith("new connection, "))).toEqual([]);
  expect(visits.failures.filter((failure) => failure.includes("nothing in"))).toEqual([]);
  for (let i = 0; i < 100; i++) {
    expect((await fetchRaw(server.port, "/note.txt")).content.toString()).toBe(NOTE);
  }
  await expectUnharmed(server, { ...attacked, visits: { ...visits, failures: [] } }, { pids });
});

test("a worker that could not receive a connection is replaced, and the client is served", async () => {
  const server = await startWarmServer(album.path, { workers: 1 });
  const [pid = 0] = await server.workerPids();
  execFileSync("prlimit", ["--pid", String(pid), "--nofile=3"]); // no descriptor beyond those it has
  const [client] = await comeIn(server.port, 1);
  client?.listen().say(get("/note.txt", "Connection: close"));
  expect(await client?.gone).toBe("end");
  expect(client?.heard).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\njust a note\n$/);
  expect(await server.workerPids()).not.toContain(pid);
  expect(await server.log()).toMatch(/worker \d+ is gone \(SIGKILL\), .* It did not take a connection\./);
});
