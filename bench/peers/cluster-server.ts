/**
 * node:http in node:cluster, round robin, with entity tags and an access log in batches: the work that we do too.
 *
 *     node cluster-server.js memory|streams WORKERS ROOT LOG
 */
import cluster from "node:cluster";
import { appendFile, createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import { extname, join } from "node:path";

const FLUSH_MS = 200;
const TYPES: Record<string, string> = { ".html": "text/html; charset=utf-8", ".jpg": "image/jpeg" };
const [, , mode = "memory", workers = "1", root = ".", logFile = ""] = process.argv;

type Found = {
  readonly path: string;
  readonly bytes: number;
  readonly entityTag: string;
  /** Undefined: to be streamed. */
  readonly body: Buffer | undefined;
};

const kept = new Map<string, Found>();
let lines = "";

async function find(url: string): Promise<Found> {
  const path = join(root, decodeURIComponent(url), url.endsWith("/") ? "index.html" : "");
  const { size: bytes, mtimeMs } = await stat(path);
  const body = mode === "memory" ? await readFile(path) : undefined;
  const entityTag = `"${bytes.toString(16)}-${Math.round(mtimeMs).toString(16)}"`;
  return { path, bytes, entityTag, body };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = "", url = "/", httpVersion, headers, socket } = request;
  let found = kept.get(url);
  if (found === undefined) {
    found = await find(url);
    if (mode === "memory") kept.set(url, found);
  }
  const { path, bytes, entityTag, body } = found;
  const isKnown = headers["if-none-match"] === entityTag;
  if (isKnown) response.writeHead(304, { ETag: entityTag }).end();
  else {
    const type = TYPES[extname(path)] ?? "application/octet-stream";
    response.writeHead(200, { "Content-Type": type, "Content-Length": bytes, ETag: entityTag });
    if (body === undefined)
      createReadStream(path)
        .on("error", () => response.destroy())
        .pipe(response);
    else response.end(body);
  }
  const outcome = isKnown ? "304 0" : `200 ${bytes}`;
  lines += `${socket.remoteAddress} - - [${new Date().toISOString()}] "${method} ${url} HTTP/${httpVersion}" ${outcome}\n`;
}

if (cluster.isPrimary) {
  let listening = 0;
  cluster.on("listening", (_worker, { port }) => {
    listening += 1;
    if (listening === Number(workers)) process.stdout.write(`listening on http://127.0.0.1:${port}\n`);
  });
  for (let i = 0; i < Number(workers); i += 1) cluster.fork();
} else {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(404).end());
  });
  setInterval(() => {
    if (lines !== "") appendFile(logFile, lines, () => undefined);
    lines = "";
  }, FLUSH_MS);
  server.listen(0, "127.0.0.1", 511);
}
