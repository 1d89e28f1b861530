/**
 * What a suite is, what it is handed, and what comes of it.
 */
import type { Library } from "./library.ts";
import type { Table } from "./table.ts";
import type { Tool, ToolName } from "./tools.ts";

export type Suite = {
  readonly name: string;
  /** Without these it cannot be run; nginx is never needed. */
  readonly needs: readonly ToolName[];
  run(bench: Bench): Promise<SuiteResult>;
};

export type Bench = {
  readonly library: Library;
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
  readonly rounds: number;
  /** The loads, to be repeated by hand; PORT stands for the port of the server. */
  readonly commands: readonly string[];
  /** Why the figures are not to be believed; empty if they are. */
  readonly failures: readonly string[];
};
