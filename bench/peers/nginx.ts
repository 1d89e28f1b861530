/**
 * nginx with a configuration of its own, kind to it: sendfile, an open file cache, a buffered log.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { findFreePort } from "../free-port.ts";
import { launch } from "../running-server.ts";
import { type Peer, type PeerOptions, commandOf, titleOf } from "./peer.ts";

/** What lies there is sent with `Content-Encoding: br`: a coded page, as a file. */
export const CODED_FOLDER = "coded";

export const NGINX: Peer = {
  name: "nginx",
  tool: "nginx",
  suites: ["accept", "keep", "static", "page"],
  isRival: true,
  async launch(options) {
    const configuration = join(options.directory, "nginx.conf");
    const port = await findFreePort();
    await mkdir(options.directory, { recursive: true });
    await writeFile(configuration, formatConfiguration(options, port));
    return await launch({
      name: titleOf("nginx", options),
      command: commandOf(options),
      args: ["-p", options.directory, "-c", configuration],
      knownUrl: `http://127.0.0.1:${port}`,
      signal: options.signal,
    });
  },
};

function formatConfiguration({ directory, root, workers }: PeerOptions, port: number): string {
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
  tcp_nopush on;
  open_file_cache max=1000;
  keepalive_requests 100000000;
  default_type "application/octet-stream";
  charset utf-8;
  types { text/html html; text/plain txt; image/jpeg jpg; }
  server {
    listen 127.0.0.1:${port} backlog=511;
    root "${root}";
    location /${CODED_FOLDER}/ {
      default_type "text/html";
      add_header Content-Encoding br;
      add_header Vary Accept-Encoding;
    }
  }
}
`;
}
