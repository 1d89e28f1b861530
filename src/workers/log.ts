/**
 * Where log lines go: a file or standard error, in batches, and never in the way of a response.
 */
import { close, fstatSync, ftruncateSync, openSync, write } from "node:fs";

export interface Log {
  /** One line, without its end; control characters in it have been escaped. */
  line(text: string): void;
  /**
   * From now on writes to a file of the same name, which is made if there is none: the former one was renamed.
   *
   * @throws the system's error if it cannot be opened; then all stays as it was
   */
  reopen(): void;
  /** Writes what waits; resolves when it is written or lost. */
  flush(): Promise<void>;
  /** The same before a process ends, but not for ever: perhaps nobody reads it any more. */
  flushAtLast(): Promise<void>;
}

export type LogSettings = {
  readonly flushMs: number;
  readonly flushBytes: number;
  readonly maxWaitingBytes: number;
  readonly lastFlushMs: number;
};

/** What goes wrong, by the system's name for it, as ENOSPC; undefined when lines are written again. */
export type OnLogTrouble = (code: string | undefined) => void;

const STANDARD_ERROR = 2;
const LF = 0x0a;

const ignore = (): void => undefined;

/**
 * @param file opened for appending, so that several processes may share it; undefined for standard error
 * @param onTrouble told when a file takes no lines, and when it does again. A terminal that is gone is nobody's trouble.
 * @throws the system's error if the file cannot be opened
 */
export function openLog(
  file: string | undefined,
  settings: LogSettings,
  onTrouble: OnLogTrouble = ignore,
): Log {
  let descriptor = file === undefined ? STANDARD_ERROR : openSync(file, "a");
  let waiting = "";
  /** Dropped, or not taken by the disk; and nobody has been told so far. */
  let lostLines = 0;
  let trouble: string | undefined;
  let writing: Promise<void> | undefined;

  function setTrouble(code: string | undefined): void {
    if (file === undefined || (code === undefined) === (trouble === undefined)) return;
    trouble = code;
    onTrouble(code);
  }

  /**
   * A full disk, or a terminal that is gone, must not stop a server.
   *
   * @returns how many of the lines were lost
   */
  async function writeBatch(batch: Buffer): Promise<number> {
    const target = descriptor;
    let left = batch;
    while (left.length > 0) {
      const taken = await writeSome(target, left); // as much as there is room for
      if (typeof taken === "string") {
        setTrouble(taken);
        if (file === undefined) return 0;
        takeBack(target, octetsOfBegunLine(batch.subarray(0, batch.length - left.length)));
        return countLines(left);
      }
      left = left.subarray(taken);
    }
    setTrouble(undefined);
    return 0;
  }

  async function writeAll(): Promise<void> {
    do {
      const told = lostLines;
      const batch = Buffer.from(told === 0 ? waiting : `${waiting}warning: ${describeLoss(told)}\n`);
      waiting = "";
      const lost = await writeBatch(batch);
      if (lost === 0) lostLines -= told;
      else lostLines += told === 0 ? lost : lost - 1; // the warning is the last line: it is lost with any other
    } while (waiting !== "");
  }

  /** One batch at a time, so that lines stay in order. */
  function flush(): Promise<void> {
    if (waiting === "" && lostLines === 0) return writing ?? Promise.resolve();
    writing ??= writeAll().finally(() => {
      writing = undefined;
    });
    return writing;
  }

  const timer = setInterval(() => void flush(), settings.flushMs);
  timer.unref();

  return {
    line(text) {
      if (waiting.length >= settings.maxWaitingBytes) {
        lostLines++; // whoever reads the log does not keep up, or has stopped
        return;
      }
      waiting += `${text}\n`;
      if (waiting.length >= settings.flushBytes) void flush();
    },
    reopen() {
      if (file === undefined) return;
      const former = descriptor;
      descriptor = openSync(file, "a");
      void (writing ?? Promise.resolve()).then(() => close(former, () => undefined)); // its last batch may be on its way
    },
    flush,
    async flushAtLast() {
      const patience = new Promise<void>((resolve) => {
        setTimeout(resolve, settings.lastFlushMs);
      });
      await Promise.race([flush(), patience]);
    },
  };
}

/** For the person who started the server, when the log cannot tell. */
export function tellStandardError(line: string): void {
  write(STANDARD_ERROR, `${line}\n`, ignore);
}

/** @returns how many octets were taken, or the system's name for what is wrong */
function writeSome(descriptor: number, bytes: Buffer): Promise<number | string> {
  return new Promise((resolve) => {
    write(descriptor, bytes, (error, taken) =>
      resolve(error === null ? taken : (error.code ?? error.message)),
    );
  });
}

/** A line that found no room for its end: others would write theirs behind its beginning. */
function takeBack(descriptor: number, octets: number): void {
  if (octets === 0) return;
  try {
    ftruncateSync(descriptor, fstatSync(descriptor).size - octets);
  } catch {
    return; // it is no file that can become shorter
  }
}

function octetsOfBegunLine(written: Buffer): number {
  return written.length - (written.lastIndexOf(LF) + 1);
}

function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) count++;
  return count;
}

function describeLoss(lines: number): string {
  return lines === 1 ? "1 line was not logged" : `${lines} lines were not logged`;
}

/** What must not reach a terminal or a log as it is: control characters and, for quoted parts, quotes. */
export function escapeForLog(text: string): string {
  return text.replace(/["\\]/g, escapeCharacter).replace(UNPRINTABLE, escapeCharacter);
}

/** Controls, halves of characters, ends of lines, and what turns the direction of text. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028-\u202E\u2066-\u2069]/gu;

function escapeCharacter(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}

/** An unexpected error with its causes, on one line. What the system says needs no stack: it names the call and the file. */
export function describeError(error: unknown): string {
  const parts: string[] = [];
  let cause = error;
  for (; cause instanceof Error && parts.length < MAX_CAUSES; cause = cause.cause) {
    parts.push("syscall" in cause ? cause.message : (cause.stack ?? cause.message));
  }
  if (cause !== undefined && !(cause instanceof Error)) parts.push(JSON.stringify(cause));
  const line = parts.join(" | caused by ").replace(/\s*\n\s*/g, " ");
  return line.replace(UNPRINTABLE, escapeCharacter); // the name of a file may hold anything
}

const MAX_CAUSES = 5;
