#!/usr/bin/env node
/**
 * The command line: flags, environment and configuration file → options → the master.
 *
 * Whatever is wrong with them ends in one line on standard error and an exit code that is not 0.
 */
import { accessSync, constants, lstatSync, mkdirSync, mkdtempSync, readFileSync, statSync } from "node:fs";
import { availableParallelism, homedir, tmpdir, userInfo } from "node:os";
import { dirname, extname, join, resolve } from "node:path";
import yargs from "yargs";
import { settings } from "../settings.ts";
import { StartError, runMaster } from "./workers/master.ts";
import {
  ACCEPT_MODES,
  ACCESS_LOG_FORMATS,
  type AcceptMode,
  type ServerOptions,
  isProxyName,
} from "./workers/options.ts";

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** A flag, a variable or a line of the configuration that cannot be meant. */
class UsageError extends Error {}

async function main(): Promise<number> {
  const [command, ...args] = process.argv.slice(2);
  if (command === "explain") {
    const { runExplain } = await import("./explain/command.ts"); // a server that starts needs none of it
    return await runExplain(args, settings);
  }
  const options = await readOptions();
  const passedSocket = takePassedSocket(options.accept);
  process.stdout.on("error", () => undefined); // whoever read it is gone; the photos are still shared
  const { workers, darkrooms, log, trace, timeouts } = settings;
  const maxWorkers = settings.defaults.maxWorkers;
  return await runMaster(
    options,
    { workers: { ...workers, maxWorkers }, darkrooms, log, trace, drainMs: timeouts.drainMs },
    readOptions,
    passedSocket,
  );
}

/**
 * Whoever starts us may listen already and pass the socket on (sd_listen_fds(3)); what comes while we are restarted then
 * waits in it. That is meant for this process alone, so the variables are gone before there is another one.
 *
 * @returns the socket's descriptor, or undefined if we are to listen ourselves
 * @throws UsageError for more sockets than one, and for workers that would listen themselves
 */
