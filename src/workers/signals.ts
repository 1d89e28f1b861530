/**
 * Signal → what happens. The README shows the same table.
 */
export type SignalAction = "stop-gracefully";

export const SIGNAL_ACTIONS: readonly (readonly [signal: NodeJS.Signals, action: SignalAction])[] = [
  ["SIGTERM", "stop-gracefully"], // responses in flight are finished; a second one stops at once
  ["SIGINT", "stop-gracefully"], // Ctrl-C, likewise
];

/** Workers hear these too, since Ctrl-C reaches the whole process group. They wait for what the master says. */
export function ignoreSignals(): void {
  for (const [signal] of SIGNAL_ACTIONS) process.on(signal, () => undefined);
}
