/**
 * What a request asks for, decided before anything is opened: its method, its path, and the route they lead to.
 */
import { HttpError } from "../http/errors.ts";
import type { FieldLine, Request } from "../http/message.ts";
import { type Resource, findResource } from "./routes.ts";
import { safePath } from "./safe-path.ts";
import { type StorageKey, namesOf, notFound } from "./storage.ts";

export type RequestMeaning =
  | { readonly kind: "options" }
  | { readonly kind: "resource"; readonly key: StorageKey; readonly resource: Resource };

/** Methods that are registered and that nothing here supports (RFC 9110 §9.3, RFC 5789): 405. Others: 501. */
const KNOWN_METHODS = new Set(["POST", "PUT", "DELETE", "CONNECT", "TRACE", "PATCH"]);

/**
 * All of them safe (RFC 9110 §9.2.1), so whoever retries one gets the same again (RFC 9112 §9.3.1). A 405 must name
 * them (RFC 9110 §10.2.1), and OPTIONS does (§9.3.7), also for the server as a whole (RFC 9112 §3.2.4).
 */
export const ALLOW: FieldLine = ["Allow", "GET, HEAD, OPTIONS"];

/** @throws HttpError 405 or 501 for the method, 421 for https, 404 for a path that no served file can have */
export function requestMeaning({ method, target }: Pick<Request, "method" | "target">): RequestMeaning {
  if (target.form === "absolute" && isSecure(target.raw)) throw new HttpError(421, "There is no https here.");
  if (method === "OPTIONS") return { kind: "options" };
  if (method !== "GET" && method !== "HEAD") throw methodRefusal(method);
  if (target.form !== "origin" && target.form !== "absolute") throw notFound();
  const path = safePath(target.segments);
  if (path === undefined) throw notFound();
  const { key, isFolder } = path;
  return {
    kind: "resource",
    key,
    resource: findResource({ firstName: namesOf(key)[0], isFolder }, target.query),
  };
}

/**
 * An absolute-form of the scheme https, which came over a connection that is not secured: to be refused (RFC 9110 §7.4).
 * A gateway that we trust, and that secures it before us, sends origin-form.
 */
function isSecure(rawTarget: string): boolean {
  return /^https:/i.test(rawTarget);
}

/**
 * RFC 9110 §9.1, §15.5.6: 405 for what others support, always with Allow. §15.6.2: 501 for what nobody ever heard of,
 * however long it is (RFC 9112 §3).
 */
function methodRefusal(method: string): HttpError {
  if (KNOWN_METHODS.has(method)) {
    return new HttpError(405, "Photos are only looked at here.", { fields: [ALLOW] });
  }
  return new HttpError(501, "This server does not know the method.");
}
