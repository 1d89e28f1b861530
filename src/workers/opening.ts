/**
 * What a master opens before it starts its workers: log, trace and port; and what a person is told if it cannot.
 */
import type { AddressInfo, Server } from "node:net";
import { descriptorLimit } from "./descriptor-limit.ts";
import { type Log, type LogSettings, type OnLogTrouble, openLog } from "./log.ts";
import type { ServerOptions } from "./options.ts";
import { type Trace, type TraceSettings, beginTraceFile, openTrace } from "./trace.ts";

/** What a person can do something about: shown as one line, without a stack. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/**
 * With fewer a server would listen, and its workers could not even load what they serve with.
 *
 * @throws StartError, which says what to do
 */
export function requireDescriptors(atLeast: number): void {
  const limit = descriptorLimit();
  if (limit >= atLeast) return;
  throw new StartError(
    `the system lets a process open ${limit} files and sockets, and ${atLeast} are needed at least: allow more with ulimit -n`,
  );
}

/** Tried at once: whoever names a log file wants to know if nothing will be in it. */
export function openLogOrRefuse(
  { logFile }: ServerOptions,
  settings: LogSettings,
  onTrouble: OnLogTrouble,
): Log {
  return openOrRefuse("log", logFile, () => openLog(logFile, settings, onTrouble));
}

/** Likewise, and emptied. */
export function openTraceOrRefuse(
  { trace }: ServerOptions,
  settings: LogSettings & TraceSettings,
): Trace | undefined {
  return openOrRefuse("trace", trace?.file, () => {
    if (trace?.file !== undefined) beginTraceFile(trace.file);
    return openTrace(trace, settings);
  });
}

function openOrRefuse<T>(what: "log" | "trace", file: string | undefined, open: () => T): T {
  try {
    return open();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new StartError(`the ${what} file ${JSON.stringify(file)} cannot be written (${code})`);
  }
}

/** What was opened with these stays open until the end, so a reload cannot change them. */
export function asOpened(fresh: ServerOptions, opened: ServerOptions): ServerOptions {
  const { host, port, accept, backlogConnections, logFile, admin } = opened;
  return { ...fresh, host, port, accept, backlogConnections, logFile, admin };
}

/** The names of those of them that are other ones now. */
export function namesOpenedOtherwise(fresh: ServerOptions, opened: ServerOptions): string[] {
  const names = {
    host: "host",
    port: "port",
    accept: "accept",
    backlogConnections: "backlog",
    logFile: "log-file",
    admin: "admin",
  } as const satisfies Partial<Record<keyof ServerOptions, string>>;
  const isOther = (key: keyof typeof names): boolean =>
    JSON.stringify(fresh[key]) !== JSON.stringify(opened[key]);
  return (Object.keys(names) as (keyof typeof names)[]).filter(isOther).map((key) => names[key]);
}

/** @throws StartError, which says what to choose instead */
export function bind(
  server: Server,
  { host, port, backlogConnections: backlog }: ServerOptions,
  passedSocket: number | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const describe = (error: Error): string =>
      passedSocket === undefined ? describeListenError(error, host, port, "--port") : NO_PASSED_SOCKET;
    server.once("error", (error) => reject(new StartError(describe(error))));
    if (passedSocket === undefined) server.listen({ host, port, backlog }, resolve);
    else server.listen({ fd: passedSocket }, backlog, resolve);
  });
}

/**
 * Of a server that listens.
 *
 * @throws StartError for one that does so on no port: a socket that was passed on can be anything
 */
export function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === "string") throw new StartError(NO_PASSED_SOCKET);
  return address;
}

const NO_PASSED_SOCKET = "what was passed on (LISTEN_FDS) is no TCP socket that can be listened on";

export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

/** @param option with which another port is chosen */
export function describeListenError(
  error: unknown,
  host: string,
  port: number,
  option: "--port" | "--admin",
): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const hostOption = option === "--port" ? "--host" : option;
  switch (code) {
    case "EADDRINUSE":
      return `port ${port} on ${host} is in use: choose another one with ${option}, or 0 for any free one`;
    case "EACCES":
      return `port ${port} on ${host} may not be used by you: choose one above 1023 with ${option}`;
    case "EADDRNOTAVAIL":
      return `${host} is no address of this machine: see ${hostOption}`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `the name ${host} is not known here (${code}): see ${hostOption}`;
    default:
      return `cannot listen on ${host} port ${port}: ${code || String(error)}`;
  }
}
