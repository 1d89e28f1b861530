/**
 * Where log lines go: a file or standard error, in batches, and never in the way of a response.
 */
import { close, openSync, write } from "node:fs";

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

const STANDARD_ERROR = 2;

/**
 * @param file opened for appending, so that several processes may share it; undefined for standard error
 * @throws the system's error if the file cannot be opened
 */
export function openLog(file: string | undefined, settings: LogSettings): Log {
  let descriptor = file === undefined ? STANDARD_ERROR : openSync(file, "a");
  let waiting = "";
  let droppedLines = 0;
  let writing: Promise<void> | undefined;

  /** Errors are ignored: a full disk, or a terminal that is gone, must not stop a server. */
  const writeBatch = (batch: string): Promise<void> =>
    new Promise((resolve) => {
      write(descriptor, batch, () => resolve());
    });

  async function writeAll(): Promise<void> {
    while (waiting !== "") {
      const batch = waiting;
      waiting = "";
      await writeBatch(batch);
    }
  }

  /** One batch at a time, so that lines stay in order. */
  function flush(): Promise<void> {
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
        droppedLines++; // whoever reads the log does not keep up, or has stopped
        return;
      }
      if (droppedLines > 0) waiting += `warning: ${droppedLines} lines were not logged\n`;
      droppedLines = 0;
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
