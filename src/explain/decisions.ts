/**
 * What the server decides about a request before it opens a file, by the same functions.
 */
import { parseAuthority } from "../http/authority.ts";
import { parseByteRanges } from "../http/byte-range.ts";
import { CONTENT_CODINGS, acceptsByName, chooseContentCoding } from "../http/content-negotiation.ts";
import { HttpError, type Rule, unreachable } from "../http/errors.ts";
import { expectation } from "../http/expectation.ts";
import { fieldTokens } from "../http/field-section.ts";
import type { Request } from "../http/message.ts";
import { requestPersists, whyLast } from "../http/persistence.ts";
import { reasonPhrase } from "../http/status.ts";
import { extensionOf } from "../gallery/media-type.ts";
import { findOwnFile } from "../gallery/own-files.ts";
import { requestMeaning } from "../gallery/request-meaning.ts";
import { type Resource, isPageNumber } from "../gallery/routes.ts";
import { isServedName, safePath } from "../gallery/safe-path.ts";
import { type StorageKey, nameOf } from "../gallery/storage.ts";
import type { Decision } from "./explanation.ts";
import { visibleName } from "./visible.ts";

export type Site = {
  readonly maxRanges: number;
  /** Of pictures, in lower case. */
  readonly extensions: readonly string[];
  readonly maxDiscardedBodyBytes: number;
  readonly thumbnailSizesPx: readonly number[];
};

/** In the order in which the server comes to them; of fields that are not there, none. */
export function decide(request: Request, site: Site): Decision[] {
  return [
    decideTarget(request),
    decideHost(request),
    decideBody(request),
    ...decideExpectation(request),
    decideConnection(request, site.maxDiscardedBodyBytes),
    ...decideConditions(request),
    ...decideRange(request, site.maxRanges),
    ...decideCoding(request),
    decideAnswer(request, site),
  ];
}

function decideTarget({ target }: Request): Decision {
  const decision = (sentence: string, rule: Rule): Decision => {
    const outcome = `${target.form}-form`;
    return { topic: "target", outcome, sentence: `${outcome}: ${sentence}`, rule };
  };
  switch (target.form) {
    case "origin":
      return decision(`${pathAndQuery(target)}.`, "RFC 9112 §3.2.1");
    case "absolute":
      return decision(`${pathAndQuery(target)}. Its authority is not looked at.`, "RFC 9112 §3.2.2");
    case "authority":
      return decision("a host and a port, for a proxy to connect to.", "RFC 9112 §3.2.3");
    case "asterisk":
      return decision("the server as a whole.", "RFC 9112 §3.2.4");
    default:
      return unreachable(target);
  }
}

function pathAndQuery(target: {
  readonly segments: readonly string[];
  readonly query: string | undefined;
}): string {
  const path = `the segments ${target.segments.map(visibleName).join(", ")}`;
  if (target.query === undefined) return path;
  const parameters = Array.from(new URLSearchParams(target.query), (parameter) =>
    parameter.map(visibleName).join(" = "),
  );
  return `${path}; the query ${parameters.join(", ") || "is empty"}`;
}

function decideHost({ fields }: Request): Decision {
  const topic = "Host";
  const rule = "RFC 9112 §3.2";
  const value = fields.get("host");
  if (value === undefined) return { topic, outcome: "absent", sentence: "None: HTTP/1.0 needs none.", rule };
  if (value === "") return { topic, outcome: "empty", sentence: "An empty one, which is valid.", rule };
  const { host = "", port } = parseAuthority(value) ?? {};
  const authority = port === undefined ? visibleName(host) : `${visibleName(host)}, port ${port}`;
  const sentence = `One, and valid: ${authority}. There is but one site here, so it changes nothing.`;
  return { topic, outcome: "valid", sentence, rule };
}

function decideBody({ framing }: Request): Decision {
  const decision = (sentence: string): Decision => ({
    topic: "body",
    outcome: framing.kind,
    sentence,
    rule: "RFC 9112 §6.3",
  });
  switch (framing.kind) {
    case "none":
      return decision("None: there is no Transfer-Encoding and no Content-Length.");
    case "content-length":
      return decision(`By Content-Length: ${octetCount(framing.lengthBytes)} of content.`);
    case "chunked":
      return decision("By Transfer-Encoding: chunks, up to one of size 0, and a trailer section.");
    default:
      return unreachable(framing);
  }
}

