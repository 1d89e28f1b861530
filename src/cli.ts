#!/usr/bin/env node
/**
 * The entry point: what the command line asks for → the master.
 *
 * Whatever is wrong with it ends in one line on standard error and an exit code that is not 0.
 */
import { settings } from "../settings.ts";
import { takeNotifySocket } from "./command-line/notify-socket.ts";
import { takePassedSocket } from "./command-line/passed-socket.ts";
import { readOptions } from "./command-line/read-options.ts";
import { UsageError } from "./command-line/usage-error.ts";
import { readVersion } from "./command-line/version.ts";
import { runMaster } from "./workers/master.ts";
import { StartError, requireDescriptors } from "./workers/opening.ts";

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

async function main(): Promise<number> {
  const [command, ...args] = process.argv.slice(2);
  if (command === "explain") {
    const { runExplain } = await import("./explain/command.ts"); // a server that starts needs none of it
    return await runExplain(args, settings);
  }
  const options = await readOptions(settings.defaults);
  requireDescriptors(settings.workers.minDescriptors);
  const passedOn = { socket: takePassedSocket(options.accept), notify: takeNotifySocket() };
  process.stdout.on("error", () => undefined); // whoever read it is gone; the photos are still shared
  const { workers, darkrooms, log, trace, timeouts, http, connection, admin } = settings;
  const maxWorkers = settings.defaults.maxWorkers;
  return await runMaster(
    options,
    {
      workers: { ...workers, maxWorkers },
      darkrooms,
      log,
      trace,
      drainMs: timeouts.drainMs,
      adminPort: { http, connection, timeouts, admin },
      version: readVersion(),
    },
    () => readOptions(settings.defaults),
    passedOn,
  );
}

/** What was typed or pasted must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}]/gu, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
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
