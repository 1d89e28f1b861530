/**
 * Flags, environment and configuration file → options.
 */
import { availableParallelism } from "node:os";
import yargs from "yargs";
import type { Settings } from "../../settings.ts";
import { ACCEPT_MODES, ACCESS_LOG_FORMATS, type ServerOptions } from "../workers/options.ts";
import { cacheFolder } from "./cache-folder.ts";
import { readConfigFile } from "./configuration-file.ts";
import { prepareEnvironment } from "./environment.ts";
import {
  absolute,
  acceptMode,
  adminAddress,
  hostPatterns,
  oneOf,
  proxyNames,
  readableDirectory,
  textOption,
  traceOptions,
  wholeNumber,
} from "./option-values.ts";
import { UsageError } from "./usage-error.ts";
import { readVersion } from "./version.ts";

/** @throws UsageError for what cannot be meant */
export async function readOptions(defaults: Settings["defaults"]): Promise<ServerOptions> {
  prepareEnvironment();
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
      describe: "every connection begins with a PROXY header; needs --trust-proxy, which says from whom",
      type: "boolean",
    })
    .option("allow-host", {
      describe: "names, with commas, the server answers to, as in *.example.org (default: any)",
      type: "string",
    })
    .option("cache", {
      describe: "folder for thumbnails (default: in the user's cache folder)",
      type: "string",
    })
    .option("admin", {
      describe: "[HOST:]PORT where health, metrics and a status page can be had (default: nowhere)",
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
  const rootDirectory = readableDirectory(text("root") ?? defaults.rootDirectory);
  return {
    host: text("host") ?? defaults.host,
    port: wholeNumber("port", text("port"), 0, 65_535) ?? defaults.port,
    backlogConnections: wholeNumber("backlog", text("backlog"), 1, 65_535) ?? defaults.backlogConnections,
    workers: wholeNumber("workers", text("workers"), 1, defaults.maxWorkers) ?? availableParallelism(),
    accept: acceptMode(text("accept") ?? defaults.accept),
    rootDirectory,
    cacheDirectory: cacheFolder(text("cache"), rootDirectory),
    logFile: absolute(text("log-file")),
    logFormat: oneOf("log-format", text("log-format") ?? defaults.logFormat, ACCESS_LOG_FORMATS),
    trustedProxies,
    proxyProtocol,
    admin: adminAddress(text("admin"), defaults.adminHost),
    allowedHosts: hostPatterns(text("allow-host")),
    trace: traceOptions(parsed.trace, text("trace-file")),
  };
}
