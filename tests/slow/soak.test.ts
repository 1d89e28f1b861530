/**
 * All at once and for long: whoever leaks is found out. SOAK_SECONDS says for how long.
 *
 *     three reloads │ the same workers all the time │ three reloads
 *     0 to 15 %     │ 70 %                          │ 10 %
 *
 * A fresh process of Node grows for a while whatever it does: code is compiled, caches are filled up to their bounds,
 * and garbage is collected no sooner than there is need. So nothing is compared with the beginning, and no single sample
 * with anything: of all samples between the reloads the median of the first half is held against that of the second.
 * The darkrooms are left out: they are replaced when they hold too much (settings.ts), so theirs goes up and down.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { median } from "../../bench/statistics.ts";
import { RawClient, type RawResponse, fetchRaw } from "../support/raw-client.ts";
import type { Server } from "../support/server.ts";
import { type TemporaryAlbum, makePicture } from "../support/temporary-album.ts";
import { type TreeUsage, usageOf } from "../support/tree-usage.ts";
import { NOTE, WORKERS, createVisitedAlbum, errorsIn, startWarmServer, underAttack } from "./attack.ts";
import { Stranger, get } from "./strangers.ts";

const SOAK_MS = Number(process.env["SOAK_SECONDS"] ?? 600) * 1_000;
const SAMPLE_MS = 1_000;

/** From the first half to the second: a kilobyte lost with each request would be some 50 MB in ten minutes. */
const MAX_GROWTH_BYTES = 40e6;
const MAX_MORE_DESCRIPTORS = 30;

type Soak = {
  readonly server: Server;
  readonly album: TemporaryAlbum;
  readonly isOver: () => boolean;
  /** How often each thing was done, and a sentence for each time that it went wrong. */
  readonly counts: Map<string, number>;
  readonly failures: string[];
};

