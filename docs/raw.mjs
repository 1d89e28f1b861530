/**
 * Sends standard input over TCP as it is, octet for octet, and prints what comes back.
 *
 *     printf 'GET /hello.txt HTTP/1.0\r\n\r\n' | node docs/raw.mjs 8080
 *
 * It adds nothing and understands nothing, which is what makes it useful: whatever looks like HTTP in what you see was
 * written by you or by the server. It ends when the server closes the connection, or when both have been silent.
 */
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

const USAGE = `usage: node docs/raw.mjs PORT [options] < octets
  --host HOST        instead of this machine (127.0.0.1)
  --octet-ms MS      one octet at a time, so many milliseconds apart
  --half-close       say "no more from me" (FIN) behind the last octet, and go on reading
  --wait MS          how long silence may last once everything was sent (1000); then we close
  --read-nothing MS  take nothing the server sends for so long, as a client that cannot keep up
  --tell             tell on standard error what happens to the connection, and when
`;

const { values: options, positionals } = readArguments();
const startMs = performance.now();
const socket = connect({
  port: Number(positionals[0]),
  host: options.host,
  noDelay: true,
  allowHalfOpen: true,
});
let receivedOctets = 0;
/** @type {NodeJS.Timeout | undefined} runs as long as nothing happens */
let silence = undefined;

process.stdout.on("error", () => process.exit()); // whoever read it has seen enough, as in `| head -n 1`
socket.on("error", (error) => {
  const isReset = "code" in error && error.code === "ECONNRESET";
  process.stderr.write(`raw: ${isReset ? "the connection was reset" : error.message}\n`);
  process.exit(1);
});
socket.on("end", () => finish("the server closed"));

await once(socket, "connect");
tell("connected");
await Promise.all([send(), receive()]);
silence = setTimeout(() => finish(`silence for ${options.wait} ms: we close`), Number(options.wait));

async function send() {
  let sentOctets = 0;
  const octetMs = options["octet-ms"];
  for await (const piece of /** @type {AsyncIterable<Buffer>} */ (process.stdin)) {
    for (const octets of octetMs === undefined ? [piece] : oneByOne(piece)) {
      if (octetMs !== undefined && sentOctets > 0) await sleep(Number(octetMs));
      socket.write(octets);
      sentOctets += octets.length;
    }
  }
  tell(`sent ${sentOctets} octets`);
  if (!options["half-close"]) return;
  socket.end();
  tell("half-closed");
}

/** @param {Buffer} piece */
function* oneByOne(piece) {
  for (let at = 0; at < piece.length; at++) yield piece.subarray(at, at + 1);
}

/** What is not read waits in the kernel, first in ours and then in the server's. */
async function receive() {
  await sleep(Number(options["read-nothing"]));
  socket.on("data", (octets) => {
    if (receivedOctets === 0) tell("the first octets arrive");
    receivedOctets += octets.length;
    process.stdout.write(octets);
    silence?.refresh();
  });
}

/** @param {string} because */
function finish(because) {
  tell(`received ${receivedOctets} octets; ${because}`);
  process.stdout.write("", () => process.exit()); // once all that came is printed; the socket closes with the process
}

/** @param {string} event */
function tell(event) {
  if (options.tell) process.stderr.write(`[${Math.round(performance.now() - startMs)} ms] ${event}\n`);
}

function readArguments() {
  const parsed = parseArgs({
    allowPositionals: true,
    options: {
      host: { type: "string", default: "127.0.0.1" },
      "octet-ms": { type: "string" },
      "half-close": { type: "boolean", default: false },
      wait: { type: "string", default: "1000" },
      "read-nothing": { type: "string", default: "0" },
      tell: { type: "boolean", default: false },
    },
  });
  if (parsed.positionals.length !== 1) {
    process.stderr.write(USAGE);
    process.exit(2);
  }
  return parsed;
}
