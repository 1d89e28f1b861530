/**
 * Signal → what happens. The README shows the same table.
 */
export type SignalAction =
  "stop-gracefully" | "stop-at-once" | "reload" | "more-workers" | "fewer-workers" | "reopen-log";

export const SIGNAL_ACTIONS: readonly (readonly [signal: NodeJS.Signals, action: SignalAction])[] = [
  ["SIGTERM", "stop-gracefully"], // responses in flight are finished; a second one stops at once
  ["SIGINT", "stop-gracefully"], // Ctrl-C, likewise
  ["SIGQUIT", "stop-at-once"], // connections are cut
  ["SIGHUP", "reload"], // configuration read again, new workers first, then the old ones leave
  ["SIGTTIN", "more-workers"], // one more
  ["SIGTTOU", "fewer-workers"], // one less, but never none
  ["SIGUSR1", "reopen-log"], // after it was renamed, as logrotate does
];

/**
 * Workers hear these too, since Ctrl-C reaches the whole process group. They wait for what the master says. Also of
 * SIGUSR1, with which Node.js would otherwise open its debugger to whoever asks.
 */
export function ignoreSignals(): void {
  for (const [signal] of SIGNAL_ACTIONS) process.on(signal, () => undefined);
}