/** Does one thing again and again, with a pause in between; it throws what went wrong. */
async function again(
  soak: Soak,
  what: string,
  pauseMs: number,
  perform: (index: number) => Promise<void>,
): Promise<void> {
  for (let i = 0; !soak.isOver(); i++) {
    try {
      await perform(i);
      soak.counts.set(what, (soak.counts.get(what) ?? 0) + 1);
    } catch (error) {
      soak.failures.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
    await wait(pauseMs);
  }
}

type Question = {
  readonly wire: string;
  readonly method?: string;
  readonly status: number;
  /** If it is known. */
  readonly content?: Buffer;
};

/** @param original of the album, and what it is known by */
function questionsAbout({ content, fields }: RawResponse): Question[] {
  const path = "/holiday/original.jpg";
  const tag = fields.get("etag") ?? "";
  return [
    { wire: get("/note.txt"), status: 200, content: Buffer.from(NOTE) },
    { wire: get(path), status: 200, content },
    { wire: get(path, "Range: bytes=1000-1999"), status: 206, content: content.subarray(1_000, 2_000) },
    { wire: get(path, "Range: bytes=0-9,100-109"), status: 206 },
    { wire: get(path, "Range: bytes=99999999-"), status: 416 },
    { wire: get(path, `If-None-Match: ${tag}`), status: 304 },
    { wire: `HEAD ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`, method: "HEAD", status: 200 },
    { wire: get("/"), status: 200 },
    { wire: get("/holiday/", "Accept-Encoding: br"), status: 200 },
    { wire: get("/holiday/7.jpg?view"), status: 200 },
    { wire: get("/holiday/1.jpg?size=320"), status: 200 },
    { wire: get("/holiday/2.jpg?size=640", "Accept: image/webp"), status: 200 },
    { wire: get("/changing/"), status: 200 },
    { wire: get("/missing"), status: 404 },
    {
      wire: "POST /note.txt HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello",
      method: "POST",
      status: 405,
    },
  ];
}

/** Octets that are no request, or one that nobody can grant. */
const REFUSED: readonly (readonly [wire: string, status: number])[] = [
  ["garbage\r\n\r\n", 400],
  ["GET / HTTP/1.1\r\n\r\n", 400],
  ["GET / HTTP/1.1\nHost: localhost\n\n", 400],
  ["GET / HTTP/2.0\r\nHost: localhost\r\n\r\n", 505],
  [get(`/${"x".repeat(9_000)}`), 414],
  [get("/", `X-Long: ${"x".repeat(17_000)}`), 431],
  [get("/", "Transfer-Encoding: gzip, chunked"), 501],
];

async function keepAsking(soak: Soak, questions: readonly Question[]): Promise<void> {
  let client: RawClient | undefined;
  await again(soak, "asked on a kept connection", 20, async (i) => {
    const { wire, method, status, content } = questions[i % questions.length] ?? { wire: "", status: 0 };
    const asked = client ?? (await RawClient.connect(soak.server.port));
    client = undefined;
    asked.write(wire);
    const response = await asked.readResponse(method);
    expect([wire, response.status]).toEqual([wire, status]);
    expect(content?.equals(response.content) ?? true).toBe(true);
    if (response.fields.get("connection") === "close") asked.destroy();
    else client = asked;
  });
  client?.destroy();
}

function askAnew(soak: Soak, questions: readonly Question[]): Promise<void> {
  return again(soak, "asked on a new connection", 20, async (i) => {
    const { wire, status } = questions[i % questions.length] ?? { wire: "", status: 0 };
    await expectStatus(soak, wire.replace("\r\nHost:", "\r\nConnection: close\r\nHost:"), [status]);
  });
}

async function expectStatus({ server }: Soak, wire: string, statuses: readonly number[]): Promise<void> {
  const stranger = new Stranger(server.port).listen();
  stranger.say(wire);
  const how = await stranger.gone;
  if (how === "end" && statuses.includes(stranger.status ?? 0)) return;
  throw new Error(`${stranger.status}, then ${how}, to ${JSON.stringify(wire.slice(0, 80))}`);
}

function refuse(soak: Soak): Promise<void> {
  return again(soak, "sent something malformed", 50, async (i) => {
    const [wire, status] = REFUSED[i % REFUSED.length] ?? ["", 0];
    await expectStatus(soak, wire, [status]);
  });
}

/** Before the answer, in the middle of it, in the middle of a head, or without a word. */
function vanish(soak: Soak): Promise<void> {
  return again(soak, "vanished", 50, async (i) => {
    const stranger = new Stranger(soak.server.port).listen();
    await stranger.connected;
    if (i % 4 < 2) stranger.say(get("/holiday/original.jpg"));
    else if (i % 4 === 2) stranger.say("GET /note.txt HTTP/1.1\r\nHo");
    if (i % 4 === 1) await stranger.hears(1);
    stranger.socket.resetAndDestroy();
    await stranger.gone;
  });
}

function dripHeads(soak: Soak): Promise<void> {
  return again(soak, "sent a head octet by octet", 0, async () => {
    const stranger = new Stranger(soak.server.port).listen();
    const head = get("/note.txt", `X-Padding: ${"x".repeat(100)}`);
    let sent = 0;
    const drip = setInterval(() => stranger.say(head[sent++] ?? ""), 500);
    await stranger.gone;
    clearInterval(drip);
    expect(stranger.status).toBe(408);
  });
}

function readSlowly(soak: Soak): Promise<void> {
  return again(soak, "read slowly, and left", 0, async () => {
    const { socket, ...stranger } = new Stranger(soak.server.port);
    await stranger.connected;
    socket.pause().write(get("/large.bin"));
    for (let i = 0; i < 50; i++) {
      await wait(100);
      socket.read(16_384);
    }
    expect(socket.bytesRead).toBeGreaterThan(16_384);
    socket.destroy();
    await stranger.gone;
  });
}

const nameOf = (i: number): string => `changing/${i}.jpg`;

/** Photos come and go; each is one that nobody has seen. */
async function changeAlbum(soak: Soak): Promise<void> {
  const photo = await makePicture({ widthPx: 900, heightPx: 600 });
  await again(soak, "looked at a new photo", 150, async (i) => {
    await soak.album.add(nameOf(i), photo);
    await expectStatus(soak, get(`/${nameOf(i)}?size=320`, "Connection: close"), [200]);
    if (i < 20) return;
    await rm(join(soak.album.path, nameOf(i - 20)));
    await expectStatus(soak, get(`/${nameOf(i - 20)}`, "Connection: close"), [200, 404]); // trusted for a second
  });
}

/** Now and then one, and not the next before the one before is over. */
async function reloadThrice({ server }: Soak, withinMs: number): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await wait(withinMs / 3);
    server.signal("SIGHUP");
  }
}

