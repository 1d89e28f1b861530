/**
 * The command line: what it takes, from where, and the one line it says if it cannot be meant.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readFile, readdir, symlink } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { userInfo } from "node:os";
import { basename, join } from "node:path";
import { beforeAll, expect, test, vi } from "vitest";
import { OPTION_NAMES } from "../../src/command-line/option-names.ts";
import { releaseAfter } from "../support/lifetime.ts";
import { RawClient, fetchRaw } from "../support/raw-client.ts";
import {
  COMMAND_FILE,
  type Command,
  type Exit,
  runCommand,
  startCommand,
  startServer,
} from "../support/server.ts";
import {
  type TemporaryAlbum,
  createTemporaryAlbum,
  createTemporaryFolder,
  makePicture,
} from "../support/temporary-album.ts";

const isRoot = process.getuid?.() === 0;
const hasScript = spawnSync("script", ["-qec", "true", "/dev/null"]).status === 0;

let picture: Buffer;
let album: TemporaryAlbum;
let other: TemporaryAlbum;
let config: TemporaryAlbum;

beforeAll(async () => {
  picture = await makePicture();
  album = await createTemporaryAlbum({ "which.txt": "album", "photo.jpg": picture }, "file");
  other = await createTemporaryAlbum({ "which.txt": "other", "photo.jpg": picture }, "file");
  config = await createTemporaryAlbum({}, "file");
});

const writeConfig = (name: string, values: unknown): Promise<string> =>
  config.add(name, typeof values === "string" ? values : JSON.stringify(values));

/** Arguments with which nothing of this machine is touched. */
const quietly = (...args: string[]): string[] => [
  "-w",
  "1",
  `--cache=${join(config.path, "cache")}`,
  `--log-file=${join(config.path, "log")}`,
  ...args,
];

type Refusal = {
  readonly because: string;
  readonly sentence: RegExp;
  readonly args: () => readonly string[] | Promise<readonly string[]>;
  readonly env?: Record<string, string>;
};

