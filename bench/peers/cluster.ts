/**
 * Starts cluster-server.ts: what a Node programmer would write first.
 */
import { mkdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type RunningServer, launch } from "../running-server.ts";
import { type Peer, type PeerOptions, titleOf } from "./peer.ts";

const SCRIPT = fileURLToPath(new URL(`cluster-server${extname(import.meta.filename)}`, import.meta.url));

/** Every file is read once and kept. */
export const CLUSTER: Peer = {
  name: "node:cluster + node:http",
  suites: ["accept", "keep", "node"],
  isRival: true,
  launch: (options) => launchCluster("node:cluster + node:http", "memory", options),
};

/** Every file is opened and piped for every request. */
export const STREAMS: Peer = {
  name: "node:http + streams",
  suites: ["static"],
  isRival: true,
  launch: (options) => launchCluster("node:http + streams", "streams", options),
};

async function launchCluster(
  name: string,
  mode: "memory" | "streams",
  options: PeerOptions,
): Promise<RunningServer> {
  const { directory, workers, root, node, signal } = options;
  await mkdir(directory, { recursive: true });
  return await launch({
    name: titleOf(name, options),
    command: node?.executable ?? process.execPath,
    args: [SCRIPT, mode, String(workers), root, join(directory, "access.log")],
    signal,
  });
}
