/**
 * Other versions of Node than the one that runs the harness, as npm has them.
 */
import { runTool } from "./run-tool.ts";

export type NodeVersion = { readonly version: string; readonly executable: string };

/** It is fetched once, some 50 MB; npm keeps it. */
const FETCH_TIMEOUT_MS = 180_000;

/** @returns undefined where it cannot be had: without a network, or on a machine it is not built for */
export async function findNode(major: number, signal: AbortSignal): Promise<NodeVersion | undefined> {
  const current = process.versions.node;
  if (current.startsWith(`${major}.`)) return { version: current, executable: process.execPath };
  const script =
    "console.log(JSON.stringify({ version: process.versions.node, executable: process.execPath }))";
  const args = ["--fetch-retries=0", "-y", "-p", `node@${major}`, "node", "-e", script];
  const output = await runTool("npx", args, { timeoutMs: FETCH_TIMEOUT_MS, signal }).catch(() => undefined);
  signal.throwIfAborted();
  const line = output?.stdout.split("\n").find((text) => text.startsWith("{"));
  if (line === undefined) return undefined;
  const found = JSON.parse(line) as NodeVersion;
  return found.version.startsWith(`${major}.`) ? found : undefined;
}