const refusals: Refusal[] = [
  ...(
    [
      [["--port", "65536"], /--port .*65535/],
      [["--port", "-1"], /port/],
      [["--port", "http"], /--port .*"http"/],
      [["--port", "0x50"], /--port/],
      [["--port="], /--port needs a value/],
      [["-p"], /port/],
      [["--no-port"], /port/],
      [["-w", "0"], /--workers .*1 to 256/],
      [["-w", "257"], /--workers/],
      [["--workers"], /workers/],
      [["--accept", "all"], /--accept takes handover, shared, reuseport, not "all"/],
      [["--backlog", "0"], /--backlog/],
      [["--admin", "65536"], /--admin takes a port, .*"65536"/],
      [["--admin", "localhost"], /--admin takes a port/],
      [["--admin", "::1:9090"], /--admin takes a port/],
      [["--admin", ":9090"], /--admin takes a port/],
      [["--admin", "[::1]9090"], /--admin takes a port/],
      [["--admin="], /--admin needs a value/],
      [
        ["-p", "0", "--admin", "203.0.113.77:0"],
        /203\.0\.113\.77 is no address of this machine: see --admin/,
      ],
      [["--host", ""], /--host needs a value/],
      [["--host", "203.0.113.77"], /203\.0\.113\.77 is no address of this machine: see --host/],
      [["--host", "300.1.1.1"], /the name 300\.1\.1\.1 is not known here \(E\w+\): see --host/],
      [
        ["-p", "0", "--admin", "nosuch.invalid:0"],
        /the name nosuch\.invalid is not known here \(E\w+\): see --admin/,
      ],
      [["--rootdir", ""], /needs a value/],
      [["--allow-host", ""], /--allow-host needs a value/],
      [["--allow-host", " , "], /--allow-host takes names .*" , "/],
      [["--allow-host", "localhost,photos.example:8080"], /--allow-host takes .*"photos\.example:8080"/],
      [["--allow-host", "*"], /--allow-host takes/],
      [["--allow-host", "*.*.example"], /--allow-host takes/],
      [["--allow-host", "http://photos.example"], /--allow-host takes/],
      [["--allow-host", "::1"], /--allow-host takes/],
      [["--cache", ""], /--cache needs a value/],
      [["--log-file", ""], /--log-file needs a value/],
      [["--prot", "8080"], /prot/],
      [["-x"], /x/],
      [["one", "two"], /two/],
      [["missing"], /no folder "missing"/],
      [["-r", "missing"], /no folder "missing"/],
      [["--config", "missing.json"], /missing\.json/],
      [["--log-file", "missing/folder/log"], /log file .*ENOENT/],
      [["--log-file", "/dev/null/log"], /log file .*ENOTDIR/],
    ] as const
  ).map(([args, sentence]) => ({
    because: JSON.stringify(args.join(" ")),
    sentence,
    args: () => ["-p", "0", "-w", "1", ...args],
  })),
  ...(
    [
      ["is no JSON", "{ port: 8080 }", /no JSON object/],
      ["is an array", [{ port: 0 }], /no JSON object/],
      ["names an unknown option", { prot: 8080 }, /the configuration ".*" says "prot", which is no option/],
      ["names an option by one letter", { p: 8080 }, /says "p", which is no option/],
      ["holds a wrong port", { port: 99_999 }, /--port/],
      ["holds a port of another type", { port: [1] }, /port/],
      ["holds true for a number", { workers: true }, /workers/],
      ["names a missing root", { rootdir: "missing" }, /no folder "missing"/],
    ] as const
  ).map(([what, values, sentence], i) => ({
    because: `a configuration that ${what}`,
    sentence,
    args: async () => ["--config", await writeConfig(`wrong-${i}.json`, values)],
  })),
  ...(
    [
      ["HTTPD_PORT", "http", /--port/],
      ["HTTPD_WORKERS", "0", /--workers/],
      ["HTTPD_ROOTDIR", "missing", /no folder "missing"/],
      ["HTTPD_CONFIG", "missing.json", /missing\.json/],
    ] as const
  ).map(([name, value, sentence]) => ({
    because: `${name}=${value} in the environment`,
    sentence,
    args: () => [],
    env: { [name]: value },
  })),
  {
    because: "a root that is a file",
    sentence: /photo\.jpg" is no folder/,
    args: () => ["-p", "0", join(album.path, "photo.jpg")],
  },
  {
    because: "a log file that is a folder",
    sentence: /log file .*EISDIR/,
    args: () => ["-p", "0", "--log-file", album.path],
  },
  {
    because: "a cache that would be an album itself",
    sentence: /the cache ".*\/thumbs" lies in the shared folder, and would be shown/,
    args: () => ["-p", "0", "--cache", join(album.path, "thumbs"), album.path],
  },
  {
    because: "a cache that is a file",
    sentence: /the cache ".*\/photo\.jpg" can be no folder: ".*\/photo\.jpg" is none/,
    args: () => ["-p", "0", "--cache", join(album.path, "photo.jpg"), album.path],
  },
  {
    because: "a port that is in use",
    sentence: /port \d+ .*in use/,
    args: async () => {
      const listener = createServer().listen(0, "127.0.0.1");
      await once(listener, "listening");
      releaseAfter("file", () => void listener.close());
      return quietly("-p", String((listener.address() as AddressInfo).port), album.path);
    },
  },
];

/** Most of their time goes into starting: so all of them are started beforehand, a few at a time. */
const RUNS_AT_ONCE = 4;
const runs = new Map<Refusal, Promise<Exit>>();

beforeAll(() => {
  const free = Array.from({ length: RUNS_AT_ONCE }, () => Promise.resolve());
  for (const [i, refusal] of refusals.entries()) {
    const run = (free[i % RUNS_AT_ONCE] ?? Promise.resolve()).then(async () => {
      const { env = {} } = refusal;
      return await runCommand(await refusal.args(), { env, cwd: config.path, lifetime: "file" });
    });
    runs.set(refusal, run);
    free[i % RUNS_AT_ONCE] = run.then(
      () => undefined,
      () => undefined,
    );
  }
});

