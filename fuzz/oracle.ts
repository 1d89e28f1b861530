/**
 * Octets → the responses they must lead to, by the pure parser alone: no socket, no cuts, no time.
 *
 * What a server may decide by itself is spelled out once more here: when a connection ends, and what a method gets.
 */
import { ParseError } from "../src/http/errors.ts";
import { expectation } from "../src/http/expectation.ts";
import type { Request } from "../src/http/message.ts";
import { requestPersists } from "../src/http/persistence.ts";
import { RequestParser } from "../src/http/request-parser.ts";
import { settings } from "../settings.ts";
import { TEXT_FILES } from "./generate.ts";

export type Expected = {
  /** Of the request, if it could be read: HEAD has a response without content. */
  readonly method: string | undefined;
  /** One of these. */
  readonly statuses: readonly number[];
  /** Exactly this, where it is known. */
  readonly content: string | undefined;
  /** Whether the connection ends with it, which it has to say (RFC 9112 §9.6). */
  readonly closes: boolean;
};

export type Prediction = {
  /** While the client may still send. */
  readonly responses: readonly Expected[];
  /** One more if it ends there: the refusal of a message that has begun. */
  readonly atEnd: readonly Expected[];
  /** Whether the server ends the connection, whatever the client does. */
  readonly closes: boolean;
};

/** Methods that a gallery could support, and does not: 405. */
const REFUSED_METHODS = new Set(["POST", "PUT", "DELETE", "CONNECT", "TRACE", "PATCH"]);
const ANSWERS_TO_GET = [200, 206, 301, 304, 400, 403, 404, 406, 412, 415, 416];

export function predict(wire: Uint8Array): Prediction {
  const parser = new RequestParser(settings.http);
  const responses: Expected[] = [];
  parser.push(wire);
  for (;;) {
    const next = nextRequest(parser);
    if (next === "between") return { responses, atEnd: [], closes: false };
    if (next === "begun") return { responses, atEnd: [refusal(parser.method, 400)], closes: false };
    if (next instanceof ParseError) {
      return { responses: [...responses, refusal(parser.method, next.status)], atEnd: [], closes: true };
    }
    const closes = !persists(next);
    responses.push({ ...answer(next), closes });
    if (closes) return { responses, atEnd: [], closes };
    const rest = discardContent(parser);
    if (rest !== "end") return { responses, atEnd: [], closes: rest === "refused" };
  }
}

function nextRequest(parser: RequestParser): Request | ParseError | "between" | "begun" {
  try {
    const event = parser.next();
    if (event.kind === "request") return event.request;
    return parser.isBetweenMessages ? "between" : "begun";
  } catch (error) {
    if (error instanceof ParseError) return error;
    throw error;
  }
}

/** A request whose content is refused has its response already: the connection ends without another. */
function discardContent(parser: RequestParser): "end" | "need-data" | "refused" {
  try {
    for (;;) {
      const { kind } = parser.next();
      if (kind === "end" || kind === "need-data") return kind;
    }
  } catch (error) {
    if (error instanceof ParseError) return "refused";
    throw error;
  }
}

function refusal(method: string | undefined, status: number): Expected {
  return { method, statuses: [status], content: undefined, closes: true };
}

/** The client's side (RFC 9112 §9.3), and ours: content too long to be thrown away, or held back (RFC 9110 §10.1.1). */
function persists({ version, fields, framing }: Request): boolean {
  if (!requestPersists(version, fields)) return false;
  if (framing.kind === "none" || (framing.kind === "content-length" && framing.lengthBytes === 0))
    return true;
  if (expectation(version, fields) !== "none") return false;
  return framing.kind === "chunked" || framing.lengthBytes <= settings.connection.maxDiscardedBodyBytes;
}

function answer(request: Request): Omit<Expected, "closes"> {
  const { method, version, fields } = request;
  const withStatus = (...statuses: number[]): Omit<Expected, "closes"> => ({
    method,
    statuses,
    content: undefined,
  });
  if (expectation(version, fields) === "unknown") return withStatus(417);
  const { form, raw } = request.target;
  if (form === "absolute" && /^https:/i.test(raw)) return withStatus(421); // RFC 9110 §7.4
  if (method === "OPTIONS") return withStatus(204);
  if (method !== "GET" && method !== "HEAD") return withStatus(REFUSED_METHODS.has(method) ? 405 : 501);
  const content = contentOf(request);
  if (content === undefined) return withStatus(...ANSWERS_TO_GET);
  return { method, statuses: [200], content: method === "HEAD" ? "" : content };
}

/** Of a file that we know and that is asked for as a whole. */
function contentOf({ target, fields }: Request): string | undefined {
  if (!("segments" in target) || target.query !== undefined) return undefined;
  const isPlain = [...fields.lines()].every(([name]) => !/^(?:range|if-.*)$/i.test(name));
  return isPlain ? TEXT_FILES.get(`/${target.segments.join("/")}`) : undefined;
}
