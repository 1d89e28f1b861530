/**
 * nginx as a proxy: it has to read each request to its end before it can pass it on, and writes down what it read.
 *
 *     octets ──► nginx ──► a second server in it, which says 200 to everything
 *                  └─► log: method, request-target and content of every request
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { isRefusal } from "./node-peer.ts";
import type { Reading } from "./reading.ts";
import { sendAll } from "./send-all.ts";
import { within } from "./server.ts";
import { createTemporaryFolder } from "./temporary-album.ts";

const PATIENCE_MS = 10_000;

export type Nginx = { readonly command: string; readonly version: string };

/** Debian keeps it where only root's search path looks. */
export function findNginx(): Nginx | undefined {
  for (const command of ["nginx", "/usr/sbin/nginx"]) {
    const { error, stderr } = spawnSync(command, ["-v"], { encoding: "utf8" });
    const version = error === undefined ? /^nginx version: nginx\/(\S+)/.exec(stderr)?.[1] : undefined;
    if (version !== undefined) return { command, version };
  }
  return undefined;
}

export async function readWithNginx({ command }: Nginx, wires: readonly Uint8Array[]): Promise<Reading[]> {
  const directory = await createTemporaryFolder("file");
  const port = await findFreePort();
  await writeFile(join(directory, "nginx.conf"), formatConfiguration(directory, port));
  const child = spawn(command, ["-p", directory, "-c", "nginx.conf"], { stdio: "ignore" });
  const exited = once(child, "exit");
  try {
    await within(PATIENCE_MS, untilItListens(child, port), "nginx did not listen");
    const exchanges = await sendAll(port, wires);
    child.kill("SIGTERM");
    await within(PATIENCE_MS, exited, "nginx did not end");
    const log = parseLog(await readFile(join(directory, "access.log"), "latin1"));
    return exchanges.map((exchange) => ({
      accepted: log
        .filter((line) => line.port === String(exchange.localPort) && line.status === "200")
        .map(({ method, line, content }) => ({ method, target: targetOf(line), content })),
      isRefused: isRefusal(exchange),
    }));
  } finally {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
  }
}

type LogLine = Record<"port" | "status" | "method" | "line" | "content", string>;

function parseLog(text: string): LogLine[] {
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as LogLine);
}

/** As it was sent: $request_uri would leave out scheme and authority of an absolute-form. */
function targetOf(requestLine: string): string {
  return requestLine.replace(/^\S* +/, "").replace(/ +HTTP\/[\d.]+ *$/, "");
}

function formatConfiguration(directory: string, port: number): string {
  return formatNginxConfiguration(
    directory,
    `  log_format reading escape=json '{"port":"$remote_port","status":"$status","method":"$request_method",'
                                 '"line":"$request","content":"$request_body"}';
  client_max_body_size 0;
  client_body_buffer_size 1m; # in memory, as far as the log can see it
  server {
    listen 127.0.0.1:${port} backlog=4096;
    access_log "${directory}/access.log" reading;
    location / {
      proxy_pass "http://unix:${directory}/inner.sock:/";
      proxy_method GET;
      proxy_pass_request_headers off;
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
    }
  }
  server {
    listen "unix:${directory}/inner.sock" backlog=4096;
    location / { return 200; }
  }
`,
  );
}

/** @param http what stands in `http { }`; around it what keeps nginx from touching anything of this machine */
export function formatNginxConfiguration(directory: string, http: string): string {
  const { uid, username } = userInfo();
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `daemon off;
${uid === 0 ? `user ${username};` : ""}
worker_processes 1;
pid "${directory}/nginx.pid";
error_log "${directory}/error.log";
events { worker_connections 4096; }
http {
  ${temporary.map((name) => `${name}_temp_path "${directory}/${name}";`).join(" ")}
  access_log off;
${http}}
`;
}

/** Free a moment ago: should somebody else have taken it since, nginx does not start. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Of a process that was started just now. */
export async function untilItListens(child: ChildProcess, port: number): Promise<void> {
  while (!(await isListening(port))) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended with ${child.exitCode}.`);
    await wait(20);
  }
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect({ port, host: "127.0.0.1" });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
