/**
 * Processes of ours that do a part of the measuring: they are told what to do and tell what came of it.
 */
import { type ChildProcess, fork } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * A script of the harness as a process. It ends when we do, since nobody can tell it anything then.
 *
 * @param name without extension, from `bench/`: beside the compiled harness it is compiled, beside the source source
 */
export function forkScript(name: string, args: readonly string[] = []): ChildProcess {
  const script = fileURLToPath(new URL(`${name}${extname(import.meta.filename)}`, import.meta.url));
  return fork(script, args);
}

/**
 * @returns what it answers
 * @throws Error as nextMessage
 */
export async function askChild(
  child: ChildProcess,
  message: object | string,
  signal: AbortSignal,
): Promise<unknown> {
  const answer = nextMessage(child, signal);
  child.send(message, () => undefined); // that nobody is there to take it is told by the answer
  return await answer;
}

/** @throws Error if it comes to its end without a word, or the signal is given */
export function nextMessage(child: ChildProcess, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => () => {
      forget();
      reject(new Error(reason));
    };
    const gone = fail("a process of the harness came to its end by itself");
    const interrupted = fail("interrupted");
    const told = (message: unknown): void => {
      forget();
      resolve(message);
    };
    const forget = (): void => {
      child.off("exit", gone);
      child.off("message", told);
      signal.removeEventListener("abort", interrupted);
    };
    child.on("exit", gone);
    child.on("message", told);
    signal.addEventListener("abort", interrupted);
    if (child.exitCode !== null || child.signalCode !== null) gone();
    if (signal.aborted) interrupted();
  });
}