/** Until those who were replaced have answered their last client and left. */
async function untilReloaded({ server }: Soak): Promise<void> {
  const areFew = async (): Promise<void> => expect(await server.workerPids()).toHaveLength(WORKERS);
  await vi.waitFor(areFew, { timeout: 40_000, interval: 100 });
}

async function sampleFor({ server }: Soak, durationMs: number): Promise<TreeUsage[]> {
  const samples: TreeUsage[] = [];
  for (const endMs = performance.now() + durationMs; performance.now() < endMs; await wait(SAMPLE_MS)) {
    samples.push(usageOf([server.pid, ...(await server.workerPids())]));
  }
  return samples;
}

test(
  "under a mixed load for long nothing fails, and neither memory nor descriptors become more",
  { timeout: SOAK_MS + 180_000 },
  async () => {
    const album = await createVisitedAlbum();
    await album.addSparse("large.bin", 50_000_000);
    await album.add("changing/first.jpg", await makePicture());
    const server = await startWarmServer(album.path);
    const questions = questionsAbout(await fetchRaw(server.port, "/holiday/original.jpg"));
    let isOver = false;
    const soak: Soak = { server, album, isOver: () => isOver, counts: new Map(), failures: [] };
    const samples: TreeUsage[] = [];
    const attacked = await underAttack(server, "the soak", async () => {
      const lanes = [
        ...Array.from({ length: 3 }, () => keepAsking(soak, questions)),
        ...Array.from({ length: 2 }, () => askAnew(soak, questions)),
        ...Array.from({ length: 10 }, () => readSlowly(soak)),
        ...Array.from({ length: 10 }, () => dripHeads(soak)),
        refuse(soak),
        vanish(soak),
        changeAlbum(soak),
      ];
      await reloadThrice(soak, SOAK_MS * 0.15);
      await untilReloaded(soak);
      samples.push(...(await sampleFor(soak, SOAK_MS * 0.7)));
      await reloadThrice(soak, SOAK_MS * 0.09);
      isOver = true;
      await Promise.all(lanes);
    });
    report(soak, samples);
    expect(soak.failures).toEqual([]);
    expect(attacked.visits.failures).toEqual([]);
    const [first, second] = halves(samples);
    expect(median(second.map(residentBytes)) - median(first.map(residentBytes))).toBeLessThan(
      MAX_GROWTH_BYTES,
    );
    const moreDescriptors = median(second.map(descriptors)) - median(first.map(descriptors));
    expect(moreDescriptors).toBeLessThan(MAX_MORE_DESCRIPTORS);
    expect(errorsIn(await server.log())).toEqual([]);
    expect(await server.stop()).toMatchObject({ code: 0, stderr: "" });
  },
);

const residentBytes = (usage: TreeUsage): number => usage.residentBytes;
const descriptors = (usage: TreeUsage): number => usage.descriptors;

function halves<T>(values: readonly T[]): readonly [T[], T[]] {
  return [values.slice(0, values.length / 2), values.slice(values.length / 2)];
}

/** For whoever reads along: how it went from sixth to sixth. */
function report({ counts }: Soak, samples: readonly TreeUsage[]): void {
  const sixth = Math.ceil(samples.length / 6);
  const parts = Array.from({ length: 6 }, (_, i) => samples.slice(i * sixth, (i + 1) * sixth));
  const lines = [
    [...counts].map(([what, count]) => `${count.toLocaleString("en")} ${what}`).join(", "),
    `master and workers, MB: ${parts.map((part) => Math.round(median(part.map(residentBytes)) / 1e6)).join(" → ")}`,
    `descriptors: ${parts.map((part) => Math.round(median(part.map(descriptors)))).join(" → ")}`,
  ];
  process.stdout.write(lines.map((line) => `    ${line}\n`).join(""));
}
