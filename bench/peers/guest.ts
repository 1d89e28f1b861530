/**
 * `--peer NAME=COMMAND`: any other server, started by a shell with PORT and ROOT in its environment.
 *
 *     npm run bench -- keep --peer 'seed=python3 httpd.py -p {port} -r {root}'
 */
import { findFreePort } from "../free-port.ts";
import { launch } from "../running-server.ts";
import type { Peer } from "./peer.ts";

/** @throws Error if it is not of the form NAME=COMMAND */
export function parseGuest(text: string): Peer {
  const [, name, command] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || command === undefined) {
    throw new Error(`--peer takes NAME=COMMAND, not ${JSON.stringify(text)}`);
  }
  return {
    name,
    suites: ["accept", "keep", "static"],
    isGuest: true,
    async launch({ root, signal }) {
      const port = String(await findFreePort());
      return await launch({
        name,
        command: "/bin/sh",
        args: ["-c", fillIn(command, port, root)],
        knownUrl: `http://127.0.0.1:${port}`,
        environment: { PORT: port, ROOT: root },
        isGroup: true, // the shell may stay, with the server below it
        signal,
      });
    },
  };
}

/** Quoted for the shell: a folder may be called anything. */
export function fillIn(command: string, port: string, root: string): string {
  const quotedRoot = `'${root.replaceAll("'", `'\\''`)}'`;
  return command.replaceAll("{port}", port).replaceAll("{root}", () => quotedRoot);
}
