/**
 * The two errors of this server. The status belongs to the throw site, which knows the rule.
 */
import type { Status } from "./status.ts";

/**
 * A request that cannot be answered as asked.
 *
 * @param status what the client is told (RFC 9110 §15)
 * @param reason one sentence that may reach the client: never a path, a stack or a system message
 * @param options.cause what only the log may see
 * @param options.fields further field lines of the response, e.g. `Allow` for a 405
 */
export class HttpError extends Error {
  override readonly name: string = "HttpError";
  readonly status: Status;
  readonly reason: string;
  readonly fields: readonly (readonly [name: string, value: string])[];

  constructor(
    status: Status,
    reason: string,
    options: { cause?: unknown; fields?: readonly (readonly [name: string, value: string])[] } = {},
  ) {
    super(reason, "cause" in options ? { cause: options.cause } : undefined);
    this.status = status;
    this.reason = reason;
    this.fields = options.fields ?? [];
  }
}

/** The section that an octet broke; of our own limits the one that gives them their status. */
export type Rule = `RFC ${number} §${string}`;

/**
 * Octets that are no HTTP/1.x request (RFC 9112 §2.2: 400, and close). Nobody knows where the next message would begin,
 * so the connection closes after the response (§9.6).
 *
 * @param offset the octet that broke the rule, counted from the first octet of the message
 */
export class ParseError extends HttpError {
  override readonly name = "ParseError";
  readonly offset: number;
  readonly rule: Rule;

  constructor(status: Status, offset: number, reason: string, rule: Rule) {
    super(status, reason);
    this.offset = offset;
    this.rule = rule;
  }
}

/** A case that the types say cannot happen: forgetting one does not compile. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
