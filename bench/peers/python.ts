/**
 * What a prefork server costs that does nothing else: Python, one fixed file, no log. Starts prefork.py.
 */
import { join, resolve } from "node:path";
import { launch } from "../running-server.ts";
import { type Peer, commandOf, titleOf } from "./peer.ts";

/** Not compiled, so it stays where the source is; npm runs scripts at the root of the package. */
const SCRIPT = resolve("bench/peers/prefork.py");

export const PYTHON: Peer = {
  name: "bare Python prefork, one file, no log",
  tool: "python3",
  suites: ["accept"],
  async launch(options) {
    return await launch({
      name: titleOf("bare Python prefork", options),
      command: commandOf(options),
      args: [SCRIPT, String(options.workers), join(options.root, "index.html")],
      signal: options.signal,
    });
  },
};
