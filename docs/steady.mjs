/**
 * Asks at a steady pace, whether or not the answers keep up: as visitors come, who know nothing of each other.
 *
 *     node docs/steady.mjs http://127.0.0.1:8080/hello.txt --rate 100 --seconds 3
 *
 * A time is counted from the moment a request was due, not from the moment it could be sent. That is the whole
 * difference to a client that waits for each answer before it asks again.
 */
import { Agent, get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { rate: { type: "string", default: "100" }, seconds: { type: "string", default: "3" } },
});
const [url] = positionals;
if (url === undefined) throw new Error("usage: node docs/steady.mjs URL [--rate N] [--seconds N]");
const count = Number(values.rate) * Number(values.seconds);
const agent = new Agent({ keepAlive: true });

const startMs = performance.now();
/** @type {Promise<number>[]} */
const answers = [];
for (let i = 0; i < count; i++) {
  const dueMs = startMs + (i * 1_000) / Number(values.rate);
  if (dueMs > performance.now()) await sleep(dueMs - performance.now());
  answers.push(answerTo(url, dueMs));
}
const times = (await Promise.all(answers)).sort((a, b) => a - b);
agent.destroy();

const answered = times.filter((ms) => ms < Infinity).length;
process.stdout.write(`${count} requests, ${answered} answered with 200\n`);
for (const percent of [50, 75, 90, 99, 100]) {
  const ms = times[Math.ceil((percent / 100) * count) - 1] ?? NaN;
  process.stdout.write(`${String(percent).padStart(4)}% ${ms.toFixed(ms < 10 ? 1 : 0).padStart(7)} ms\n`);
}

/**
 * @param {string} target
 * @param {number} dueMs
 * @returns {Promise<number>} milliseconds to its last octet; Infinity if it was no good answer
 */
function answerTo(target, dueMs) {
  return new Promise((resolve) => {
    const request = get(target, { agent }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode === 200 ? performance.now() - dueMs : Infinity));
    });
    request.on("error", () => resolve(Infinity));
  });
}
