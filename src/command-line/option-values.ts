/**
 * What stands behind an option → what it means. Each function throws a UsageError that says what would have been right.
 */
import { accessSync, constants, statSync } from "node:fs";
import { resolve } from "node:path";
import {
  ACCEPT_MODES,
  type AcceptMode,
  type AdminAddress,
  type ServerOptions,
  isHostPattern,
  isProxyName,
} from "../workers/options.ts";
import { UsageError, codeOf } from "./usage-error.ts";

export function textOption(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "number") return String(value); // from the configuration file
  if (typeof value === "string" && value !== "") return value;
  throw new UsageError(`--${name} needs a value`);
}

export function wholeNumber(
  name: string,
  value: string | undefined,
  min: number,
  max: number,
): number | undefined {
  if (value === undefined) return undefined;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw new UsageError(`--${name} takes a whole number from ${min} to ${max}, not ${JSON.stringify(value)}`);
}

export function oneOf<T extends string>(name: string, value: string, known: readonly T[]): T {
  const found = known.find((each) => each === value);
  if (found !== undefined) return found;
  throw new UsageError(`--${name} takes ${known.join(", ")}, not ${JSON.stringify(value)}`);
}

export function proxyNames(value: string | undefined): string[] {
  const names = listed(value ?? "");
  const bad = names.find((name) => !isProxyName(name));
  if (bad === undefined) return names;
  throw new UsageError(
    `--trust-proxy takes addresses, networks as in 10.0.0.0/8, and loopback, not ${JSON.stringify(bad)}`,
  );
}

/** Undefined stands for all names, so a list without any is none: it would be the opposite of what is meant. */
export function hostPatterns(value: string | undefined): string[] {
  if (value === undefined) return [];
  const patterns = listed(value);
  const bad = patterns.length === 0 ? value : patterns.find((pattern) => !isHostPattern(pattern));
  if (bad === undefined) return patterns;
  throw new UsageError(
    `--allow-host takes names as browsers send them, without ports, and *.example.org, not ${JSON.stringify(bad)}`,
  );
}

function listed(value: string): string[] {
  return value
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

export function acceptMode(value: string): AcceptMode {
  const mode = oneOf("accept", value, ACCEPT_MODES);
  if (mode === "reuseport" && !canReusePort(process.versions.node)) {
    throw new UsageError(
      `--accept reuseport needs Node.js 23.1 or later, and this is ${process.versions.node}: take shared`,
    );
  }
  return mode;
}

/** https://nodejs.org/api/net.html#serverlistenoptions-callback: `reusePort` came with 23.1.0 and 22.12.0. */
function canReusePort(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 23 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12);
}

/**
 * `9081`, `0.0.0.0:9081`, `[::]:9081`
 *
 * @param defaultHost where only a port is named
 */
export function adminAddress(value: string | undefined, defaultHost: string): AdminAddress | undefined {
  if (value === undefined) return undefined;
  const [, host, port] = /^(?:(\[[^\]]+\]|[^:[\]]+):)?(\d{1,5})$/.exec(value) ?? [];
  if (port === undefined || Number(port) > MAX_PORT) {
    throw new UsageError(
      `--admin takes a port, or a host and a port as in 0.0.0.0:9081, not ${JSON.stringify(value)}`,
    );
  }
  return { host: host?.replace(/^\[|\]$/g, "") ?? defaultHost, port: Number(port) };
}

const MAX_PORT = 65_535;

export function readableDirectory(path: string): string {
  const directory = resolve(path);
  const shown = JSON.stringify(path);
  try {
    if (!statSync(directory).isDirectory()) {
      throw new UsageError(`${shown} is no folder: name the folder the photos lie in`);
    }
    accessSync(directory, constants.R_OK | constants.X_OK);
    return directory;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") throw new UsageError(`there is no folder ${shown}`);
    throw new UsageError(`the folder ${shown} may not be read (${code})`);
  }
}

export function traceOptions(
  isWanted: boolean | undefined,
  file: string | undefined,
): ServerOptions["trace"] {
  return isWanted === true || file !== undefined ? { file: absolute(file) } : undefined;
}

export function absolute(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path);
}
