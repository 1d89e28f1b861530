/**
 * nginx with a configuration of its own, kind to it: the page as a file, sendfile, an open file cache, a buffered log.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import type { Answer } from "../get.ts";
import { type RunningServer, launch } from "../running-server.ts";

export type NginxOptions = {
  readonly command: string;
  readonly workers: number;
  readonly page: Answer;
  readonly scratchDirectory: string;
  readonly signal: AbortSignal;
};

export async function launchNginx(options: NginxOptions): Promise<RunningServer> {
  const directory = join(options.scratchDirectory, "nginx");
  const configuration = join(directory, "nginx.conf");
  const port = await findFreePort();
  await mkdir(join(directory, "www"), { recursive: true });
  await writeFile(join(directory, "www", "index.html"), options.page.body);
  await writeFile(configuration, formatConfiguration(directory, options.workers, port));
  return await launch({
    name: `nginx, ${options.workers} workers`,
    command: options.command,
    args: ["-p", directory, "-c", configuration],
    knownUrl: `http://127.0.0.1:${port}`,
    signal: options.signal,
  });
}

function formatConfiguration(directory: string, workers: number, port: number): string {
  const { uid, username } = userInfo();
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `daemon off;
${uid === 0 ? `user ${username};` : ""}
worker_processes ${workers};
pid "${directory}/nginx.pid";
error_log "${directory}/error.log";
events { worker_connections 4096; }
http {
  access_log "${directory}/access.log" combined buffer=16k flush=1s;
  ${temporary.map((name) => `${name}_temp_path "${directory}/${name}";`).join(" ")}
  sendfile on;
  open_file_cache max=100;
  keepalive_requests 1000000;
  default_type "text/html";
  charset utf-8;
  types { text/html html; }
  server { listen 127.0.0.1:${port} backlog=511; root "${directory}/www"; }
}
`;
}

/** Free a moment ago: should somebody else have taken it since, nginx does not start, and says so. */
async function findFreePort(): Promise<number> {
  const server = createServer();
  return await new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
