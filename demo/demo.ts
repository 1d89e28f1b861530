// `npm run demo`: makes the sample library in the user's cache directory, then shares it with the real command.

import { spawn } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { openCachedLibrary } from "./cached-library.ts";

let isProgressShown = false;
const directory = await openCachedLibrary(showProgress);
const cli = fileURLToPath(new URL("../src/cli.js", import.meta.url));
const server = spawn(process.execPath, [cli, "--rootdir", directory, ...process.argv.slice(2)], {
  stdio: "inherit",
});

process.on("SIGINT", () => {
  // Ctrl-C in a terminal reaches the whole foreground group, so the server has it already; a second one might be
  // taken for impatience. Without a terminal the signal was meant for this process alone.
  if (!process.stdin.isTTY) server.kill("SIGINT");
});
process.on("SIGTERM", () => server.kill("SIGTERM"));
server.on("exit", (code, signal) => {
  // As a shell reports it: a process that a signal ended has the status 128 + its number.
  process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
});

function showProgress(done: number, total: number): void {
  if (process.stderr.isTTY) {
    process.stderr.write(`\rPainting ${total} sample photos: ${done}${done === total ? "\n" : ""}`);
  } else if (!isProgressShown) process.stderr.write(`Painting ${total} sample photos …\n`);
  isProgressShown = true;
}
