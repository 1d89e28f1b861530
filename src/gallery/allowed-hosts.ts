/**
 * A server that answers to certain names only (--allow-host). To all others it is the wrong one (RFC 9110 §7.4).
 *
 * That is what stops DNS rebinding: a page elsewhere, whose name is made to lead to this machine, has its visitor's
 * browser ask us, but under its own name.
 */
import { HttpError } from "../http/errors.ts";
import { hostOf } from "../http/host.ts";
import type { Handler } from "../http/message.ts";

/**
 * @param patterns hosts without ports; `*.` and the end of one stands for all below it, and not for itself
 * @returns a handler that throws an HttpError 421 for a request under any other name, or under none
 */
export function answerOnlyTo(patterns: readonly string[], handler: Handler): Handler {
  const all = patterns.map((pattern) => pattern.toLowerCase()); // RFC 9110 §4.2.3
  const names = new Set(all.filter((pattern) => !pattern.startsWith("*.")));
  const endings = all.filter((pattern) => pattern.startsWith("*.")).map((pattern) => pattern.slice(1));
  const isOurs = (host: string): boolean =>
    names.has(host) || endings.some((ending) => host.endsWith(ending) && host.length > ending.length);
  return (request, client) => {
    if (!isOurs(hostOf(request))) throw new HttpError(421, "This server does not answer to that name.");
    return handler(request, client);
  };
}
