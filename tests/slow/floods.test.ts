/**
 * Very many requests: at once, for what is not there, with very much in them.
 */
import { beforeAll, expect, test, vi } from "vitest";
import { settings } from "../../settings.ts";
import { RawClient } from "../support/raw-client.ts";
import type { TemporaryAlbum } from "../support/temporary-album.ts";
import { treeUsage } from "../support/tree-usage.ts";
import { GARBAGE_BYTES, createVisitedAlbum, expectUnharmed, startWarmServer, underAttack } from "./attack.ts";
import { Stranger, comeIn, countBy, get, manyTimes } from "./strangers.ts";

const PIPELINED = 100_000;
const NUMBERS = 100;
const MISSING = 100_000;
const AHEAD = 25;
const LANES = 20;

let album: TemporaryAlbum;

beforeAll(async () => {
  album = await createVisitedAlbum();
  for (let i = 0; i < NUMBERS; i++) await album.add(`numbers/${i}.txt`, contentOf(i));
});

/** Of equal length for all. */
const contentOf = (number: number): string => `This is the number ${String(number).padStart(3)}.\n`;

test("100,000 requests that are sent ahead by one client are answered in order, and nobody else waits", async () => {
  const server = await startWarmServer(album.path);
  const pids = await server.workerPids();
  const attacked = await underAttack(server, "3 times 100,000 requests sent ahead", async () => {
    const strangers = await comeIn(server.port, 3);
    const padding = `X-Padding: ${"x".repeat(150)}`; // or all of them would find room in the buffers of the system
    const everyNumber = Array.from({ length: NUMBERS }, (_, i) => get(`/numbers/${i}.txt`, padding)).join("");
    for (const { socket } of strangers) {
      socket.pause().write(everyNumber.repeat(PIPELINED / NUMBERS));
    }
    await untilStuck(() => strangers.reduce((sum, { socket }) => sum + socket.writableLength, 0));
    for (const { socket } of strangers) expect(socket.writableLength).toBeGreaterThan(0);
    await Promise.all(strangers.map(readAllInOrder));
  });
  await expectUnharmed(server, attacked, { pids });
});

async function untilStuck(measure: () => number): Promise<void> {
  let last = measure();
  let quietSinceMs = Date.now();
  await vi.waitFor(
    () => {
      if (measure() !== last) quietSinceMs = Date.now();
      last = measure();
      expect(Date.now() - quietSinceMs).toBeGreaterThan(1_000);
    },
    { timeout: 30_000, interval: 50 },
  );
}

/** Takes what comes as it comes: as one string it would be 30 MB. */
async function readAllInOrder({ socket }: Stranger): Promise<void> {
  const contentLength = contentOf(0).length;
  let unread = "";
  let answered = 0;
  for await (const piece of socket.setEncoding("latin1") as AsyncIterable<string>) {
    unread += piece;
    let start = 0;
    for (;;) {
      const end = unread.indexOf("\r\n\r\n", start) + 4;
      if (end === 3 || unread.length < end + contentLength) break;
      const content = unread.slice(end, end + contentLength);
      if (!unread.startsWith("HTTP/1.1 200 ", start) || content !== contentOf(answered % NUMBERS)) {
        throw new Error(`Answer ${answered} is another one: ${unread.slice(start, end + contentLength)}`);
      }
      start = end + contentLength;
      answered++;
    }
    unread = unread.slice(start);
    if (answered === PIPELINED) break;
  }
  expect([answered, unread]).toEqual([PIPELINED, ""]);
}

test("100,000 names that are not there are remembered by nobody, and nobody else waits", async () => {
  const server = await startWarmServer(album.path);
  const pids = await server.workerPids();
  const statuses: Record<number, number> = {};
  let earlyBytes = 0;
  const attacked = await underAttack(server, "100,000 names that are not there", async () => {
    const lanes = Array.from({ length: LANES }, async (_, lane) => {
      const client = await RawClient.connect(server.port);
      for (let i = lane; i < MISSING / AHEAD; i += LANES) {
        client.write(Array.from({ length: AHEAD }, (__, j) => get(missingName(i * AHEAD + j))).join(""));
        for (let j = 0; j < AHEAD; j++) {
          const { status } = await client.readResponse();
          statuses[status] = (statuses[status] ?? 0) + 1;
        }
        if (i >= MISSING / AHEAD / 4) earlyBytes ||= treeUsage(server.pid).residentBytes;
      }
    });
    await Promise.all(lanes);
  });
  expect(statuses).toEqual({ 404: MISSING });
  expect(attacked.most.residentBytes - earlyBytes).toBeLessThan(GARBAGE_BYTES);
  await expectUnharmed(server, attacked, { pids });
});