async function outcomeOf(refusal: Refusal): Promise<Exit> {
  const outcome = await runs.get(refusal);
  if (outcome === undefined) throw new Error("It was not run.");
  return outcome;
}

for (const refusal of refusals) {
  test(`refuses ${refusal.because} in one line`, async () => {
    const { code, signal, stdout, stderr } = await outcomeOf(refusal);
    expect(stderr).toMatch(/^httpd: [^\n]+\n$/);
    expect(stderr).toMatch(refusal.sentence);
    expect(stderr).not.toMatch(/ {4}at |\bat .*:\d+:\d+/);
    expect(stdout).toBe("");
    expect(signal).toBeNull();
    expect(code).toBeGreaterThan(0);
  });
}

test.skipIf(isRoot)("refuses a root that may not be read", async () => {
  const locked = await createTemporaryAlbum();
  await chmod(locked.path, 0o000);
  const { code, stderr } = await runCommand(["-p", "0", locked.path]);
  expect(stderr).toMatch(/^httpd: the folder .* may not be read \(EACCES\).*\n$/);
  expect(code).toBeGreaterThan(0);
});

test("explains itself", async () => {
  for (const flag of ["--help", "-h"]) {
    const { code, stdout, stderr } = await runCommand([flag]);
    expect([code, stderr]).toEqual([0, ""]);
    for (const word of ["httpd [root]", "--port", "--workers", "--rootdir", "--document-root", "--host"]) {
      expect(stdout).toContain(word);
    }
    for (const word of ["--backlog", "--log-file", "--file-log", "--cache", "--config", "HTTPD_PORT"]) {
      expect(stdout).toContain(word);
    }
    expect(stdout).toMatch(/8080/);
  }
});

test("knows each option it explains by the same name in the environment and in the configuration", async () => {
  const { stdout } = await runCommand(["--help"]);
  const explained = stdout.match(/(?<=--)[a-z][a-z-]*/g) ?? [];
  const names = new Set([...explained, "root"]); // which is explained as an argument
  for (const name of ["help", "version"]) names.delete(name);
  expect([...names].toSorted()).toEqual(OPTION_NAMES.toSorted());
});

test("tells its version", async () => {
  const manifest = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  const { version } = JSON.parse(manifest) as { version: string };
  expect(await runCommand(["--version"])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: "" });
});

test("says where it listens as soon as it does, in one exact line", async () => {
  const server = await startServer({ root: album.path });
  expect(server.stdout()).toBe(`listening on http://127.0.0.1:${server.port}\n`);
  expect((await fetchRaw(server.port, "/which.txt")).content.toString()).toBe("album");
  const { code, stdout, stderr } = await server.stop();
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: server.stdout(), stderr: "" });
});

test("writes an address of IPv6 in brackets", async ({ skip }) => {
  const probe = createServer().listen(0, "::1");
  const outcome = await Promise.race([once(probe, "listening"), once(probe, "error")]);
  probe.close();
  if (outcome.length > 0) skip("There is no IPv6 here.");
  const server = await startServer({ root: album.path, args: ["--host", "::1"] });
  expect(server.stdout()).toBe(`listening on http://[::1]:${server.port}\n`);
});

test("starts as many workers as it is asked to", async () => {
  const server = await startServer({ root: album.path, args: ["-w", "3"] });
  expect(await server.workerPids()).toHaveLength(3);
});

async function servedBy(command: Command): Promise<string> {
  const port = Number(/:(\d+)\n/.exec(await command.printed(/^listening on .*\n/))?.[1]);
  return (await fetchRaw(port, "/which.txt")).content.toString();
}

for (const flag of ["-r", "--rootdir", "--root", "--document-root"]) {
  test(`takes the root by ${flag}`, async () => {
    expect(await servedBy(startCommand(quietly("-p", "0", flag, album.path)))).toBe("album");
  });
}

test("takes the root by its position", async () => {
  expect(await servedBy(startCommand(quietly("-p", "0", album.path)))).toBe("album");
});

