/**
 * The examples of deploy/ for real: a proxy in front of four instances, of which one is stopped under load.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test, vi } from "vitest";
import { releaseAfter } from "../support/lifetime.ts";
import { findFreePort, findNginx, formatNginxConfiguration, untilItListens } from "../support/nginx-peer.ts";
import { RawClient } from "../support/raw-client.ts";
import { type Server, startServer, within } from "../support/server.ts";
import {
  type TemporaryAlbum,
  createTemporaryAlbum,
  createTemporaryFolder,
  makePicture,
} from "../support/temporary-album.ts";

const NOTE = "just a note\n";
const CLIENTS = 32;
const TARGETS = ["/note.txt", "/photo.jpg", "/photo.jpg?size=320", "/"];

type Proxy = {
  readonly name: string;
  /** Undefined if it is not installed. */
  readonly command: string | undefined;
  readonly example: string;
  readonly listens: string;
  readonly arguments: (directory: string, example: string) => Promise<string[]>;
};

const proxies: Proxy[] = [
  {
    name: "nginx",
    command: findNginx()?.command,
    example: "nginx.conf",
    listens: "listen 80;",
    async arguments(directory, example) {
      await writeFile(join(directory, "all.conf"), formatNginxConfiguration(directory, example));
      return ["-p", directory, "-c", "all.conf"];
    },
  },
  {
    name: "HAProxy",
    command: ["haproxy", "/usr/sbin/haproxy"].find((path) => spawnSync(path, ["-v"]).status === 0),
    example: "haproxy.cfg",
    listens: "bind :80",
    async arguments(directory, example) {
      await writeFile(join(directory, "all.cfg"), example);
      return ["-db", "-f", join(directory, "all.cfg")];
    },
  },
];

const missing = proxies.filter(({ command }) => command === undefined).map(({ name }) => name);
if (missing.length > 0 && process.env["REQUIRE_ALL_TESTS"] !== undefined) {
  throw new Error(`There is no ${missing.join(" and no ")}: apt-get install nginx-light haproxy.`);
}

let album: TemporaryAlbum;

beforeAll(async () => {
  const files = { "note.txt": NOTE, "photo.jpg": await makePicture({ widthPx: 600, heightPx: 400 }) };
  album = await createTemporaryAlbum(files, "file");
});

/** The example as it stands there, but for its ports. */
async function startProxy(proxy: Proxy, command: string, instances: readonly Server[]): Promise<number> {
  const directory = await createTemporaryFolder();
  const port = await findFreePort();
  let example = await readFile(new URL(`../../deploy/${proxy.example}`, import.meta.url), "utf8");
  const replaceOnce = (text: string, by: string): void => {
    if (example.split(text).length !== 2) throw new Error(`${text} is not there just once.`);
    example = example.replace(text, by);
  };
  replaceOnce(proxy.listens, proxy.listens.replace(/:?80/, `127.0.0.1:${port}`));
  for (const [i, instance] of instances.entries()) {
    replaceOnce(`127.0.0.1:${8081 + i}`, `127.0.0.1:${instance.port}`);
  }
  const child: ChildProcess = spawn(command, await proxy.arguments(directory, example), { stdio: "ignore" });
  const exited = once(child, "exit");
  releaseAfter("test", async () => {
    child.kill("SIGTERM");
    await within(10_000, exited, `${proxy.name} did not end`);
  });
  await within(10_000, untilItListens(child, port), `${proxy.name} did not listen`);
  return port;
}

/** How often each answer came: `200 /note.txt`. */
type Tally = Map<string, number>;

/** Clients that keep their connections, and ask one thing after the other until they are told to stop. */
function startClients(port: number): {
  readonly answered: () => number;
  readonly finish: () => Promise<Tally>;
} {
  const tally: Tally = new Map();
  const count = (kind: string): unknown => tally.set(kind, (tally.get(kind) ?? 0) + 1);
  const load = { isOver: false, asked: 0, answered: 0 };

  const askOnOneConnection = async (): Promise<void> => {
    const connection = await RawClient.connect(port);
    while (!load.isOver) {
      const target = TARGETS[load.asked++ % TARGETS.length] ?? "/";
      connection.write(`GET ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      const { status, fields } = await connection.readResponse();
      count(`${status} ${target}`);
      load.answered++;
      if (fields.get("connection") === "close") break;
    }
    connection.destroy();
  };

  const clients = Array.from({ length: CLIENTS }, async () => {
    while (!load.isOver) await askOnOneConnection().catch((error: unknown) => count(String(error)));
  });
  return {
    answered: () => load.answered,
    async finish() {
      load.isOver = true;
      await Promise.all(clients);
      return tally;
    },
  };
}

async function responsesOf(instance: Server): Promise<number> {
  return (await instance.log()).match(/"GET \S+ HTTP\/1\.1" 200/g)?.length ?? 0;
}

for (const proxy of proxies) {
  const { name, command = "" } = proxy;
  const isMissing = command === "";
  test.skipIf(isMissing)(
    `behind ${name}, an instance that is stopped under load costs nobody a request`,
    { timeout: 120_000 },
    async () => {
      const instances = await Promise.all(
        Array.from({ length: 4 }, () => startServer({ root: album.path, workers: 1 })),
      );
      const port = await startProxy(proxy, command, instances);
      const clients = startClients(port);
      const areAnswered = async (requests: number): Promise<void> => {
        const wanted = clients.answered() + requests;
        await vi.waitFor(() => expect(clients.answered()).toBeGreaterThan(wanted), 30_000);
      };
      await areAnswered(2_000);
      expect(await instances[1]?.stop("SIGTERM")).toMatchObject({ code: 0, stderr: "" });
      await areAnswered(2_000);
      const answers = [...(await clients.finish()).keys()];
      expect(answers.sort()).toEqual(TARGETS.map((target) => `200 ${target}`).sort());
      const responses = await Promise.all(instances.map(responsesOf));
      expect(Math.min(...responses)).toBeGreaterThan(100);
    },
  );
}
