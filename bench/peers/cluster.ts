/**
 * Starts cluster-server.ts with the page it is to serve.
 */
import { writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Answer } from "../get.ts";
import { type RunningServer, launch } from "../running-server.ts";

const SCRIPT = fileURLToPath(new URL(`cluster-server${extname(import.meta.filename)}`, import.meta.url));

export async function launchCluster(
  workers: number,
  page: Answer,
  scratchDirectory: string,
  signal: AbortSignal,
): Promise<RunningServer> {
  const pageFile = join(scratchDirectory, "page.html");
  await writeFile(pageFile, page.body);
  return await launch({
    name: `node:cluster + node:http, ${workers} workers`,
    command: process.execPath,
    args: [SCRIPT, String(workers), pageFile, page.contentType, join(scratchDirectory, "cluster.log")],
    signal,
  });
}
