/**
 * Whoever starts us may want to hear how we are (sd_notify(3), sd_watchdog_enabled(3)).
 */
import type { NotifyTarget } from "../workers/options.ts";

/**
 * That is between this process and its starter, so the variables are gone before there is another process.
 *
 * @returns undefined if nobody wants to hear
 */
export function takeNotifySocket(): NotifyTarget | undefined {
  const { NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID } = process.env;
  for (const name of ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]) delete process.env[name];
  if (NOTIFY_SOCKET === undefined || NOTIFY_SOCKET === "") return undefined;
  const isForUs = WATCHDOG_PID === undefined || WATCHDOG_PID === String(process.pid);
  const isWatched = isForUs && WATCHDOG_USEC !== undefined && /^[1-9]\d{0,18}$/.test(WATCHDOG_USEC);
  const watchdogMs = isWatched ? Math.min(Number(WATCHDOG_USEC) / 1_000, LONGEST_WATCHDOG_MS) : undefined;
  return { socket: NOTIFY_SOCKET, watchdogMs };
}

/** More often than was asked for does no harm, and timers cannot wait for more than 24 days. */
const LONGEST_WATCHDOG_MS = 86_400_000;