const EXPECTATIONS = {
  "100-continue": "The client waits before it sends its content. It gets the final status, and no 100.",
  unknown: "None that can be met.",
} as const;

function decideExpectation({ version, fields, framing }: Request): Decision[] {
  if (!fields.has("expect")) return [];
  const outcome = expectation(version, fields);
  const rule = "RFC 9110 §10.1.1";
  if (outcome === "none") {
    const isEmpty = fieldTokens(fields, "expect").length === 0;
    const sentence = isEmpty ? "It names none." : "HTTP/1.0 knows no expectation: it is ignored.";
    return [{ topic: "expectation", outcome, sentence, rule }];
  }
  const isIdle = outcome === "100-continue" && !hasContent(framing);
  const sentence = isIdle ? "There is no content to wait with: it changes nothing." : EXPECTATIONS[outcome];
  return [{ topic: "expectation", outcome, sentence, rule }];
}

function hasContent(framing: Request["framing"]): boolean {
  return framing.kind === "chunked" || (framing.kind === "content-length" && framing.lengthBytes > 0);
}

function decideConnection(request: Request, maxDiscardedBodyBytes: number): Decision {
  const { version, fields } = request;
  const outcome = whyLast(request, maxDiscardedBodyBytes) === undefined ? "persists" : "closes";
  const decision = (sentence: string, rule: Rule = "RFC 9112 §9.3"): Decision => ({
    topic: "connection",
    outcome,
    sentence,
    rule,
  });
  const isOld = version.minor === 0;
  if (outcome === "persists" && request.framing.kind === "chunked") {
    return decision(`Persists if the content is no longer than ${octetCount(maxDiscardedBodyBytes)}.`);
  }
  if (outcome === "persists") {
    return decision(
      isOld ? "Persists: Connection says keep-alive." : "Persists: Connection does not say close.",
    );
  }
  if (!requestPersists(version, fields)) {
    const isSaid = fieldTokens(fields, "connection").includes("close");
    return decision(isSaid ? "Closes: Connection says close." : "Closes: HTTP/1.0 has to ask for more.");
  }
  if (expectation(version, fields) !== "none") {
    return decision("Closes: the content may never come.", "RFC 9110 §10.1.1");
  }
  return decision(
    `Closes: content is read and dropped up to ${octetCount(maxDiscardedBodyBytes)}, and this is more.`,
  );
}

const CONDITIONS = ["If-Match", "If-Unmodified-Since", "If-None-Match", "If-Modified-Since"];

function decideConditions({ fields }: Request): Decision[] {
  const present = CONDITIONS.filter((name) => fields.has(name.toLowerCase()));
  if (present.length === 0) return [];
  const isOverruled = (name: string): boolean =>
    (name === "If-Unmodified-Since" && present.includes("If-Match")) ||
    (name === "If-Modified-Since" && present.includes("If-None-Match"));
  const overruled = present.filter(isOverruled);
  const evaluated = present.filter((name) => !isOverruled(name));
  const dates = overruled.length === 0 ? "" : ` Not ${overruled.join(", nor ")}: an entity tag decides.`;
  return [
    {
      topic: "conditions",
      outcome: evaluated.join(", "),
      sentence: `For what exists, evaluated in this order: ${evaluated.join(", ")}.${dates}`,
      rule: "RFC 9110 §13.2.2",
    },
  ];
}

function decideRange({ method, fields }: Request, maxRanges: number): Decision[] {
  const value = fields.get("range");
  if (value === undefined) return [];
  const isUnderstood = parseByteRanges(value, Number.MAX_SAFE_INTEGER, maxRanges) !== "whole";
  const outcome = method === "GET" && isUnderstood ? "present" : "ignored";
  const condition = fields.has("if-range") ? " If-Range decides whether it counts." : "";
  if (method === "GET" && !isUnderstood) {
    const sentence = "Ignored: of another unit, malformed, overlapping or too many. All is sent.";
    return [{ topic: "range", outcome, sentence, rule: "RFC 9110 §14.2" }];
  }
  const sentence =
    outcome === "present"
      ? `Parts are asked for, which a file has and a page has not: ${visibleName(value)}.${condition}`
      : "Ignored: it has a meaning for GET only.";
  return [{ topic: "range", outcome, sentence, rule: "RFC 9110 §14.2" }];
}

