/**
 * Somebody to be compared with: a server that gives out the files of a folder.
 */
import type { NodeVersion } from "../node-versions.ts";
import type { RunningServer } from "../running-server.ts";
import type { Tool, ToolName } from "../tools.ts";

export type Peer = {
  readonly name: string;
  /** What has to be here; nothing but Node if undefined. */
  readonly tool?: ToolName;
  /** Those it takes part in. */
  readonly suites: readonly string[];
  /** A goal names it. */
  readonly isRival?: boolean;
  /** We do not know it, so it takes part where it answers as it must, and is left out elsewhere. */
  readonly isGuest?: boolean;
  launch(options: PeerOptions): Promise<RunningServer>;
};

export type PeerOptions = {
  /** `tool`, where it was found. */
  readonly tool: Tool | undefined;
  readonly workers: number;
  /** The folder to be served. */
  readonly root: string;
  /** Empty, its own, and removed in the end: for its configuration and its log. */
  readonly directory: string;
  /** For a peer that runs on Node; undefined for the one that runs the harness. */
  readonly node?: NodeVersion | undefined;
  readonly signal: AbortSignal;
};

export function commandOf({ tool }: PeerOptions): string {
  if (tool === undefined) throw new Error("it is not installed");
  return tool.command;
}

/** `nginx, 2 workers` */
export function titleOf(name: string, { workers, node }: PeerOptions): string {
  const version = node === undefined ? [] : [`Node ${node.version}`];
  return [name, ...version, `${workers} worker${workers === 1 ? "" : "s"}`].join(", ");
}
