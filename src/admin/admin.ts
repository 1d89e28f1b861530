/**
 * What who runs the server may ask it, on a port of its own: whether it is well, what it does, and the same in numbers.
 *
 *     /-/health     200 or 503, for balancers and containers
 *     /-/metrics    for Prometheus
 *     /-/status     for people; as JSON for who accepts that, or asks for ?json
 */
import { acceptsByName } from "../http/content-negotiation.ts";
import { HttpError } from "../http/errors.ts";
import { hostOf } from "../http/host.ts";
import type { FieldLine, Handler, Request, Response } from "../http/message.ts";
import { type Status, reasonPhrase } from "../http/status.ts";
import { EXPOSITION_TYPE, formatExposition } from "./exposition.ts";
import { isNameOfThisMachine } from "./loopback-host.ts";
import { metricsOf } from "./metrics.ts";
import type { Snapshot } from "./snapshot.ts";
import { STATUS_POLICY, formatStatusPage } from "./status-page.ts";

export type AdminParts = {
  /** Whether connections come from this machine only: then no other name leads here. */
  readonly isLoopback: boolean;
  /** Whether somebody serves, and shall. */
  readonly isHealthy: () => boolean;
  readonly takeSnapshot: () => Promise<Snapshot>;
  /** So often the page for people asks for itself again. */
  readonly refreshSeconds: number;
};

export const STATUS_PATH = "/-/status";

/** A moment later it would be wrong. */
const NO_STORE: FieldLine = ["Cache-Control", "no-store"];
const NOSNIFF: FieldLine = ["X-Content-Type-Options", "nosniff"];
const VARY: FieldLine = ["Vary", "Accept"];
const TEXT = "text/plain; charset=utf-8";

export function createAdmin({ isLoopback, isHealthy, takeSnapshot, refreshSeconds }: AdminParts): Handler {
  return (request) => {
    if (isLoopback) refuseOtherNames(request);
    if (request.method !== "GET" && request.method !== "HEAD") {
      throw new HttpError(405, "Numbers are only looked at here.", { fields: [["Allow", "GET, HEAD"]] });
    }
    switch (pathOf(request)) {
      case "/":
        return answer(301, TEXT, `See ${STATUS_PATH}\n`, [["Location", STATUS_PATH]]);
      case "/-/health":
        return isHealthy() ? answer(200, TEXT, "ok\n") : answer(503, TEXT, "not serving\n");
      case "/-/metrics":
        return takeSnapshot()
          .then((snapshot) => formatExposition(metricsOf(snapshot)))
          .then((text) => answer(200, EXPOSITION_TYPE, text));
      case STATUS_PATH:
        return takeSnapshot().then((snapshot) => statusResponse(request, snapshot, refreshSeconds));
      default:
        throw new HttpError(404, `There is nothing of that name here; see ${STATUS_PATH}`);
    }
  };
}

/** What cannot be answered, in two lines: whoever asks here reads text. */
export function adminErrorResponse({ status, reason, fields }: HttpError): Response {
  return answer(status, TEXT, `${status} ${reasonPhrase(status)}\n${reason}\n`, fields);
}

/**
 * A page elsewhere, whose name is made to lead to this machine (DNS rebinding), would be of the same origin as ours in
 * its visitor's browser. Such a browser says that name in Host, or says that it goes to it (RFC 9110 §7.4).
 */
function refuseOtherNames(request: Request): void {
  if (isNameOfThisMachine(hostOf(request))) return;
  throw new HttpError(421, "Ask for it by an IP address, or as localhost.");
}

/** Empty for a target without one. */
function pathOf({ target }: Request): string {
  if (target.form !== "origin" && target.form !== "absolute") return "";
  return `/${target.segments.join("/")}`;
}

function statusResponse({ target, fields }: Request, snapshot: Snapshot, refreshSeconds: number): Response {
  const isAskedFor = "query" in target && new URLSearchParams(target.query).has("json");
  if (isAskedFor || acceptsByName(fields.get("accept"), "application/json")) {
    return answer(200, "application/json", `${JSON.stringify(snapshot, undefined, 2)}\n`, [VARY]);
  }
  const page = formatStatusPage(snapshot, refreshSeconds);
  return answer(200, "text/html; charset=utf-8", page, [VARY, ["Content-Security-Policy", STATUS_POLICY]]);
}

function answer(
  status: Status,
  contentType: string,
  text: string,
  fields: readonly FieldLine[] = [],
): Response {
  return {
    status,
    fields: [["Content-Type", contentType], ...fields, NO_STORE, NOSNIFF],
    content: { kind: "bytes", bytes: Buffer.from(text) },
  };
}
