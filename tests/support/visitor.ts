/**
 * Starts and stops the process that looks at the album while something else is done to the server; see
 * visitor-process.ts.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { releaseAfter } from "./lifetime.ts";
import { within } from "./server.ts";
import type { Visits } from "./visitor-process.ts";

export type Visitor = {
  /** Asks for nothing more, and waits for what is under way. */
  readonly leave: () => Promise<Visits>;
};

/** What `npm run build` makes of it. */
const PROCESS_FILE = fileURLToPath(new URL("../../dist/tests/support/visitor-process.js", import.meta.url));

/** Twenty looks a second: as much as a few people who leaf through an album. */
const EVERY_MS = 50;

/** For a first look at everything, while the workers load what they serve with. */
const START_TIMEOUT_MS = 30_000;

/**
 * Resolves when it has seen everything once and goes on.
 *
 * @param patienceMs without an answer for so long a look has failed
 */
export async function startVisitor(
  port: number,
  targets: readonly string[],
  patienceMs: number,
): Promise<Visitor> {
  const child = fork(PROCESS_FILE, [
    String(port),
    JSON.stringify(targets),
    String(EVERY_MS),
    String(patienceMs),
  ]);
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`The visitor ended with ${String(code)}.`);
  });
  ended.catch(() => undefined); // whoever waits for a message is told
  releaseAfter("test", () => void child.kill("SIGKILL"));
  const message = async (): Promise<unknown> => {
    const [told] = (await Promise.race([once(child, "message"), ended])) as unknown[];
    return told;
  };
  await within(START_TIMEOUT_MS, message(), "the visitor has not seen everything");
  return {
    async leave() {
      const report = message();
      child.send("leave");
      return (await within(patienceMs + 5_000, report, "the visitor did not leave")) as Visits;
    },
  };
}
