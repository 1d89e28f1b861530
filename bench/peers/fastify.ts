/**
 * Starts fastify-server.ts.
 */
import { mkdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "../running-server.ts";
import { type Peer, titleOf } from "./peer.ts";

const SCRIPT = fileURLToPath(new URL(`fastify-server${extname(import.meta.filename)}`, import.meta.url));

export const FASTIFY: Peer = {
  name: "Fastify + @fastify/static",
  tool: "fastify",
  suites: ["accept", "keep", "static"],
  async launch(options) {
    const { directory, workers, root, signal } = options;
    await mkdir(directory, { recursive: true });
    return await launch({
      name: titleOf("Fastify + @fastify/static", options),
      command: process.execPath,
      args: [SCRIPT, String(workers), root, join(directory, "access.log")],
      signal,
    });
  },
};
