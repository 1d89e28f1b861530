/**
 * The life of each connection, for whoever wants to see it: `httpd --trace`.
 *
 *     2026-11-21T13:40:00.123456Z 127.0.0.1:51234 accepted
 *     2026-11-21T13:40:00.123702Z 127.0.0.1:51234 handed to worker 2 (pid 4711)
 *     2026-11-21T13:40:00.124105Z 127.0.0.1:51234 ← 35 octets "GET / HTTP/1.1␍␊Host: localhost␍␊␍␊"
 *
 * Master and workers write to the same file, each its own lines, told apart by the client's address and port. They
 * carry microseconds, so `sort` puts them in order. Without --trace there is no `Trace`, and nothing of this runs.
 */
import { writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { type LogSettings, openLog } from "./log.ts";

/** One line about one connection. */
export type Trace = (socket: Socket, event: string) => void;

export type TraceSettings = {
  /** Of one process; then a last line says so, and there are no more. */
  readonly maxBytes: number;
  /** Of each piece that came in, or head that went out; the rest is only counted. */
  readonly maxShownOctets: number;
};

/** Where it goes; undefined for standard error. */
export type TraceOptions = { readonly file: string | undefined };

/**
 * @returns undefined if nobody asked for a trace
 * @throws the system's error if the file cannot be opened
 */
export function openTrace(
  options: TraceOptions | undefined,
  settings: TraceSettings & LogSettings,
): Trace | undefined {
  if (options === undefined) return undefined;
  const log = openLog(options.file, { ...settings, flushBytes: 1 }); // whoever watches wants to see it now
  const names = new WeakMap<Socket, string>();
  let bytesLeft = settings.maxBytes;
  return (socket, event) => {
    if (bytesLeft <= 0) return;
    const line = `${formatMicroseconds(performance.timeOrigin + performance.now())} ${nameOf(socket, names)} ${event}`;
    bytesLeft -= Buffer.byteLength(line) + 1;
    log.line(line);
    if (bytesLeft <= 0) log.line(`the trace of process ${process.pid} ends here: it has reached its bound`);
  };
}

/** Empties the file, so that a trace is of one run and its bound holds. */
export function beginTraceFile(file: string): void {
  writeFileSync(file, "");
}

/** Known only as long as the client is there, so it is kept. */
function nameOf(socket: Socket, names: WeakMap<Socket, string>): string {
  const known = names.get(socket);
  if (known !== undefined) return known;
  const { remoteAddress = "?", remotePort = "?" } = socket;
  const name = `${remoteAddress}:${remotePort}`;
  names.set(socket, name);
  return name;
}

function formatMicroseconds(timeMs: number): string {
  const wholeMs = Math.floor(timeMs);
  const microseconds = Math.floor((timeMs - wholeMs) * 1_000);
  return new Date(wholeMs).toISOString().replace("Z", `${String(microseconds).padStart(3, "0")}Z`);
}

/** As they are in the corpus: ␍ ␊ ␉ ␀ for the frequent controls, \xHH for what else is not printable US-ASCII. */
export function showOctets(bytes: Uint8Array, maxShown: number): string {
  let text = "";
  for (const octet of bytes.subarray(0, maxShown)) {
    const isPlain = octet >= 0x20 && octet <= 0x7e && octet !== 0x22 && octet !== 0x5c;
    text += isPlain
      ? String.fromCharCode(octet)
      : (CONTROL_PICTURES.get(octet) ?? `\\x${octet.toString(16).toUpperCase().padStart(2, "0")}`);
  }
  return `"${text}"${bytes.length > maxShown ? " …" : ""}`;
}

const CONTROL_PICTURES = new Map([
  [0x00, "␀"],
  [0x09, "␉"],
  [0x0a, "␊"],
  [0x0d, "␍"],
]);

export function octetCount(count: number): string {
  return count === 1 ? "1 octet" : `${count} octets`;
}