function decideCoding({ fields }: Request): Decision[] {
  const value = fields.get("accept-encoding");
  if (value === undefined) return [];
  const coding = chooseContentCoding(value, CONTENT_CODINGS);
  const sentence =
    coding === undefined
      ? "A page is refused: every coding of ours is. A file has none, and is sent."
      : `A page is sent in ${coding}; a file has no coding.`;
  return [{ topic: "coding", outcome: coding ?? "none", sentence, rule: "RFC 9110 §12.5.3" }];
}

/** What is sent back, as far as it can be told without looking into a folder. */
function decideAnswer(request: Request, site: Site): Decision {
  const topic = "answer";
  try {
    if (expectation(request.version, request.fields) === "unknown") {
      throw new HttpError(417, "This server knows no expectation but 100-continue.");
    }
    const meaning = requestMeaning(request);
    if (meaning.kind === "options") {
      return { topic, outcome: "204", sentence: "204 No Content: what is allowed.", rule: "RFC 9110 §9.3.7" };
    }
    const { resource, key } = meaning;
    const sentence = describeResource(resource, key, request, site);
    return request.method === "HEAD"
      ? { topic, outcome: resource.kind, sentence: `${sentence} Its head only.`, rule: "RFC 9110 §9.3.2" }
      : { topic, outcome: resource.kind, sentence, rule: "RFC 9110 §9.3.1" };
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    const { status, reason } = error;
    const sentence = `${status} ${reasonPhrase(status)}: ${reason}${refusedName(request)}`;
    return { topic, outcome: String(status), sentence, rule: STATUS_RULES[status] ?? "RFC 9110 §15" };
  }
}

/** Which name in the path no served file has; nothing where it is not for a name that the request is refused. */
function refusedName({ method, target }: Request): string {
  const isLookedUp = (method === "GET" || method === "HEAD") && "segments" in target;
  if (!isLookedUp || safePath(target.segments) !== undefined) return "";
  const name = target.segments.find((segment) => !isServedName(segment)) ?? "";
  return ` No file that is served has the name ${visibleName(name)}.`;
}

const STATUS_RULES: Readonly<Record<number, Rule>> = {
  400: "RFC 9110 §15.5.1",
  404: "RFC 9110 §15.5.5",
  405: "RFC 9110 §15.5.6",
  415: "RFC 9110 §15.5.16",
  417: "RFC 9110 §15.5.18",
  421: "RFC 9110 §15.5.20",
  501: "RFC 9110 §15.6.2",
};

/** @throws HttpError for what is refused without looking */
function describeResource(resource: Resource, key: StorageKey, request: Request, site: Site): string {
  const name = visibleName(key);
  switch (resource.kind) {
    case "own-file":
      findOwnFile(`/${key}`);
      return "One of the server's own files.";
    case "folder": {
      const folder = key === "" ? "the root" : `the folder ${name}`;
      const { page } = resource;
      if (page !== undefined && !isPageNumber(page)) {
        return `The index.html of ${folder}; without one 404, since no album has a page ${visibleName(page)}.`;
      }
      return `The album page of ${folder}${page === undefined ? "" : `, page ${visibleName(page)}`}; or its index.html.`;
    }
    case "thumbnail": {
      const sizePx = site.thumbnailSizesPx.find((allowed) => String(allowed) === resource.size);
      if (sizePx === undefined) throw new HttpError(400, "There are no thumbnails of this size.");
      if (!site.extensions.includes(extensionOf(nameOf(key)))) {
        throw new HttpError(415, "By its name it is no picture.");
      }
      const format = acceptsByName(request.fields.get("accept"), "image/webp") ? "WebP" : "JPEG";
      return `A thumbnail of ${name} that fits in ${sizePx} × ${sizePx}, as ${format}.`;
    }
    case "photo-page":
      return `The page of the photo ${name}.`;
    case "file":
      return resource.isDownload
        ? `The file ${name}, to be saved as ${visibleName(nameOf(key))}.`
        : `The file ${name} as it is.`;
    default:
      return unreachable(resource);
  }
}

function octetCount(count: number): string {
  return count === 1 ? "1 octet" : `${count} octets`;
}
