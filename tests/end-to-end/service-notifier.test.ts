/**
 * What a service manager is told (sd_notify(3)): by a stand-in for `systemd-notify` that writes down how it is called,
 * and by the real one to a real socket.
 */
import { spawn, spawnSync } from "node:child_process";
import { chmod, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { releaseAfter } from "../support/lifetime.ts";
import { fetchRaw } from "../support/raw-client.ts";
import { type Server, kill, startServer } from "../support/server.ts";
import {
  type TemporaryAlbum,
  createTemporaryAlbum,
  createTemporaryFolder,
} from "../support/temporary-album.ts";

const PATIENCE = { timeout: 15_000, interval: 20 };

const missing = ["systemd-notify", "python3"].filter((tool) => spawnSync(tool, ["--version"]).status !== 0);
if (missing.length > 0 && process.env["REQUIRE_ALL_TESTS"] !== undefined) {
  throw new Error(`There is no ${missing.join(" and no ")}: apt-get install systemd python3.`);
}

let album: TemporaryAlbum;

beforeAll(async () => {
  album = await createTemporaryAlbum({ "note.txt": "just a note\n" }, "file");
});

type Told = {
  /** What has been said so far, one message a line. */
  readonly said: () => Promise<string>;
  readonly server: Server;
};

/** Started by a service manager whose `systemd-notify` does what `script` says, in sh. */
async function startTold(
  script: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Told> {
  const folder = await createTemporaryFolder();
  const command = join(folder, "systemd-notify");
  const file = join(folder, "said");
  await writeFile(command, `#!/bin/sh\n${script}\n`);
  await chmod(command, 0o755);
  await writeFile(file, "");
  const path = `${folder}:${process.env["PATH"] ?? ""}`;
  const server = await startServer({
    root: album.path,
    args,
    env: { PATH: path, NOTIFY_SOCKET: join(folder, "socket"), SAID: file, ...env },
  });
  return {
    said: () => readFile(file, "utf8"),
    server,
  };
}

const WRITE_DOWN = 'echo "$*" >> "$SAID"';

const STOPPING = "STOPPING=1 STATUS=Finishing the responses under way";

const RELOADING = "RELOADING=1 MONOTONIC_USEC=\\d+ STATUS=Reloading";

test("is told where the server listens, when it reloads and is done, and when it stops", async () => {
  const told = await startTold(WRITE_DOWN);
  const { server } = told;
  const ready = `READY=1 STATUS=Listening on http://127.0.0.1:${server.port}`;
  await vi.waitFor(async () => expect(await told.said()).toBe(`${ready}\n`), PATIENCE);
  const before = process.hrtime.bigint() / 1_000n;
  server.signal("SIGHUP");
  const reloaded = `${ready}\n${RELOADING}\nREADY=1 STATUS=Reloaded\n`;
  await vi.waitFor(async () => expect(await told.said()).toMatch(new RegExp(`^${reloaded}$`)), PATIENCE);
  const microseconds = BigInt(/MONOTONIC_USEC=(\d+)/.exec(await told.said())?.[1] ?? 0); // one clock for all processes
  expect(microseconds).toBeGreaterThan(before);
  expect(microseconds).toBeLessThan(process.hrtime.bigint() / 1_000n);
  await server.stop();
  await vi.waitFor(
    async () => expect(await told.said()).toMatch(new RegExp(`^${reloaded}${STOPPING}\n$`)),
    PATIENCE,
  );
});

test("is told that a reload was given up, and the server is ready as before", async () => {
  const config = join(await createTemporaryFolder(), "httpd.json");
  await writeFile(config, "{}");
  const told = await startTold(WRITE_DOWN, ["--config", config]);
  await writeFile(config, '{ "log-format": "none" }');
  told.server.signal("SIGHUP");
  await vi.waitFor(
    async () =>
      expect(await told.said()).toMatch(
        new RegExp(`\n${RELOADING}\nREADY=1 STATUS=Not reloaded: the log says why\n$`),
      ),
    PATIENCE,
  );
});

test("hears one message after the other, however fast they come, and the last word last", async () => {
  const slowly = `mkdir "$SAID.busy" || echo "two at once" >> "$SAID"; sleep 0.1; rmdir "$SAID.busy"; ${WRITE_DOWN}`;
  const told = await startTold(slowly);
  for (let i = 0; i < 5; i++) {
    told.server.signal("SIGHUP");
    await fetchRaw(told.server.port, "/note.txt");
  }
  await vi.waitFor(async () => expect(await told.said()).toContain("RELOADING=1"), PATIENCE);
  await told.server.stop(); // in the middle of all that
  expect(await told.said()).toMatch(new RegExp(`\n${STOPPING}\n$`));
  expect(await told.said()).not.toContain("two at once");
});

test("is told again and again that all is well, if it wants to know", async () => {
  const told = await startTold(WRITE_DOWN, [], { WATCHDOG_USEC: "400000" });
  await vi.waitFor(async () => {
    expect((await told.said()).match(/^WATCHDOG=1$/gm)?.length ?? 0).toBeGreaterThan(3);
  }, PATIENCE);
});

test("is told no more when the master is stuck", async () => {
  const told = await startTold(WRITE_DOWN, [], { WATCHDOG_USEC: "200000" });
  await vi.waitFor(async () => expect(await told.said()).toContain("WATCHDOG=1"), PATIENCE);
  kill(told.server.pid, "SIGSTOP");
  let before = "";
  const isQuietForASecond = async (): Promise<void> => {
    const former = before;
    before = await told.said();
    expect(before).toBe(former);
  };
  await vi.waitFor(isQuietForASecond, { timeout: 15_000, interval: 1_000 });
  kill(told.server.pid, "SIGCONT");
  await vi.waitFor(async () => expect(await told.said()).not.toBe(before), PATIENCE);
});

test("a watchdog that is meant for another process is left to it", async () => {
  const told = await startTold(WRITE_DOWN, [], { WATCHDOG_USEC: "100000", WATCHDOG_PID: "1" });
  told.server.signal("SIGHUP");
  await vi.waitFor(async () => expect(await told.said()).toContain("STATUS=Reloaded"), PATIENCE);
  expect(await told.said()).not.toContain("WATCHDOG");
});

test("the workers know nothing of it", async () => {
  const told = await startTold(WRITE_DOWN, [], { WATCHDOG_USEC: "30000000" });
  const pids = await told.server.workerPids();
  expect(pids).toHaveLength(2);
  for (const pid of pids) {
    const environment = await readFile(`/proc/${pid}/environ`, "latin1");
    expect(environment).toContain("SAID=");
    expect(environment).not.toMatch(/NOTIFY_SOCKET|WATCHDOG/);
  }
});

describe("costs the server nothing", () => {
  test("if there is no systemd-notify, which is said once", async () => {
    const folder = await createTemporaryFolder();
    await symlink("/bin/sh", join(folder, "sh")); // which starts the server
    const server = await startServer({
      root: album.path,
      env: { PATH: folder, NOTIFY_SOCKET: join(folder, "socket"), WATCHDOG_USEC: "100000" },
    });
    const warning =
      /^warning: The service manager may not hear how we are: systemd-notify failed with ENOENT\.$/gm;
    await vi.waitFor(async () => expect(await server.log()).toMatch(warning), PATIENCE);
    server.signal("SIGHUP");
    await vi.waitFor(async () => expect(await server.log()).toContain("notice: reloading"), PATIENCE);
    expect((await fetchRaw(server.port, "/note.txt")).status).toBe(200);
    const { code } = await server.stop();
    expect(code).toBe(0);
    expect((await server.log()).match(warning)).toHaveLength(1);
  });

  test("if it fails, which is said once", async () => {
    const told = await startTold("echo 'I cannot.' >&2; exit 3", [], { WATCHDOG_USEC: "100000" });
    const warning =
      "warning: The service manager may not hear how we are: systemd-notify failed with 3. I cannot.";
    await vi.waitFor(async () => expect(await told.server.log()).toContain(warning), PATIENCE);
    expect((await fetchRaw(told.server.port, "/note.txt")).status).toBe(200);
    await told.server.stop();
    expect((await told.server.log()).split(warning)).toHaveLength(2);
  });

  test("if it hangs", async () => {
    const told = await startTold(`${WRITE_DOWN}; exec sleep 20`);
    await vi.waitFor(async () => expect(await told.said()).toContain("READY=1"), PATIENCE);
    expect((await fetchRaw(told.server.port, "/note.txt")).status).toBe(200);
    const { code } = await told.server.stop();
    expect(code).toBe(0);
  });
});

/** What a service manager does: it takes what comes, one line of output for each message. */
const RECEIVER = `
import socket, sys
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1].replace("@", "\\0", 1))
print("bound", flush=True)
while True:
    print(receiver.recv(4096).decode().replace("\\n", " ").strip(), flush=True)
`;

describe.skipIf(missing.length > 0)("through the real systemd-notify", () => {
  test.each(["a path", "an abstract name"])("a real socket hears it, at %s", async (where) => {
    const folder = await createTemporaryFolder();
    const address = where === "a path" ? join(folder, "socket") : `@${folder}/socket`;
    const receiver = spawn("python3", ["-c", RECEIVER, address], { stdio: ["ignore", "pipe", "inherit"] });
    releaseAfter("test", () => void receiver.kill("SIGKILL"));
    let heard = "";
    receiver.stdout.setEncoding("utf8").on("data", (text: string) => (heard += text));
    await vi.waitFor(() => expect(heard).toBe("bound\n"), PATIENCE);
    const server = await startServer({
      root: album.path,
      env: { NOTIFY_SOCKET: address, WATCHDOG_USEC: "2000000" },
    });
    await vi.waitFor(() => expect(heard).toMatch(/^READY=1 STATUS=Listening on http:\/\/\S+$/m), PATIENCE);
    await vi.waitFor(() => expect(heard).toMatch(/^WATCHDOG=1$/m), PATIENCE);
    server.signal("SIGHUP");
    await vi.waitFor(() => expect(heard).toMatch(/^RELOADING=1 [^]*^READY=1 STATUS=Reloaded$/m), PATIENCE);
    await server.stop();
    await vi.waitFor(() => expect(heard).toMatch(/^STOPPING=1 /m), PATIENCE);
    expect(heard).not.toContain("MAINPID");
    expect(await server.log()).not.toContain("warning:");
  });
});
