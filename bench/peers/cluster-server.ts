/**
 * What a Node programmer would write first: node:http in node:cluster, one page from memory, an access log in batches.
 *
 *     node cluster-server.js WORKERS PAGE CONTENT-TYPE LOG
 */
import cluster from "node:cluster";
import { appendFile, readFileSync } from "node:fs";
import { createServer } from "node:http";

const FLUSH_MS = 200;
const [, , workers = "1", pageFile = "", contentType = "", logFile = ""] = process.argv;

if (cluster.isPrimary) {
  let listening = 0;
  cluster.on("listening", (_worker, { port }) => {
    listening += 1;
    if (listening === Number(workers)) process.stdout.write(`listening on http://127.0.0.1:${port}\n`);
  });
  for (let i = 0; i < Number(workers); i += 1) cluster.fork();
} else {
  let lines = "";
  const page = readFileSync(pageFile);
  const server = createServer((request, response) => {
    response.writeHead(200, { "Content-Type": contentType, "Content-Length": page.length });
    response.end(page);
    const { method, url, httpVersion } = request;
    lines += `${request.socket.remoteAddress} - - [${new Date().toISOString()}] "${method} ${url} HTTP/${httpVersion}" 200 ${page.length}\n`;
  });
  setInterval(() => {
    if (lines !== "") appendFile(logFile, lines, () => undefined);
    lines = "";
  }, FLUSH_MS);
  server.listen(0, "127.0.0.1", 511);
}
