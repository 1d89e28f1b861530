/**
 * What standard output says when everybody is ready. Scripts rely on its first line; the rest is for people.
 */
import { networkInterfaces } from "node:os";
import { basename } from "node:path";
import type { WorkMessage } from "./messages.ts";
import { type Log, escapeForLog } from "./log.ts";
import type { ServerOptions } from "./options.ts";

const LOOPBACK = /^(?:127(?:\.\d+){3}|::1|localhost)$/;
const NO_PASSWORD = "Everybody who can reach this address sees these photos: there is no password.";
const ANY_ADDRESS = /^(?:0\.0\.0\.0|::)$/;

/**
 * `listening on http://HOST:PORT`, with the port that was found if any would do.
 *
 * @param statusLink where who runs the server can watch it; undefined for nowhere
 */
export function announce(
  { host }: ServerOptions,
  port: number,
  log: Log,
  statusLink: string | undefined,
): void {
  const more = statusLink === undefined ? "" : `status at ${statusLink}\n`;
  process.stdout.write(`listening on ${link(host, port)}\n${more}`);
  if (!LOOPBACK.test(host)) log.line(`warning: ${NO_PASSWORD}`);
}

/** What there is to see and where from. */
export function announceDetails(
  { host, rootDirectory, workers }: ServerOptions,
  port: number,
  survey: WorkMessage & { kind: "surveyed" },
): void {
  const integers = new Intl.NumberFormat("en");
  const count = (number: number, word: string): string =>
    `${integers.format(number)} ${word}${number === 1 ? "" : "s"}`;
  const gigabytes = new Intl.NumberFormat("en", { maximumFractionDigits: 1, minimumFractionDigits: 1 });
  const size =
    survey.sizeBytes < 1e9
      ? `${integers.format(Math.round(survey.sizeBytes / 1e6))} MB`
      : `${gigabytes.format(survey.sizeBytes / 1e9)} GB`;
  const seen = [count(survey.albums, "album"), count(survey.photos, "photo"), size].join(", ");
  const lines = [
    "",
    `  share-my-photos  ${escapeForLog(basename(rootDirectory) || rootDirectory)}: ${seen}   ${count(workers, "worker")}`,
    `    Local    ${link(ANY_ADDRESS.test(host) ? "localhost" : host, port)}/`,
    ...networkAddresses(host).map((address) => `    Network  ${link(address, port)}/`),
    "  Ctrl-C to stop",
    "",
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** Addresses others can use, if the server is bound to all of this machine's. */
function networkAddresses(host: string): string[] {
  if (!ANY_ADDRESS.test(host)) return LOOPBACK.test(host) ? [] : [host];
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  return addresses
    .filter(({ internal, family }) => !internal && family === "IPv4")
    .map(({ address }) => address);
}

/** To the whole of it. */
export function link(host: string, port: number): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