function takePassedSocket(accept: AcceptMode): number | undefined {
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

/** Variables that happen to begin like ours are none of our business. */
const VARIABLES = new Set(
  [
    "PORT",
    "WORKERS",
    "ROOT",
    "ROOTDIR",
    "DOCUMENT_ROOT",
    "HOST",
    "BACKLOG",
    "ACCEPT",
    "LOG_FILE",
    "FILE_LOG",
    "LOG_FORMAT",
    "TRUST_PROXY",
    "PROXY_PROTOCOL",
    "CACHE",
    "TRACE",
    "TRACE_FILE",
    "CONFIG",
  ].map((name) => `HTTPD_${name}`),
);

/** @throws UsageError for what cannot be meant */
async function readOptions(): Promise<ServerOptions> {
  const { defaults } = settings;
  for (const name of Object.keys(process.env)) {
    if (name.startsWith("HTTPD_") && !VARIABLES.has(name)) delete process.env[name];
  }
  normalizeSwitch("HTTPD_TRACE");
  normalizeSwitch("HTTPD_PROXY_PROTOCOL");
  const parsed = await yargs(process.argv.slice(2))
    .scriptName("httpd")
    .usage("$0 [root]", "Shares a folder of photos.", (command) =>
      command.positional("root", {
        alias: ["r", "rootdir", "document-root"],
        describe: `the folder to share, also as -r, --rootdir or --document-root (default ${defaults.rootDirectory})`,
        type: "string",
      }),
    )
    .option("port", {
      alias: "p",
      describe: `TCP port; 0 picks a free one (default ${defaults.port})`,
      type: "string",
    })
    .option("workers", {
      alias: "w",
      describe: "worker processes (default: number of cores)",
      type: "string",
    })
    .option("host", { describe: `address to listen on (default ${defaults.host})`, type: "string" })
    .option("backlog", {
      describe: `connections the system may hold for us (default ${defaults.backlogConnections})`,
      type: "string",
    })
    .option("accept", {
      describe: `who accepts connections: ${ACCEPT_MODES.join(", ")} (default ${defaults.accept})`,
      type: "string",
    })
    .option("log-file", {
      alias: "file-log",
      describe: "access and error log (default: standard error)",
      type: "string",
    })
    .option("log-format", {
      describe: `of the access log: ${ACCESS_LOG_FORMATS.join(", ")} (default ${defaults.logFormat})`,
      type: "string",
    })
    .option("trust-proxy", {
      describe: "addresses or networks, with commas, whose word is taken for who the client is",
      type: "string",
    })
    .option("proxy-protocol", {
      describe: "every connection begins with a PROXY header, from one of these",
      type: "boolean",
    })
    .option("cache", {
      describe: "folder for thumbnails (default: in the user's cache folder)",
      type: "string",
    })
    .option("trace", {
      describe: "write the life of each connection, octets and all, to standard error",
      type: "boolean",
    })
    .option("trace-file", { describe: "the same into a file, which is emptied first", type: "string" })
    .config("config", "options as JSON, by their long names", readConfigFile)
    .env("HTTPD")
    .version(readVersion())
    .alias("h", "help")
    .parserConfiguration({ "duplicate-arguments-array": false })
    .epilogue(
      "Every option can also be given by environment: HTTPD_PORT, HTTPD_LOG_FILE …\n" +
        "httpd explain shows how a request is read (see httpd explain --help); a folder of that name is ./explain.",
    )
    .strict()
    .exitProcess(true)
    .fail((message, error) => {
      throw new UsageError(message || error.message);
    })
    .parseAsync();
  const text = (name: string): string | undefined => textOption(name, parsed[name]);
  const trustedProxies = proxyNames(text("trust-proxy"));
  const proxyProtocol = parsed["proxy-protocol"] === true;
  if (proxyProtocol && trustedProxies.length === 0) {
    throw new UsageError(
      "--proxy-protocol needs --trust-proxy: whom to believe, as in --trust-proxy 10.0.0.0/8",
    );
  }
  return {
    host: text("host") ?? defaults.host,
    port: wholeNumber("port", text("port"), 0, 65_535) ?? defaults.port,
    backlogConnections: wholeNumber("backlog", text("backlog"), 1, 65_535) ?? defaults.backlogConnections,
    workers: wholeNumber("workers", text("workers"), 1, defaults.maxWorkers) ?? availableParallelism(),
    accept: acceptMode(text("accept") ?? defaults.accept),
    rootDirectory: readableDirectory(text("root") ?? defaults.rootDirectory),
    cacheDirectory: cacheDirectory(text("cache")),
    logFile: absolute(text("log-file")),
    logFormat: oneOf("log-format", text("log-format") ?? defaults.logFormat, ACCESS_LOG_FORMATS),
    trustedProxies,
    proxyProtocol,
    trace: traceOptions(parsed.trace, text("trace-file")),
  };
}

function textOption(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "number") return String(value); // from the configuration file
  if (typeof value === "string" && value !== "") return value;
  throw new UsageError(`--${name} needs a value`);
}

function wholeNumber(name: string, value: string | undefined, min: number, max: number): number | undefined {
  if (value === undefined) return undefined;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw new UsageError(`--${name} takes a whole number from ${min} to ${max}, not ${JSON.stringify(value)}`);
}

function oneOf<T extends string>(name: string, value: string, known: readonly T[]): T {
  const found = known.find((each) => each === value);
  if (found !== undefined) return found;
  throw new UsageError(`--${name} takes ${known.join(", ")}, not ${JSON.stringify(value)}`);
}

function proxyNames(value: string | undefined): string[] {
  const names = (value ?? "").split(",").map((name) => name.trim());
  const bad = names.find((name) => name !== "" && !isProxyName(name));
  if (bad === undefined) return names.filter((name) => name !== "");
  throw new UsageError(
    `--trust-proxy takes addresses, networks as in 10.0.0.0/8, and loopback, not ${JSON.stringify(bad)}`,
  );
}

