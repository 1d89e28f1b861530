/**
 * nginx in front of four instances, as deploy/nginx.conf has it, of which one is killed and one stopped under load.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { abArguments, parseAb } from "../../bench/ab.ts";
import { runTool } from "../../bench/run-tool.ts";
import { releaseAfter } from "../support/lifetime.ts";
import { findFreePort, findNginx, formatNginxConfiguration, untilItListens } from "../support/nginx-peer.ts";
import { type Server, kill, within } from "../support/server.ts";
import { createTemporaryFolder } from "../support/temporary-album.ts";
import { NOTE, createVisitedAlbum, startWarmServer, underAttack } from "./attack.ts";

const INSTANCES = 4;
const LOAD = { tool: "ab", requests: 100_000, concurrency: 25, keepAlive: false } as const;
const LOAD_TIMEOUT_MS = 120_000;
const BETWEEN_MS = 2_000;

const nginx = findNginx();
const isComplete = nginx !== undefined && spawnSync("ab", ["-V"]).status === 0;
if (!isComplete && process.env["REQUIRE_ALL_TESTS"] !== undefined) {
  throw new Error("There is no nginx or no ab: apt-get install nginx-light apache2-utils.");
}

/** @returns its port */
async function startNginx(command: string, instances: readonly Server[]): Promise<number> {
  const directory = await createTemporaryFolder();
  const port = await findFreePort();
  const example = await readFile(new URL("../../deploy/nginx.conf", import.meta.url), "utf8");
  const ports = instances.map((instance, i) => [`127.0.0.1:${8081 + i};`, `127.0.0.1:${instance.port};`]);
  const here = [["listen 80;", `listen 127.0.0.1:${port};`], ...ports].reduce(
    (text, [from = "", to = ""]) => {
      expect(text.split(from)).toHaveLength(2);
      return text.replace(from, to);
    },
    example,
  );
  await writeFile(join(directory, "all.conf"), formatNginxConfiguration(directory, here));
  const child = spawn(command, ["-p", directory, "-c", "all.conf"], { stdio: "ignore" });
  const exited = once(child, "exit");
  releaseAfter("test", async () => {
    child.kill("SIGTERM");
    await within(10_000, exited, "nginx did not end");
  });
  await within(10_000, untilItListens(child, port), "nginx did not listen");
  return port;
}

test.skipIf(!isComplete)(
  "behind nginx, an instance that is killed and one that is stopped cost none of 100,000 requests",
  { timeout: 300_000 },
  async () => {
    const album = await createVisitedAlbum();
    const instances: Server[] = [];
    for (let i = 0; i < INSTANCES; i++) instances.push(await startWarmServer(album.path, { workers: 1 }));
    const [first, killed, stopped] = instances;
    if (first === undefined || killed === undefined || stopped === undefined) throw new Error("Too few.");
    const port = await startNginx(nginx?.command ?? "", instances);
    const attacked = await underAttack(
      { ...first, port },
      "an instance behind nginx killed, another stopped",
      async () => {
        const { signal } = new AbortController();
        const args = abArguments(LOAD, `http://127.0.0.1:${port}/note.txt`);
        const load = runTool("ab", args, { timeoutMs: LOAD_TIMEOUT_MS, signal });
        await wait(BETWEEN_MS);
        for (const pid of [killed.pid, ...(await killed.workerPids())]) kill(pid, "SIGKILL");
        await wait(BETWEEN_MS);
        const atOnce = await Promise.race([load, stopped.stop("SIGTERM")]);
        expect(atOnce).toMatchObject({ code: 0, stderr: "" }); // the load was still going on
        const report = parseAb((await load).stdout);
        expect(report).toMatchObject({
          completed: LOAD.requests,
          failed: 0,
          non2xx: 0,
          documentBytes: NOTE.length,
        });
      },
    );
    expect(attacked.visits.failures).toEqual([]);
    expect(attacked.visits.answersMs.length).toBeGreaterThan(0);
  },
);
