/**
 * Fastify with its plugin for files, in node:cluster, with the same log as the others.
 *
 *     node fastify-server.js WORKERS ROOT LOG
 */
import cluster from "node:cluster";
import { appendFile } from "node:fs";

const FLUSH_MS = 200;
const [, , workers = "1", root = ".", logFile = ""] = process.argv;

/** What we use of it: it is no dependency, so its own types may not be here. */
type Fastify = () => {
  register(plugin: unknown, options: unknown): unknown;
  addHook(name: "onResponse", hook: (request: Request, reply: Reply, done: () => void) => void): unknown;
  listen(options: { port: number; host: string; backlog: number }): Promise<string>;
};
type Request = { readonly ip: string; readonly method: string; readonly url: string };
type Reply = { readonly statusCode: number; getHeader(name: string): string | number | undefined };

async function load(packageName: string): Promise<unknown> {
  const module = (await import(packageName)) as { default: unknown };
  return module.default;
}

async function serve(): Promise<void> {
  const server = ((await load("fastify")) as Fastify)();
  server.register(await load("@fastify/static"), { root });
  let lines = "";
  server.addHook("onResponse", ({ ip, method, url }, reply, done) => {
    const length = reply.getHeader("content-length") ?? "-";
    lines += `${ip} - - [${new Date().toISOString()}] "${method} ${url}" ${reply.statusCode} ${length}\n`;
    done();
  });
  setInterval(() => {
    if (lines !== "") appendFile(logFile, lines, () => undefined);
    lines = "";
  }, FLUSH_MS);
  await server.listen({ port: 0, host: "127.0.0.1", backlog: 511 });
}

if (cluster.isPrimary) {
  let listening = 0;
  cluster.on("listening", (_worker, { port }) => {
    listening += 1;
    if (listening === Number(workers)) process.stdout.write(`listening on http://127.0.0.1:${port}\n`);
  });
  for (let i = 0; i < Number(workers); i += 1) cluster.fork();
} else {
  await serve();
}