test("takes the folder it is started in for the root, and a relative root from there", async () => {
  expect(await servedBy(startCommand(quietly("-p", "0"), { cwd: album.path }))).toBe("album");
  const command = startCommand(quietly("-p", "0", "-r", `../${basename(other.path)}`), { cwd: album.path });
  expect(await servedBy(command)).toBe("other");
});

test("follows a link to the root", async () => {
  await symlink(album.path, join(config.path, "link"));
  expect(await servedBy(startCommand(quietly("-p", "0", join(config.path, "link"))))).toBe("album");
});

test("takes options from the environment", async () => {
  const env = {
    HTTPD_PORT: "0",
    HTTPD_WORKERS: "1",
    HTTPD_ROOTDIR: album.path,
    HTTPD_CACHE: join(config.path, "cache"),
    HTTPD_LOG_FILE: join(config.path, "environment.log"),
  };
  expect(await servedBy(startCommand([], { env }))).toBe("album");
  await vi.waitFor(async () => expect(await readFile(env.HTTPD_LOG_FILE, "utf8")).toContain("/which.txt"));
});

test("takes options from a configuration", async () => {
  const logFile = join(config.path, "configuration.log");
  const values = { port: 0, workers: "1", rootdir: album.path, "log-file": logFile, cache: config.path };
  const file = await writeConfig("right.json", values);
  expect(await servedBy(startCommand(["--config", file]))).toBe("album");
  await vi.waitFor(async () => expect(await readFile(logFile, "utf8")).toContain("/which.txt"));
});

test("prefers a flag to the environment, and the environment to the configuration", async () => {
  const third = await createTemporaryAlbum({ "which.txt": "third" });
  const file = await writeConfig("precedence.json", { rootdir: third.path, port: 0, workers: 1 });
  const args = ["--config", file, "--cache", config.path, "--log-file", join(config.path, "log")];
  const env = { HTTPD_ROOTDIR: other.path };
  expect(await servedBy(startCommand([...args, "-r", album.path], { env }))).toBe("album");
  expect(await servedBy(startCommand(args, { env }))).toBe("other");
  expect(await servedBy(startCommand(args))).toBe("third");
});

for (const name of ["HTTPD_ROOT", "HTTPD_DOCUMENT_ROOT"]) {
  test(`prefers a root that was typed to ${name}`, async () => {
    const env = { [name]: other.path };
    expect(await servedBy(startCommand(quietly("-p", "0", "-r", album.path), { env }))).toBe("album");
    expect(await servedBy(startCommand(quietly("-p", "0", album.path), { env }))).toBe("album");
  });
}

test("prefers a root that was typed to one in the configuration, by whatever name", async () => {
  for (const name of ["root", "document-root"]) {
    const file = await writeConfig("root.json", { [name]: other.path });
    const args = quietly("-p", "0", "--config", file, "-r", album.path);
    expect(`${name}: ${await servedBy(startCommand(args))}`).toBe(`${name}: album`);
  }
});

test("takes the last one of a flag that is given twice", async () => {
  expect(await servedBy(startCommand(quietly("-p", "0", "-r", "missing", "-r", album.path)))).toBe("album");
});

