/**
 * The processes that do a part of the measuring, as they are built.
 */
import { type ChildProcess, fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type RequestListener, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, expect, test } from "vitest";
import { askChild, nextMessage } from "../../bench/child-messages.ts";
import type { ProbeReport } from "../../bench/probe.ts";
import { settings } from "../../settings.ts";
import { createPictureDecoder } from "../../src/gallery/picture-decoder.ts";

const signal = AbortSignal.timeout(20_000);
const PROBE = "dist/bench/probe-process.js";
const children: ChildProcess[] = [];
let server: Server | undefined;

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  server?.closeAllConnections();
  server?.close();
});

function start(script: string, args: string[] = []): ChildProcess {
  const child = fork(script, args, { silent: true });
  children.push(child);
  return child;
}

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function answer(response: ServerResponse, status: number): void {
  response.setHeader("Content-Length", 2).writeHead(status).end("ok");
}

test("the bare sharp loop makes what we make, octet for octet", async () => {
  const directory = mkdtempSync(join(tmpdir(), "share-my-photos-test-"));
  try {
    const noise = { type: "gaussian", mean: 128, sigma: 40 } as const;
    const photo = await sharp({ create: { width: 900, height: 600, channels: 3, background: "teal", noise } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const files = ["a.jpg", "b.jpg", "c.jpg"].map((name) => join(directory, name));
    for (const file of files) writeFileSync(file, photo);
    const loop = start("dist/bench/peers/bare-sharp.js");
    const ours = await createPictureDecoder(settings.pictures).render(photo, 320, "jpeg");
    const digest = createHash("sha256").update(ours).digest("hex");
    expect(await askChild(loop, { files, sizePx: 320, atOnce: 2 }, signal)).toEqual([digest, digest, digest]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("the probe goes on asking while an answer is late", async () => {
  let isReady = false;
  let late: ServerResponse | undefined;
  const url = await serve((_, response) => {
    if (isReady && late === undefined) late = response;
    else answer(response, 200);
  });
  const probe = start(PROBE, [url, "/small.jpg", "1"]);
  await nextMessage(probe, signal);
  isReady = true;
  for (let i = 0; i < 10; i += 1) await once(server as Server, "request", { signal }); // it has 4 connections at first
  answer(late as unknown as ServerResponse, 200);
  const { answersMs, failures } = (await askChild(probe, "stop", signal)) as ProbeReport;
  expect(failures).toEqual([]);
  expect(answersMs.length).toBeGreaterThanOrEqual(10);
});

test("the probe tells of answers that are no success", async () => {
  const url = await serve((_, response) => answer(response, 503));
  const probe = start(PROBE, [url, "/small.jpg", "1"]);
  await nextMessage(probe, signal);
  const { failures } = (await askChild(probe, "stop", signal)) as ProbeReport;
  expect(new Set(failures)).toEqual(new Set(["/small.jpg was answered with 503"]));
});

test("whoever waits for a process that ends, or has ended, is told so", async () => {
  const probe = start(PROBE, ["http://127.0.0.1:1", "/", "1"]); // nobody is there to be asked
  await expect(nextMessage(probe, signal)).rejects.toThrow("came to its end by itself");
  await expect(askChild(probe, "stop", signal)).rejects.toThrow("came to its end by itself");
});
