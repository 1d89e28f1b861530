/**
 * `serve`, as its users start it: one process. Without its log, which would be ours to read.
 */
import { findFreePort } from "../free-port.ts";
import { launch } from "../running-server.ts";
import { type Peer, commandOf } from "./peer.ts";

export const SERVE: Peer = {
  name: "serve",
  tool: "serve",
  suites: ["accept", "keep", "static"],
  async launch(options) {
    const address = `127.0.0.1:${await findFreePort()}`;
    const switches = ["--no-request-logging", "--no-clipboard", "--no-port-switching"];
    return await launch({
      name: "serve, no log, 1 process",
      command: process.execPath,
      args: [commandOf(options), ...switches, "--listen", `tcp://${address}`, options.root],
      knownUrl: `http://${address}`,
      environment: { NO_UPDATE_CHECK: "1" },
      signal: options.signal,
    });
  },
};
