/**
 * Clients that vanish, at every point where they can.
 */
import { beforeAll, expect, test } from "vitest";
import { RawClient, fetchRaw } from "../support/raw-client.ts";
import { startServer } from "../support/server.ts";
import type { TemporaryAlbum } from "../support/temporary-album.ts";
import { treeUsage } from "../support/tree-usage.ts";
import {
  NOTE,
  createVisitedAlbum,
  expectUnharmed,
  recovered,
  startWarmServer,
  underAttack,
} from "./attack.ts";
import { Stranger, countBy, get, manyTimes } from "./strangers.ts";

const EACH_WAY = 1_000;
const CHURNED = 20_000;
const AT_ONCE = 100;

let album: TemporaryAlbum;

beforeAll(async () => {
  album = await createVisitedAlbum();
  await album.addSparse("huge.bin", 200_000_000);
});

const reset = (stranger: Stranger): void => void stranger.socket.resetAndDestroy();

/** Ways to leave, and how one is answered at last; undefined for who does not want to know. */
const ways: readonly [leave: (stranger: Stranger) => Promise<void> | void, status: number | undefined][] = [
  [(stranger) => stranger.leave(), undefined], // right after connecting
  [reset, undefined],
  [(stranger) => void stranger.socket.end(), undefined],
  [
    (stranger) => {
      stranger.say("GET /note.txt HT"); // in the middle of a head
      stranger.socket.write("TP/1.1\r\nHost: lo", () => reset(stranger));
    },
    undefined,
  ],
  [(stranger) => void stranger.socket.end("GET /note.txt HTTP/1.1\r\nHost: lo"), 400], // sends no more
  [(stranger) => void stranger.socket.end(get("/holiday/original.jpg")), 200], // and reads on
  [(stranger) => void stranger.socket.write(get("/holiday/"), () => reset(stranger)), undefined], // before the answer
  [(stranger) => void stranger.socket.write(get("/note.txt").repeat(50), () => reset(stranger)), undefined],
  [
    async (stranger) => {
      stranger.say(get("/holiday/original.jpg").repeat(2)); // in the middle of an answer
      await stranger.hears(1);
      reset(stranger);
    },
    undefined,
  ],
  [
    async (stranger) => {
      stranger.say(get("/huge.bin")); // in the middle of a download
      await stranger.hears(300_000);
      stranger.leave();
    },
    undefined,
  ],
];

test("thousands of clients that vanish at any point leave nothing behind, and nobody else waits", async () => {
  const server = await startWarmServer(album.path);
  const pids = await server.workerPids();
  const answers: (readonly [way: number, status: number | undefined])[] = [];
  const attacked = await underAttack(server, "10,000 clients that vanish, at any point", async () => {
    await manyTimes(ways.length * EACH_WAY, AT_ONCE, async (i) => {
      const way = i % ways.length;
      const [leave] = ways[way] ?? [reset];
      const stranger = new Stranger(server.port);
      await stranger.connected;
      stranger.listen();
      await leave(stranger);
      await stranger.gone;
      answers.push([way, stranger.status]);
    });
  });
  for (const [way, [, status]] of ways.entries()) {
    if (status === undefined) continue;
    const statuses = answers.filter(([taken]) => taken === way).map(([, given]) => String(given));
    expect(countBy(statuses, (given) => given)).toEqual({ [status]: EACH_WAY });
  }
  await expectUnharmed(server, attacked, { pids });
});

/** @returns how many got through to the server, before they left it */
async function churn(port: number): Promise<number> {
  let count = 0;
  await manyTimes(CHURNED, AT_ONCE, async (i) => {
    const stranger = new Stranger(port);
    if (await stranger.connected) count++;
    if (i % 2 === 0) stranger.leave();
    else reset(stranger);
    await stranger.gone;
  });
  return count;
}

test("20,000 connections that are opened and closed at once leave nothing behind, and nobody else waits", async () => {
  const server = await startWarmServer(album.path);
  const pids = await server.workerPids();
  const attacked = await underAttack(server, "20,000 connections opened and closed at once", async () => {
    expect(await churn(server.port)).toBe(CHURNED);
  });
  await expectUnharmed(server, attacked, { pids });
});

test("so do connections without the PROXY header that has to be there", async () => {
  const server = await startServer({
    root: album.path,
    args: ["--proxy-protocol", "--trust-proxy", "loopback"],
  });
  const askThroughProxy = async (): Promise<void> => {
    const client = await RawClient.connect(server.port);
    client.write(`PROXY TCP4 203.0.113.7 192.0.2.1 56324 443\r\n${get("/note.txt", "Connection: close")}`);
    expect((await client.readResponse()).content.toString()).toBe(NOTE);
  };
  for (let i = 0; i < 50; i++) await askThroughProxy();
  const before = treeUsage(server.pid);
  const churning = churn(server.port);
  await askThroughProxy();
  await churning;
  await recovered(server, before);
  await askThroughProxy();
  expect(await fetchRaw(server.port, "/note.txt").catch(() => "closed")).toBe("closed");
  expect(await server.stop()).toMatchObject({ code: 0, stderr: "" });
});
