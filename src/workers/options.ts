/**
 * What a server is asked to be.
 */
import { isIP, isIPv6 } from "node:net";
import { parseAuthority } from "../http/authority.ts";
import type { TraceOptions } from "./trace.ts";

/**
 * Who accepts connections.
 *
 * - `handover`: the master, which hands each one to the worker that has the least to do. None is ever lost on the way.
 * - `shared`: the workers, all from the one socket that the master keeps: whoever is awake takes the next one.
 * - `reuseport`: the workers, each from a socket of its own, between which the system deals (SO_REUSEPORT).
 */
export const ACCEPT_MODES = ["handover", "shared", "reuseport"] as const;

export type AcceptMode = (typeof ACCEPT_MODES)[number];

/** How a line of the access log is written; see access-log.ts. */
export const ACCESS_LOG_FORMATS = ["common", "combined", "json"] as const;

export type AccessLogFormat = (typeof ACCESS_LOG_FORMATS)[number];

/** Whether a proxy can be named so: an address, a network as in 10.0.0.0/8, or `loopback`. */
export function isProxyName(text: string): boolean {
  if (text === "loopback") return true;
  const [address = "", prefix, ...more] = text.split("/");
  if (isIP(address) === 0 || more.length > 0) return false;
  const longest = isIPv6(address) ? 128 : 32;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= longest);
}

/** Port 0 for any that is free. */
export type AdminAddress = { readonly host: string; readonly port: number };

/** Whether a server can be told to answer to this: a host without a port, or `*.` and what all below it end in. */
export function isHostPattern(text: string): boolean {
  const host = text.replace(/^\*\./, "");
  return host !== "" && !host.includes("*") && parseAuthority(host)?.host === host; // which might hold asterisks
}

/** Made by the command line, checked there, and given to every worker. */
export type ServerOptions = {
  readonly host: string;
  readonly port: number;
  readonly backlogConnections: number;
  readonly workers: number;
  readonly accept: AcceptMode;
  readonly rootDirectory: string;
  readonly cacheDirectory: string;
  /** Access and error log; undefined for standard error. */
  readonly logFile: string | undefined;
  readonly logFormat: AccessLogFormat;
  /** Who is believed in whose name they ask: `isProxyName` holds for each. */
  readonly trustedProxies: readonly string[];
  /** Whether each connection begins with a PROXY header. */
  readonly proxyProtocol: boolean;
  /** Where numbers for who runs the server can be had; undefined for nowhere. */
  readonly admin: AdminAddress | undefined;
  /** The names it answers to, to all if there are none: `isHostPattern` holds for each. */
  readonly allowedHosts: readonly string[];
  /** Undefined for none. */
  readonly trace: TraceOptions | undefined;
};

/** What whoever starts us hands to this process, and to none that it starts. */
export type PassedOn = {
  /** Descriptor of a socket that listens already; undefined to listen as the options say. */
  readonly socket: number | undefined;
  /** Undefined if nobody wants to hear how we are. */
  readonly notify: NotifyTarget | undefined;
};

/** Who wants to hear how we are (sd_notify(3)). */
export type NotifyTarget = {
  /** Its address: a path, or a name behind "@". */
  readonly socket: string;
  /** It takes us for stuck if we say nothing for so long; undefined if it does not mind. */
  readonly watchdogMs: number | undefined;
};
