/**
 * The least that several processes can be: node:http in node:cluster, one word for everybody. It says where it listens
 * when all of them do.
 *
 *     node plain-cluster.js WORKERS
 */
import cluster from "node:cluster";
import { createServer } from "node:http";

const workers = Number(process.argv[2]);

if (cluster.isPrimary) {
  let listening = 0;
  cluster.on("listening", (_worker, { port }) => {
    listening += 1;
    if (listening === workers) process.stdout.write(`listening on http://127.0.0.1:${port}\n`);
  });
  for (let i = 0; i < workers; i += 1) cluster.fork();
} else {
  createServer((_request, response) => response.end("hello\n")).listen(0, "127.0.0.1");
}
