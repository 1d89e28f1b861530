// `npm run demo`: makes the sample library in the user's cache directory, then shares it with the real command.

import { spawn } from "node:child_process";
import { constants, homedir, tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeSampleLibrary } from "./sample-library.ts";

const directory = await makeSomewhere();
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

/** Makes the library in the first place that can be written, and returns that place. */
async function makeSomewhere(): Promise<string> {
  // XDG Base Directory Specification: relative paths in the variable are to be ignored.
  const fromVariable = process.env["XDG_CACHE_HOME"] ?? "";
  const cache = isAbsolute(fromVariable) ? fromVariable : join(homedir(), ".cache");
  const preferred = join(cache, "share-my-photos", "demo-photos");
  try {
    return await make(preferred);
  } catch (error) {
    const fallback = join(tmpdir(), "share-my-photos", "demo-photos");
    process.stderr.write(`\nCannot write ${preferred} (${String(error)}), trying ${fallback}\n`);
    return make(fallback);
  }
}

async function make(target: string): Promise<string> {
  const isTerminal = process.stderr.isTTY;
  let painted = 0;
  const onProgress = (done: number, total: number): void => {
    if (isTerminal) process.stderr.write(`\rPainting ${total} sample photos: ${done}`);
    else if (painted === 0) process.stderr.write(`Painting ${total} sample photos …\n`);
    painted = done;
  };
  await makeSampleLibrary(target, { onProgress });
  if (isTerminal && painted > 0) process.stderr.write("\n");
  return target;
}