test("logs one line for each response, in the Common Log Format with milliseconds", async () => {
  const server = await startServer({ root: album.path });
  await fetchRaw(server.port, "/which.txt?a%20query");
  await fetchRaw(server.port, "/which.txt", { method: "HEAD" });
  await fetchRaw(server.port, '/missing"\\file', { method: "POST" });
  await fetchRaw(server.port, "/which.txt", { fields: ["Range: bytes=1-2"] });
  const client = await RawClient.connect(server.port);
  client.write("no request\r\n\r\n");
  expect((await client.readResponse()).status).toBe(400);
  await server.stop();
  const prefix = /^127\.0\.0\.1 - - \[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000\] /;
  const lines = (await server.log()).trimEnd().split("\n");
  for (const line of lines) expect(line).toMatch(prefix);
  const withoutTimes = lines.map((line) => line.replace(prefix, "").replace(/ \d+$/, ""));
  expect(withoutTimes.map((line) => line.replace(/(" 4\d\d) \d+$/, "$1 …")).sort()).toEqual([
    '"-" 400 …',
    '"GET /which.txt HTTP/1.1" 206 2',
    '"GET /which.txt?a%20query HTTP/1.1" 200 5',
    '"HEAD /which.txt HTTP/1.1" 200 -',
    '"POST /missing\\x22\\x5cfile HTTP/1.1" 405 …',
  ]);
});

test("logs to standard error if no file is named", async () => {
  const command = startCommand(["-p", "0", "-w", "1", "--cache", config.path, album.path]);
  await servedBy(command);
  await vi.waitFor(() => expect(command.stderr()).toMatch(/"GET \/which\.txt HTTP\/1\.1" 200 5 \d+\n$/));
});

test("takes no cache below the folder for temporary files that others could write to", async () => {
  const temporary = await createTemporaryFolder();
  const prepared = join(temporary, `share-my-photos-cache-${userInfo().uid}`);
  await mkdir(prepared);
  await chmod(prepared, 0o777);
  const env = { HOME: "/proc/nobody", XDG_CACHE_HOME: "", TMPDIR: temporary };
  await servedBy(startCommand(["-p", "0", "-w", "1", album.path], { env }));
  const others = (await readdir(temporary)).filter((name) => join(temporary, name) !== prepared);
  expect(others).toEqual([expect.stringMatching(/^share-my-photos-cache-\d+-/)]);
});

test("goes on with the log of the last time", async () => {
  const logFile = await config.add("kept.log", "an old line\n");
  const server = await startServer({ root: album.path, args: ["--file-log", logFile] });
  await fetchRaw(server.port, "/which.txt");
  await server.stop();
  expect(await readFile(logFile, "utf8")).toMatch(/^an old line\n127\.0\.0\.1 .*\n$/);
});

test("goes on serving when nobody reads what it prints any more", async () => {
  const args = quietly("-p", "0", album.path);
  const child = spawn(process.execPath, [COMMAND_FILE, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  releaseAfter("test", () => void child.kill("SIGKILL"));
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  child.stdout.destroy();
  child.stderr.destroy();
  const port = Number(/:(\d+)\n/.exec(line.toString())?.[1]);
  for (let i = 0; i < 3; i++) expect((await fetchRaw(port, "/which.txt")).status).toBe(200);
});

test.skipIf(!hasScript)("tells a person at a terminal what is shared, and stops at Ctrl-C", async () => {
  await album.add("sub/photo.jpg", picture);
  const command = [process.execPath, COMMAND_FILE, ...quietly("-p", "0", album.path)];
  const quoted = command.map((word) => `'${word}'`).join(" ");
  const asItself = `exec ${quoted}`; // a shell that stays would hear Ctrl-C as well, and answer for us
  const terminal = spawn("script", ["-qec", asItself, "/dev/null"], { stdio: ["pipe", "pipe", "inherit"] });
  releaseAfter("test", () => void terminal.kill("SIGKILL"));
  let shown = "";
  terminal.stdout.on("data", (text: Buffer) => (shown += text.toString().replaceAll("\r\n", "\n")));
  await vi.waitFor(() => expect(shown).toContain("Ctrl-C"), { timeout: 10_000, interval: 20 });
  const port = /^listening on http:\/\/127\.0\.0\.1:(\d+)\n/.exec(shown)?.[1] ?? "";
  expect(shown).toContain(`share-my-photos  ${basename(album.path)}: 1 album, 2 photos, `);
  expect(shown).toContain("1 worker\n");
  expect(shown).toContain(`Local    http://127.0.0.1:${port}/\n`);
  expect(shown).not.toContain("Network");
  terminal.stdin.write("\u0003");
  const [code] = (await once(terminal, "close")) as [number];
  expect(code).toBe(0);
});

test("leaves variables alone that only begin like ours", async () => {
  const env = { HTTPD_PREFIX: "/usr/local/apache2", HTTPD_SERVICE_HOST: "10.0.0.1" };
  expect(await servedBy(startCommand(quietly("-p", "0", album.path), { env }))).toBe("album");
});
