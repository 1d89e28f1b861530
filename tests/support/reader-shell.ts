/**
 * A bash as a reader of the course has it: commands one after the other, with variables and background jobs that live
 * on. Its home, its temporary files and its port are its own, and whatever it started ends with it.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { releaseAfter } from "./lifetime.ts";
import { isRunning, kill } from "./server.ts";
import { createTemporaryFolder } from "./temporary-album.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

/** The port of all chapters. */
const COURSE_PORT = /\b8080\b/g;

/** As many digits as 8080 has, or octets would be counted differently. */
const FIRST_PORT = 2_000;
const LAST_PORT = 9_999;

export type Typed = {
  readonly status: number;
  /** Standard output and standard error, with the port of the course again. */
  readonly printed: string;
};

export class ReaderShell {
  readonly #bash: ChildProcessByStdio<Writable, Readable, null>;
  readonly #folder: string;
  readonly #port: number;
  readonly #mark = randomBytes(8).toString("hex");
  #printed = "";
  #typed = 0;

  private constructor(bash: ChildProcessByStdio<Writable, Readable, null>, folder: string, port: number) {
    this.#bash = bash;
    this.#folder = folder;
    this.#port = port;
    bash.stdin.on("error", () => undefined); // it ended; whoever types is told
    bash.stdout.setEncoding("utf8").on("data", (text: string) => (this.#printed += text));
  }

  /** In the project's folder, until the test is over. */
  static async open(): Promise<ReaderShell> {
    const folder = await createTemporaryFolder();
    const temporary = join(folder, "tmp");
    await mkdir(temporary);
    const bash = spawn("bash", ["--norc", "--noprofile"], {
      cwd: PROJECT,
      env: { ...environment(), HOME: folder, TMPDIR: temporary },
      detached: true, // the head of a session, by which all it starts is known
      stdio: ["pipe", "pipe", "ignore"],
    });
    const { pid } = bash;
    if (pid === undefined) throw new Error("There is no bash.");
    releaseAfter("test", () => endSession(pid));
    const shell = new ReaderShell(bash, folder, await freePort());
    bash.stdin.write("exec 2>&1\nset -m\n"); // job control, as in a terminal: `kill %1` reaches what npx started
    return shell;
  }

  /** @throws Error if they are not done in time, or ended the shell, with what was printed until then */
  async type(commands: string, withinMs: number): Promise<Typed> {
    const file = join(this.#folder, `block-${(this.#typed += 1)}`);
    await writeFile(file, commands.replace(COURSE_PORT, String(this.#port)) + "\n");
    this.#printed = "";
    this.#bash.stdin.write(`source ${file} < /dev/null; printf '\\n%s %d\\n' ${this.#mark} $?\n`);
    const end = new RegExp(`\\n${this.#mark} (\\d+)\\n`);
    const timeout = AbortSignal.timeout(withinMs);
    for (let match = end.exec(this.#printed); ; match = end.exec(this.#printed)) {
      if (match !== null) return { status: Number(match[1]), printed: this.#shown(match.index) };
      try {
        await once(this.#bash.stdout, "data", { signal: timeout });
      } catch (cause) {
        throw new Error(`not done within ${withinMs} ms; until then:\n${this.#shown()}`, { cause });
      }
    }
  }

  #shown(end?: number): string {
    return this.#printed
      .slice(0, end)
      .replace(new RegExp(`\\b${this.#port}\\b`, "g"), "8080")
      .replaceAll(this.#folder, "~");
  }
}

/** Variables that a reader would not have set, or not to what whoever runs the tests has. */
const NOT_INHERITED = /^(?:HTTPD_|npm_|XDG_)|_proxy$/i;

function environment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name));
  return {
    ...Object.fromEntries(inherited),
    LC_ALL: "C.UTF-8",
    npm_config_update_notifier: "false",
    npm_config_ignore_scripts: "true", // the first npx in a new home would build anew, under all tests beside this one
  };
}

async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT + 1));
    const server = createServer();
    try {
      await once(server.listen(port, "127.0.0.1"), "listening");
      return (server.address() as AddressInfo).port;
    } catch {
      // somebody else has it
    } finally {
      server.close();
    }
  }
}

/** Linux only, as are the tests that kill. */
async function endSession(leader: number): Promise<void> {
  kill(leader, "SIGKILL"); // before the others: it must not start any
  for (const pid of await sessionOf(leader)) kill(pid, "SIGKILL");
  while (isRunning(leader)) await new Promise((resolve) => setImmediate(resolve));
}

/** Field 6 of /proc/PID/stat, counted behind the name, which may hold anything (proc(5)). */
async function sessionOf(leader: number): Promise<number[]> {
  const names = await readdir("/proc").catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name));
  const sessions = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
      return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3]);
    }),
  );
  return pids.filter((_, index) => sessions[index] === leader).map(Number);
}
