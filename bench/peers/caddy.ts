/**
 * Caddy as a file server, on as many cores as others have workers.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findFreePort } from "../free-port.ts";
import { launch } from "../running-server.ts";
import { type Peer, type PeerOptions, commandOf } from "./peer.ts";

export const CADDY: Peer = {
  name: "Caddy",
  tool: "caddy",
  suites: ["accept", "keep", "static"],
  async launch(options) {
    const { directory, workers, signal } = options;
    const configuration = join(directory, "Caddyfile");
    const port = await findFreePort();
    await mkdir(directory, { recursive: true });
    await writeFile(configuration, formatConfiguration(options, port));
    return await launch({
      name: `Caddy, ${workers} threads`,
      command: commandOf(options),
      args: ["run", "--config", configuration, "--adapter", "caddyfile"],
      knownUrl: `http://127.0.0.1:${port}`,
      environment: { XDG_CONFIG_HOME: directory, XDG_DATA_HOME: directory, GOMAXPROCS: String(workers) },
      signal,
    });
  },
};

function formatConfiguration({ directory, root }: PeerOptions, port: number): string {
  return `{
  admin off
  auto_https off
}
http://127.0.0.1:${port} {
  root * "${root}"
  file_server
  log {
    output file "${directory}/access.log"
  }
}
`;
}
