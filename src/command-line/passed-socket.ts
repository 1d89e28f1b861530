/**
 * A socket that listens already and was passed on by whoever starts us.
 */
import type { AcceptMode } from "../workers/options.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Whoever starts us may listen already and pass the socket on (sd_listen_fds(3)); what comes while we are restarted then
 * waits in it. That is meant for this process alone, so the variables are gone before there is another one.
 *
 * @returns the socket's descriptor, or undefined if we are to listen ourselves
 * @throws UsageError for more sockets than one, and for workers that would listen themselves
 */
export function takePassedSocket(accept: AcceptMode): number | undefined {
  const { LISTEN_PID, LISTEN_FDS } = process.env;
  for (const name of ["LISTEN_PID", "LISTEN_PIDFDID", "LISTEN_FDS", "LISTEN_FDNAMES"])
    delete process.env[name];
  if (LISTEN_PID !== String(process.pid) || LISTEN_FDS === undefined || LISTEN_FDS === "0") return undefined;
  if (LISTEN_FDS !== "1") {
    throw new UsageError(`one socket can be passed on, and LISTEN_FDS says ${JSON.stringify(LISTEN_FDS)}`);
  }
  if (accept !== "handover") {
    throw new UsageError(`a socket was passed on (LISTEN_FDS), which takes --accept handover, not ${accept}`);
  }
  return FIRST_PASSED_DESCRIPTOR;
}

/** Behind standard input, output and error (SD_LISTEN_FDS_START). */
const FIRST_PASSED_DESCRIPTOR = 3;
