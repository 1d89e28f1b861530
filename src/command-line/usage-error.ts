/**
 * What is wrong with the command line, in one line for the person who typed it.
 */

/** A flag, a variable or a line of the configuration that cannot be meant. */
export class UsageError extends Error {}

/** The system's name for what went wrong, as ENOENT. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
