/**
 * What a suite is, what it is handed, and what comes of it.
 */
import type { Library } from "./library.ts";
import type { Peer } from "./peers/peer.ts";
import type { Plot } from "./plot.ts";
import type { Site } from "./site.ts";
import type { Table } from "./table.ts";
import type { Tool, ToolName } from "./tools.ts";

export type Suite = {
  readonly name: string;
  /** Without these it cannot be run; a peer is never needed. */
  readonly needs: readonly ToolName[];
  run(bench: Bench): Promise<SuiteResult>;
};

export type Bench = {
  readonly library: Library;
  /** Made when the first asks for it. */
  openSite(): Promise<Site>;
  /** Those that are here and those that are not, and guests by `--peer`. */
  readonly peers: readonly Peer[];
  /** Whether our server can be told how connections come to its workers. */
  readonly knowsAccept: boolean;
  /** Removed when the harness ends. */
  readonly scratchDirectory: string;
  readonly tools: ReadonlyMap<ToolName, Tool>;
  /** A look at everything in two minutes instead of figures to rely on. */
  readonly pace: "quick" | "full";
  /** Undefined: as many as the suite finds right for the pace. */
  readonly rounds: number | undefined;
  readonly signal: AbortSignal;
  /** Tells whoever waits how far we are. */
  say(line: string): void;
};

export type SuiteResult = {
  readonly tables: readonly Table[];
  readonly plots?: readonly Plot[];
  /** Sentences made from measured figures: what the cost grows with, and how fast. */
  readonly growth?: readonly string[];
  readonly goals?: readonly Goal[];
  readonly rounds: number;
  /** Who was left out, and why. */
  readonly notes?: readonly string[];
  /** The loads, to be repeated by hand; PORT stands for the port of the server. */
  readonly commands: readonly string[];
  /** Why the figures are not to be believed; empty if they are. */
  readonly failures: readonly string[];
};

/** A figure we promised ourselves, and what became of it. */
export type Goal = {
  /** `a cold thumbnail needs at most 1.05 times the CPU of a bare sharp loop` */
  readonly text: string;
  /** With its unit: `1.02 (1.01–1.04) times` */
  readonly measured: string;
  /** Undefined if it could not be measured. */
  readonly isMet: boolean | undefined;
  /** From the limit, to either side: `by 12 %`. */
  readonly distance?: string;
};
