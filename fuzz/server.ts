/**
 * The server under fire: the real command with two workers and a small album, and what can be seen of it from outside.
 *
 * Linux only: processes, memory and descriptors are read from /proc (proc(5)).
 */
import { open, readFile, readdir, mkdir, writeFile } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { childrenOf, isDarkroom } from "../bench/process-memory.ts";
import { launch } from "../bench/running-server.ts";
import { PICTURE, TEXT_FILES } from "./generate.ts";

export type FuzzedServer = {
  readonly port: number;
  /** Of all workers together. */
  readonly readUsage: () => Promise<Usage>;
  readonly readWorkerPids: () => number[];
  /** What it has said since the last time and should not have: on standard error, or in its log. */
  readonly readErrors: () => Promise<string[]>;
  /** Resolves to whether it went when it was asked to. */
  readonly stop: () => Promise<boolean>;
};

export type Usage = { readonly residentBytes: number; readonly descriptors: number };

/** Beside the compiled fuzzer the compiled server, beside the source the source. */
const CLI = fileURLToPath(new URL(`../src/cli${extname(import.meta.filename)}`, import.meta.url));

/** A response in the log ("-": to who was gone). Whatever else is in it is an error, or came with a request. */
const ACCESS = /^[\d.-]+ - - \[[\w/:]+ \+0000\] "[ !#-~]*" \d{3} (?:\d+|-) \d+$/;

/** Of those in one look at the log. */
const MAX_ERRORS = 3;

/** @param directory empty; holds the album, the cache and the log */
export async function launchFuzzedServer(directory: string, signal: AbortSignal): Promise<FuzzedServer> {
  const album = join(directory, "album");
  const logFile = join(directory, "server.log");
  await fillAlbum(album);
  const server = await launch({
    name: "share-my-photos",
    command: process.execPath,
    args: [
      CLI,
      "-p",
      "0",
      "-w",
      "2",
      "-r",
      album,
      "--cache",
      join(directory, "cache"),
      "--log-file",
      logFile,
    ],
    signal,
  });
  const readWorkerPids = (): number[] => childrenOf(server.pid).filter((pid) => !isDarkroom(pid));
  let logStart = 0;
  return {
    port: Number(new URL(server.url).port),
    readWorkerPids,
    async readUsage() {
      const workers = await Promise.all(readWorkerPids().map(usageOf));
      return {
        residentBytes: workers.reduce((sum, { residentBytes }) => sum + residentBytes, 0),
        descriptors: workers.reduce((sum, { descriptors }) => sum + descriptors, 0),
      };
    },
    async readErrors() {
      const text = await readFrom(logFile, logStart);
      const complete = text.slice(0, text.lastIndexOf("\n") + 1);
      logStart += complete.length;
      const complaints = server.complaints();
      return [
        ...(complaints === "" ? [] : [`standard error: ${complaints}`]),
        ...complete
          .split("\n")
          .filter((line) => line !== "" && !ACCESS.test(line))
          .slice(0, MAX_ERRORS)
          .map((line) => `the log says ${JSON.stringify(line)}`),
      ];
    },
    stop: () => server.stop(),
  };
}

async function fillAlbum(album: string): Promise<void> {
  for (const [path, content] of TEXT_FILES) {
    await mkdir(dirname(join(album, path)), { recursive: true });
    await writeFile(join(album, path), content);
  }
  const picture = { width: 60, height: 40, channels: 3, background: "teal" } as const;
  await sharp({ create: picture }).jpeg().toFile(join(album, PICTURE));
}

async function usageOf(pid: number): Promise<Usage> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const kilobytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
  return { residentBytes: kilobytes * 1_024, descriptors: (await readdir(`/proc/${pid}/fd`)).length };
}

/** One character for each octet. */
async function readFrom(file: string, start: number): Promise<string> {
  const handle = await open(file, "r");
  try {
    const { size } = await handle.stat();
    const { buffer } = await handle.read({ buffer: Buffer.alloc(size - start), position: start });
    return buffer.toString("latin1");
  } finally {
    await handle.close();
  }
}
