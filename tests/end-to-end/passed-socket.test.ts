/**
 * A server that is handed the socket it shall listen on, as systemd does it (sd_listen_fds(3)): while it is restarted,
 * clients wait in that socket instead of being refused.
 */
import { type StdioOptions, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFile, readdir, readlink } from "node:fs/promises";
import { type AddressInfo, type Server as Listener, createServer } from "node:net";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { releaseAfter } from "../support/lifetime.ts";
import { startLoad } from "../support/load.ts";
import { RawClient, fetchRaw } from "../support/raw-client.ts";
import { COMMAND_FILE, kill, startServer, within } from "../support/server.ts";
import {
  type TemporaryAlbum,
  createTemporaryAlbum,
  createTemporaryFolder,
  makePicture,
} from "../support/temporary-album.ts";

const NOTE = "just a note\n";
const GET_NOTE = "GET /note.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
const PATIENCE = { timeout: 15_000, interval: 20 };

const hasSocketActivate = spawnSync("systemd-socket-activate", ["--version"]).status === 0;
if (!hasSocketActivate && process.env["REQUIRE_ALL_TESTS"] !== undefined) {
  throw new Error("There is no systemd-socket-activate: apt-get install systemd.");
}

let album: TemporaryAlbum;

beforeAll(async () => {
  const files = { "note.txt": NOTE, "photo.jpg": await makePicture({ widthPx: 300, heightPx: 200 }) };
  album = await createTemporaryAlbum(files, "file");
});

/** A process is told its own id by whoever becomes it. */
const AS_MEANT_FOR_IT = 'export LISTEN_PID=$$; echo "pid $$"; exec "$@"';

/** All that a service manager has to do: keep the socket, and start the server each time it is told to. */
const KEEPER = `while read -r line; do LISTEN_FDS=1 sh -c '${AS_MEANT_FOR_IT}' sh "$@" < /dev/null; echo "ended with $?"; done`;

/** The descriptor, which Node.js tells nobody officially: there is no other way to give a listening socket away. */
function descriptorOf(listener: Listener): number {
  // oxlint-disable-next-line no-underscore-dangle
  return (listener as unknown as { readonly _handle: { readonly fd: number } })._handle.fd;
}

/** A socket that listens and that this process does not accept from, since it passes it on before anybody can come. */
async function listenFor(
  start: (descriptor: number) => Promise<void> | void,
  where: string | number = 0,
): Promise<number> {
  const listener =
    typeof where === "string" ? createServer().listen(where) : createServer().listen(where, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address() as AddressInfo | string;
  await start(descriptorOf(listener));
  listener.close();
  return typeof address === "string" ? 0 : address.port;
}

async function commandLine(...args: string[]): Promise<string[]> {
  const folder = await createTemporaryFolder();
  const own = ["--cache", join(folder, "cache"), "--log-file", join(folder, "log"), "-r", album.path];
  return [process.execPath, COMMAND_FILE, ...own, ...args];
}

class Keeper {
  readonly port: number;
  /** Undefined for a server that is not watched. */
  adminPort: number | undefined;
  readonly #tell: (line: string) => void;
  readonly #printed: () => string;

  private constructor(port: number, tell: (line: string) => void, printed: () => string) {
    this.port = port;
    this.#tell = tell;
    this.#printed = printed;
  }

  static async open(...args: string[]): Promise<Keeper> {
    const command = await commandLine(...args);
    let printed = "";
    let tell: ((line: string) => void) | undefined;
    const port = await listenFor((descriptor) => {
      const stdio: StdioOptions = ["pipe", "pipe", "inherit", descriptor];
      const child = spawn("sh", ["-c", KEEPER, "sh", ...command], { stdio, detached: true });
      releaseAfter("test", () => {
        if (child.pid !== undefined) kill(-child.pid, "SIGKILL"); // and the server in it
      });
      child.stdout?.on("data", (text: Buffer) => (printed += text.toString()));
      tell = (line) => void child.stdin?.write(line);
    });
    return new Keeper(
      port,
      (line) => tell?.(line),
      () => printed,
    );
  }

  /** @returns its process, once it has said where it listens */
  async start(): Promise<number> {
    const answer = this.#answers(
      new RegExp(
        `^pid (\\d+)\\nlistening on http://127\\.0\\.0\\.1:${this.port}\\n(?:status at http://.*:(\\d+)/.*\\n)?$`,
      ),
    );
    this.#tell("go\n");
    const [, pid, adminPort] = await answer;
    this.adminPort = adminPort === undefined ? undefined : Number(adminPort);
    return Number(pid);
  }

  async stop(pid: number): Promise<void> {
    const answer = this.#answers(/^ended with 0\n$/);
    kill(pid, "SIGTERM");
    await answer;
  }

  /** What is printed from now on. */
  async #answers(pattern: RegExp): Promise<RegExpExecArray> {
    const before = this.#printed().length;
    return await vi.waitFor(() => {
      const said = this.#printed().slice(before);
      const match = pattern.exec(said);
      if (match === null) throw new Error(`It said ${JSON.stringify(said)} and not ${pattern}.`);
      return match;
    }, PATIENCE);
  }
}