function acceptMode(value: string): AcceptMode {
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

function readableDirectory(path: string): string {
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

/** yargs takes for true what is called so, and everything else silently for false. */
function normalizeSwitch(name: string): void {
  const value = process.env[name];
  if (value === undefined) return;
  const meaning = SWITCH_WORDS.get(value.toLowerCase());
  if (meaning === undefined) {
    throw new UsageError(`${name} takes true or false, not ${JSON.stringify(value)}`);
  }
  process.env[name] = meaning;
}

const SWITCH_WORDS = new Map([
  ["true", "true"],
  ["1", "true"],
  ["yes", "true"],
  ["on", "true"],
  ["false", "false"],
  ["0", "false"],
  ["no", "false"],
  ["off", "false"],
]);

function traceOptions(isWanted: boolean | undefined, file: string | undefined): ServerOptions["trace"] {
  return isWanted === true || file !== undefined ? { file: absolute(file) } : undefined;
}

function absolute(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path);
}

/** As the XDG Base Directory Specification has it; a home that cannot be written must not stop anybody. */
function cacheDirectory(path: string | undefined): string {
  if (path !== undefined) return resolve(path);
  const { XDG_CACHE_HOME } = process.env;
  const base = XDG_CACHE_HOME?.startsWith("/") === true ? XDG_CACHE_HOME : join(homedir(), ".cache");
  const directory = join(base, "share-my-photos");
  return isWritable(directory) ? directory : temporaryCache();
}

/** Always the same one, unless somebody else was there first: he could put other pictures into it. */
function temporaryCache(): string {
  const { uid } = userInfo();
  const directory = join(tmpdir(), `share-my-photos-cache-${uid}`);
  if (!isWritable(directory)) return mkdtempSync(`${directory}-`);
  const stats = lstatSync(directory);
  const isOurs = stats.isDirectory() && stats.uid === uid && (stats.mode & GROUP_AND_OTHERS_WRITE) === 0;
  return isOurs ? directory : mkdtempSync(`${directory}-`);
}

const GROUP_AND_OTHERS_WRITE = 0o022;

function isWritable(directory: string): boolean {
  try {
    for (const level of [dirname(directory), directory]) {
      try {
        mkdirSync(level);
      } catch (error) {
        if (codeOf(error) !== "EEXIST") return false;
      }
    }
    accessSync(directory, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function readConfigFile(path: string): Record<string, unknown> {
  const shown = JSON.stringify(path);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`the configuration ${shown} cannot be read (${codeOf(error)})`);
  }
  const values = parseJson(text);
  if (typeof values !== "object" || values === null || Array.isArray(values)) {
    throw new UsageError(`the configuration ${shown} is no JSON object`);
  }
  const options = values as Record<string, unknown>;
  for (const name of ["trace", "proxy-protocol"]) {
    if (name in options && typeof options[name] !== "boolean") {
      throw new UsageError(`the configuration ${shown} says "${name}", which takes true or false`);
    }
  }
  return options;
}

/** @returns undefined for what is no JSON */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Of the package, whose manifest lies one level above the sources and two above what is compiled of them. */
function readVersion(): string {
  const manifest = extname(import.meta.filename) === ".ts" ? "../package.json" : "../../package.json";
  const { version } = JSON.parse(readFileSync(new URL(manifest, import.meta.url), "utf8")) as {
    version: string;
  };
  return version;
}

/** What was typed or pasted must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}]/gu, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`httpd: ${printable(error.message)} (see httpd --help)\n`);
    process.exitCode = EXIT_USAGE;
  } else if (error instanceof StartError) {
    process.stderr.write(`httpd: ${printable(error.message)}\n`);
    process.exitCode = EXIT_FAILED;
  } else throw error;
}
process.exit();
