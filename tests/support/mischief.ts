/**
 * What befalls a worker in real life, brought about on purpose: a module that Node.js loads into the processes of the
 * real command before anything else.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createTemporaryFolder } from "./temporary-album.ts";

/**
 * @param inWorkers JavaScript, run in each worker before it starts
 * @param inMaster likewise in the process that is started
 * @returns variables with which to start the command
 */
export async function mischief(inWorkers: string, inMaster = ""): Promise<Record<string, string>> {
  const file = join(await createTemporaryFolder(), "mischief.mjs");
  const isWorker = "/\\/worker\\.js$/.test(process.argv[1])";
  await writeFile(file, `if (${isWorker}) {\n${inWorkers}\n} else {\n${inMaster}\n}\n`);
  return { NODE_OPTIONS: `--import ${pathToFileURL(file).href}` };
}
