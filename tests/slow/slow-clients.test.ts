/**
 * Clients that take their time: with what they send, with what they read, or with everything.
 */
import { setTimeout as wait } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import { settings } from "../../settings.ts";
import { RawClient } from "../support/raw-client.ts";
import type { TemporaryAlbum } from "../support/temporary-album.ts";
import { treeUsage } from "../support/tree-usage.ts";
import {
  GARBAGE_BYTES,
  NOTE,
  createVisitedAlbum,
  expectUnharmed,
  startWarmServer,
  underAttack,
} from "./attack.ts";
import { comeIn, countBy, get, mayConnect } from "./strangers.ts";

const HUGE_BYTES = 200_000_000;

let album: TemporaryAlbum;

beforeAll(async () => {
  album = await createVisitedAlbum();
  await album.addSparse("huge.bin", HUGE_BYTES);
});

test("1,000 clients that send a head octet by octet are answered with 408, and nobody else waits", async () => {
  const server = await startWarmServer(album.path);
  const pids = await server.workerPids();
  const attacked = await underAttack(server, "1,000 heads that come octet by octet", async () => {
    const strangers = await comeIn(server.port, mayConnect(1_000));
    const startMs = performance.now();
    const head = get("/note.txt", `X-Padding: ${"x".repeat(1_000)}`);
    let sent = 0;
    const drip = setInterval(() => {
      for (const stranger of strangers) stranger.say(head[sent] ?? "");
      sent++;
    }, 1_000);
    for (const stranger of strangers) stranger.listen();
    await Promise.all(strangers.map(({ gone }) => gone));
    clearInterval(drip);
    expect(performance.now() - startMs).toBeGreaterThan(settings.timeouts.requestHeadMs);
    const kinds = countBy(strangers, ({ status }) => String(status));
    expect(kinds).toEqual({ 408: strangers.length });
  });
  await expectUnharmed(server, attacked, { pids });
});

test("1,000 clients that say nothing are let go without a word, and nobody else waits", async () => {
  const server = await startWarmServer(album.path);
  const pids = await server.workerPids();
  const attacked = await underAttack(server, "1,000 connections that say nothing", async () => {
    const strangers = await comeIn(server.port, mayConnect(1_000));
    for (const stranger of strangers) stranger.listen();
    const ends = await Promise.all(strangers.map(({ gone }) => gone));
    expect(countBy(ends, (how) => how)).toEqual({ end: strangers.length });
    expect(strangers.reduce((sum, { heardBytes }) => sum + heardBytes, 0)).toBe(0);
  });
  await expectUnharmed(server, attacked, { pids });
});

test("5,000 idle kept connections can go on, are let go later, and nobody else waits", async () => {
  const server = await startWarmServer(album.path);
  const pids = await server.workerPids();
  const count = mayConnect(5_000);
  const name =
    count < 5_000 ? `${count} idle kept connections, for want of more` : "5,000 idle kept connections";
  const attacked = await underAttack(server, name, async () => {
    const strangers = await comeIn(server.port, count);
    for (const round of [1, 2]) {
      for (const stranger of strangers) stranger.listen().say(get("/note.txt"));
      await Promise.all(strangers.map((stranger) => stranger.hears(stranger.heardBytes + 1)));
      expect(countBy(strangers, ({ status }) => String(status))).toEqual({ 200: count });
      if (round === 1) await wait(settings.timeouts.keepAliveIdleMs / 3);
    }
    const ends = await Promise.all(strangers.map(({ gone }) => gone));
    expect(countBy(ends, (how) => how)).toEqual({ end: count });
    expect(new Set(strangers.map(({ heardBytes }) => heardBytes)).size).toBe(1);
  });
  await expectUnharmed(server, attacked, { pids });
});

test("200 clients that read 4 KB a second of 200 MB take no memory but their pieces, and nobody else waits", async () => {
  const server = await startWarmServer(album.path);
  const pids = await server.workerPids();
  const early: number[] = [];
  const late: number[] = [];
  const attacked = await underAttack(server, "200 clients that read 4 KB a second", async () => {
    const strangers = await comeIn(server.port, 200);
    for (const stranger of strangers) {
      stranger.socket.pause();
      stranger.say(get("/huge.bin"));
    }
    let takenBytes = 0;
    for (let second = 0; second < 16; second++) {
      await wait(1_000);
      for (const { socket } of strangers) takenBytes += ((socket.read(4_096) ?? "") as Buffer).length;
      (second < 8 ? early : late).push(treeUsage(server.pid).residentBytes);
    }
    expect(takenBytes).toBeGreaterThan(200 * 10 * 4_096);
    expect(strangers.filter(({ socket }) => socket.destroyed)).toEqual([]);
    for (const stranger of strangers) stranger.leave();
    const patient = await RawClient.connect(server.port);
    patient.write(get("/huge.bin") + get("/note.txt", "Connection: close"));
    expect((await patient.readHead()).status).toBe(200);
    expect(await patient.countOctets(HUGE_BYTES)).toBe(HUGE_BYTES);
    expect((await patient.readResponse()).content.toString()).toBe(NOTE);
  });
  expect(Math.max(...late) - Math.max(...early)).toBeLessThan(GARBAGE_BYTES / 2);
  await expectUnharmed(server, attacked, {
    pids,
    moreBytes: 200 * settings.connection.readChunkBytes + GARBAGE_BYTES,
  });
});
