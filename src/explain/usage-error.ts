/** What was typed cannot be meant: one line for people, and an exit code for scripts. */
export class UsageError extends Error {}
