/**
 * What deploy/ has for systemd and for containers: as far as it can be looked at without either running.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { settings } from "../../settings.ts";
import { runCommand, startServer } from "../support/server.ts";
import { createTemporaryAlbum, createTemporaryFolder } from "../support/temporary-album.ts";

const project = new URL("../../", import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, project), "utf8");

const {
  name,
  bin,
  engines,
  files: shipped,
} = JSON.parse(read("package.json")) as {
  name: string;
  bin: Record<string, string>;
  engines: { node: string };
  files: string[];
};

const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;
if (!hasSystemd && process.env["REQUIRE_ALL_TESTS"] !== undefined) {
  throw new Error("There is no systemd-analyze: apt-get install systemd.");
}

describe("the service", () => {
  const service = read("deploy/share-my-photos.service");

  test("starts what the package has", () => {
    const file = /^ExecStart=\/usr\/bin\/node \S+\/node_modules\/(\S+)/m.exec(service)?.[1];
    expect(file).toBe(`${name}/${bin["httpd"]}`);
  });

  test("is installed from files that the package has", () => {
    const folder = /^# +cd \S+\/node_modules\/(\S+)$/m.exec(service)?.[1];
    expect(folder).toBe(`${name}/deploy`);
    expect(shipped).toContain("deploy");
    const copied = Array.from(service.matchAll(/^# +cp (.+) \/etc\/\S*/gm), ([, files = ""]) =>
      files.split(" "),
    );
    expect(copied.flat()).toHaveLength(3);
    expect(copied.flat().filter((file) => !existsSync(new URL(`deploy/${file}`, project)))).toEqual([]);
  });

  test("has descriptors for as many connections as a worker takes at most", () => {
    const { ownDescriptors, connectionShare, maxConnections } = settings.workers;
    const descriptors = Number(/^LimitNOFILE=(\d+)$/m.exec(service)?.[1]);
    expect((descriptors - ownDescriptors) * connectionShare).toBeGreaterThanOrEqual(maxConnections);
    const [, connections = "", most = ""] =
      /takes (\w+) connections for ten of them, ([\d,]+) at most/.exec(service) ?? [];
    expect([connections, Number(most.replace(",", ""))]).toEqual(["three", maxConnections]);
    expect(connectionShare).toBe(3 / 10);
  });

  test("has a configuration that the command takes", async () => {
    const album = await createTemporaryAlbum({ "note.txt": "just a note\n" });
    const config = new URL("deploy/share-my-photos.json", project).pathname;
    const server = await startServer({ root: album.path, args: ["--config", config], workers: undefined });
    const { workers } = JSON.parse(read("deploy/share-my-photos.json")) as { workers: number };
    expect(await server.workerPids()).toHaveLength(workers);
    expect(service).toContain("--config /etc/share-my-photos.json");
  });

  test("is of a type that is told what the server tells, by whichever process", () => {
    expect(service).toMatch(/^Type=notify$/m);
    expect(service).toMatch(/^NotifyAccess=all$/m); // systemd-notify is not the main process
    const watchdogSeconds = Number(/^WatchdogSec=(\d+)$/m.exec(service)?.[1]);
    const oneMessageMs = settings.workers.notifyMs; // at worst, and a sign of life may have to wait for it
    expect((watchdogSeconds * 1_000) / 2 + oneMessageMs).toBeLessThan(watchdogSeconds * 1_000);
  });

  test("is not tried again with an option that cannot be meant", async () => {
    const { code } = await runCommand(["--prot", "80"]);
    expect(service).toContain(`\nRestartPreventExitStatus=${code}\n`);
  });

  test.skipIf(!hasSystemd)("is what systemd understands, and is exposed to little", async () => {
    const folder = await createTemporaryFolder();
    const units = ["share-my-photos.service", "share-my-photos.socket"].map((unit) => join(folder, unit));
    const [serviceFile = "", socketFile = ""] = units;
    await writeFile(serviceFile, service.replace("/usr/bin/node", process.execPath));
    await writeFile(socketFile, read("deploy/share-my-photos.socket"));
    const verified = spawnSync("systemd-analyze", ["verify", "--man=no", ...units], { encoding: "utf8" });
    expect({ status: verified.status, said: verified.stderr }).toEqual({ status: 0, said: "" });
    const args = ["security", "--offline=true", "--threshold=20", serviceFile]; // of 100; 96 without any hardening
    expect(spawnSync("systemd-analyze", args).status).toBe(0);
  });
});

describe("the image", () => {
  const dockerfile = read("deploy/Dockerfile");

  test("is made of files that are there", () => {
    const copied = Array.from(dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm), ([, files = ""]) => files);
    const files = copied.flatMap((line) => line.split(" "));
    expect(files).toContain("src");
    expect(files.filter((file) => !existsSync(new URL(file, project)))).toEqual([]);
    expect(dockerfile).toContain(`\nENTRYPOINT ["node", "${bin["httpd"]}"]\n`);
  });

  test("has a Node.js that is new enough", () => {
    const versions = Array.from(dockerfile.matchAll(/^FROM node:(\d+)-slim/gm), ([, version]) =>
      Number(version),
    );
    expect(versions.length).toBe(3);
    expect(Math.min(...versions)).toBeGreaterThan(Number.parseFloat(engines.node.replace(">=", "")));
  });

  test("is healthy while the server answers, and not when it is gone", async () => {
    const album = await createTemporaryAlbum();
    const server = await startServer({ root: album.path, workers: 1 });
    const [program, ...args] = JSON.parse(/^ +CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? "[]") as string[];
    expect(program).toBe("node");
    const check = (): number | null =>
      spawnSync(process.execPath, args, { env: { ...process.env, HTTPD_PORT: String(server.port) } }).status;
    expect(check()).toBe(0);
    await server.stop();
    expect(check()).toBe(1);
  });
});

test("no example of an admin port takes the port of an instance behind a proxy", () => {
  const instances = Array.from(
    read("deploy/nginx.conf").matchAll(/^ +server \S+:(\d+);$/gm),
    ([, port]) => port,
  );
  const text = ["docs/operations.md", "CHANGELOG.md", "deploy/Dockerfile"].map(read).join("\n");
  const admin = Array.from(text.matchAll(/(?:--admin |HTTPD_ADMIN=)(?:\S+:)?(\d{4,})/g), ([, port]) => port);
  expect([instances.length, admin.length]).toEqual([4, 4]);
  expect(admin.filter((port) => instances.includes(port))).toEqual([]);
});
