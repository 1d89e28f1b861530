/**
 * The table of signals, as the server has it and as it stands in what people read.
 */
import { SIGNAL_ACTIONS } from "../../src/workers/signals.ts";

/** Those with one effect together, without SIG: `[["TERM", "INT"], ["QUIT"], …]`. */
export function groupedSignals(): string[][] {
  const groups = new Map<string, string[]>();
  for (const [signal, action] of SIGNAL_ACTIONS) {
    groups.set(action, [...(groups.get(action) ?? []), signal.replace(/^SIG/, "")]);
  }
  return [...groups.values()];
}

/** From a table in Markdown whose rows begin with signals: `` | `TERM`, `INT` (Ctrl-C) | … | ``. */
export function signalsOfTable(section: string): string[][] {
  return Array.from(section.matchAll(/^\| (`[A-Z\d]+`[^|]*)\|/gm), ([, cell = ""]) =>
    Array.from(cell.matchAll(/`([A-Z\d]+)`/g), ([, signal = ""]) => signal),
  );
}