test("what comes between a stop and the next start waits, and is answered by the next server", async () => {
  const keeper = await Keeper.open("-w", "1");
  const first = await keeper.start();
  expect((await fetchRaw(keeper.port, "/note.txt")).content.toString()).toBe(NOTE);
  await keeper.stop(first);
  const clients = await Promise.all(Array.from({ length: 20 }, () => RawClient.connect(keeper.port)));
  for (const client of clients) client.write(GET_NOTE);
  await keeper.start();
  for (const client of clients) expect((await client.readResponse()).content.toString()).toBe(NOTE);
});

test("a server with a passed socket can be watched, and listens for that itself", async () => {
  const keeper = await Keeper.open("-w", "1", "--admin", "0");
  const pid = await keeper.start();
  const ask = async (target: string): Promise<string> =>
    (await fetchRaw(keeper.adminPort ?? 0, target)).content.toString();
  expect(await ask("/-/health")).toBe("ok\n");
  expect(await ask("/-/status?json")).toContain(`"address": "http://127.0.0.1:${keeper.port}"`);
  await keeper.stop(pid);
  await expect(RawClient.connect(keeper.adminPort ?? 0)).rejects.toThrow("ECONNREFUSED");
});

test("a server that is stopped and started again under load refuses nobody and loses nothing", async () => {
  const keeper = await Keeper.open("-w", "2");
  let pid = await keeper.start();
  const load = startLoad(keeper.port, 20);
  for (let restarts = 0; restarts < 3; restarts++) {
    const wanted = load.tally.answered + 200;
    await vi.waitFor(() => expect(load.tally.answered).toBeGreaterThan(wanted), PATIENCE);
    await keeper.stop(pid);
    pid = await keeper.start();
  }
  const { failed, hung, refused } = await load.finish();
  expect({ failed, hung, refused }).toEqual({ failed: 0, hung: 0, refused: 0 });
});

test("host and port do not matter then, and the address that is said is the real one", async () => {
  const keeper = await Keeper.open("-w", "1", "--host", "192.0.2.1", "-p", "1");
  await keeper.start(); // has looked at what is said
  expect((await fetchRaw(keeper.port, "/note.txt")).status).toBe(200);
});

test("neither the socket nor the variables go on to the workers", async () => {
  const keeper = await Keeper.open("-w", "1");
  const pid = await keeper.start();
  const socket = await readlink(`/proc/${pid}/fd/3`);
  expect(socket).toMatch(/^socket:/);
  const [worker = ""] = (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).split(" ");
  const held = await Promise.all(
    (await readdir(`/proc/${worker}/fd`)).map((fd) => readlink(`/proc/${worker}/fd/${fd}`).catch(() => "")),
  );
  expect(held.length).toBeGreaterThan(3);
  expect(held).not.toContain(socket);
  expect(await readFile(`/proc/${worker}/environ`, "latin1")).not.toContain("LISTEN_");
});

test("variables that are meant for another process mean nothing", async () => {
  const env = { LISTEN_FDS: "1", LISTEN_PID: "1" };
  const server = await startServer({ root: album.path, env });
  expect((await fetchRaw(server.port, "/note.txt")).status).toBe(200);
});

/** Without a keeper, since it does not come so far. */
async function run(
  sockets: number,
  descriptor: number | "ignore",
  ...args: string[]
): Promise<{ code: number | null; stderr: string }> {
  const { status, stderr } = spawnSync("sh", ["-c", AS_MEANT_FOR_IT, "sh", ...(await commandLine(...args))], {
    env: { ...process.env, LISTEN_FDS: String(sockets) },
    stdio: ["ignore", "pipe", "pipe", descriptor],
    encoding: "utf8",
    timeout: 15_000,
  });
  return { code: status, stderr };
}

describe("what cannot be listened on is refused in one line:", () => {
  test("two sockets", async () => {
    const { code, stderr } = await run(2, "ignore");
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'httpd: one socket can be passed on, and LISTEN_FDS says "2" (see httpd --help)\n',
    });
  });

  test("one for workers that would listen themselves", async () => {
    const { code, stderr } = await run(1, "ignore", "--accept", "shared");
    expect(code).toBe(2);
    expect(stderr).toMatch(/^httpd: a socket was passed on .* takes --accept handover, not shared .*\n$/);
  });

  test("what is no socket", async () => {
    const { code, stderr } = await run(1, "ignore");
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: "httpd: what was passed on (LISTEN_FDS) is no TCP socket that can be listened on\n",
    });
  });

  test("a socket of the file system", async () => {
    let outcome: Awaited<ReturnType<typeof run>> | undefined;
    const path = join(await createTemporaryFolder(), "socket");
    await listenFor(async (descriptor) => {
      outcome = await run(1, descriptor);
    }, path);
    expect(outcome).toEqual({
      code: 1,
      stderr: "httpd: what was passed on (LISTEN_FDS) is no TCP socket that can be listened on\n",
    });
  });
});

test.skipIf(!hasSocketActivate)("systemd-socket-activate starts it for the first client", async () => {
  const port = await listenFor(() => undefined); // free a moment ago
  const command = await commandLine("-w", "1");
  const activator = spawn("systemd-socket-activate", ["-l", `127.0.0.1:${port}`, ...command], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  releaseAfter("test", () => void activator.kill("SIGKILL"));
  const client = await vi.waitFor(() => RawClient.connect(port), PATIENCE);
  client.write(GET_NOTE);
  expect((await client.readResponse()).content.toString()).toBe(NOTE);
  const [said] = (await within(5_000, once(activator.stdout, "data"), "it said nothing")) as [Buffer];
  expect(said.toString()).toBe(`listening on http://127.0.0.1:${port}\n`);
});