/** In all places where something could be. */
function missingName(i: number): string {
  const names = [
    `/missing-${i}`,
    `/missing-${i}/`,
    `/holiday/missing-${i}.jpg?size=320`,
    `/holiday/missing-${i}.jpg?view`,
    `/numbers/1.txt/${i}`,
  ];
  return names[i % names.length] ?? "/";
}

test("content that nobody asked for, in chunks of one octet or endless, is dropped, and nobody else waits", async () => {
  const server = await startWarmServer(album.path);
  const pids = await server.workerPids();
  const chunked = "Transfer-Encoding: chunked\r\n\r\n" + "1\r\nx\r\n".repeat(50_000) + "0\r\n\r\n";
  const kinds = new Map([
    [`POST /note.txt HTTP/1.1\r\nHost: localhost\r\n${chunked}${get("/note.txt", "Connection: close")}`, 405],
    [`GET /note.txt HTTP/1.1\r\nHost: localhost\r\n${chunked}${get("/note.txt", "Connection: close")}`, 200],
  ]);
  const attacked = await underAttack(server, "content of 50,000 chunks, 100 at a time", async () => {
    const [...wires] = kinds;
    await manyTimes(300, 100, async (i) => {
      const [wire, status] = wires[i % wires.length] ?? ["", 0];
      const stranger = new Stranger(server.port).listen();
      stranger.say(wire);
      await stranger.gone;
      expect(stranger.status).toBe(status);
    });
    await manyTimes(20, 20, async () => {
      const stranger = new Stranger(server.port).listen();
      stranger.say("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000000000\r\n\r\n");
      await sendWithoutEnd(stranger);
      expect(stranger.status).toBe(405);
    });
  });
  await expectUnharmed(server, attacked, { pids });
});

/** Until it is cut off. */
async function sendWithoutEnd({ socket, gone }: Stranger): Promise<void> {
  const piece = Buffer.alloc(65_536, "x");
  const goOn = (): void => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on("drain", goOn);
  goOn();
  await gone;
}

const manyFields = (count: number): string[] => Array.from({ length: count }, (_, i) => `X-${i}: x`);

test("heads at every limit are answered, beyond it refused, and nobody else waits", async () => {
  const server = await startWarmServer(album.path);
  const pids = await server.workerPids();
  const { maxRequestLineBytes, maxHeadBytes, maxFieldLines } = settings.http;
  const close = "Connection: close";
  const kinds: readonly (readonly [wire: string, status: number])[] = [
    [get(`/note.txt?${"x".repeat(maxRequestLineBytes - 100)}`, close), 200],
    [get(`/note.txt?${"x".repeat(maxRequestLineBytes)}`, close), 414],
    [get("/note.txt", close, `X-Long: ${"x".repeat(maxHeadBytes - 200)}`), 200],
    [get("/note.txt", close, `X-Long: ${"x".repeat(maxHeadBytes)}`), 431],
    [get("/note.txt", close, ...manyFields(maxFieldLines - 2)), 200],
    [get("/note.txt", close, ...manyFields(maxFieldLines - 1)), 431],
    [`GET /note.txt HTTP/1.1\r\nHost: localhost\r\nX-Endless: ${"x".repeat(1_000_000)}`, 431],
    [`GET /${"x".repeat(1_000_000)}`, 414],
    ["\r\n".repeat(500_000), 400],
    [`GET /note.txt HTTP/1.1\r\n${"x".repeat(10_000)}\r\n\r\n`, 400],
  ];
  const attacked = await underAttack(
    server,
    "5,000 heads at the limits and beyond, 100 at a time",
    async () => {
      const outcomes: string[] = [];
      await manyTimes(5_000, 100, async (i) => {
        const [wire, status] = kinds[i % kinds.length] ?? ["", 0];
        const stranger = new Stranger(server.port).listen();
        stranger.say(wire);
        await stranger.gone;
        outcomes.push(`${status} and got ${stranger.status}`);
      });
      const wanted = Object.entries(countBy(kinds, ([, status]) => `${status} and got ${status}`));
      expect(countBy(outcomes, (outcome) => outcome)).toEqual(
        Object.fromEntries(wanted.map(([outcome, count]) => [outcome, (count * 5_000) / kinds.length])),
      );
    },
  );
  await expectUnharmed(server, attacked, { pids });
});
