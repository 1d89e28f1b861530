/**
 * What somebody made of the octets of one connection: which requests were accepted, and whether anything was refused.
 */
import { ParseError } from "../../src/http/errors.ts";
import { requestPersists } from "../../src/http/persistence.ts";
import { RequestParser } from "../../src/http/request-parser.ts";
import { settings } from "../../settings.ts";

export type Reading = {
  /** From the first octet to the last; what was refused or cut off on its way is not in it. */
  readonly accepted: readonly AcceptedRequest[];
  /** Whether what follows them was refused; if not, nothing did, or more must arrive. */
  readonly isRefused: boolean;
};

/** One character for each octet (ISO 8859-1). */
export type AcceptedRequest = { readonly method: string; readonly target: string; readonly content: string };

/** Our own reading. Behind a request that ends the connection nothing is read (RFC 9112 §9.6). */
export function readingOf(wire: Uint8Array): Reading {
  const parser = new RequestParser(settings.http);
  const accepted: AcceptedRequest[] = [];
  parser.push(wire);
  try {
    for (let event = parser.next(); event.kind === "request"; event = parser.next()) {
      const { method, target, version, fields } = event.request;
      const content = readContent(parser);
      if (content === undefined) break;
      accepted.push({ method, target: target.raw, content });
      if (!requestPersists(version, fields)) break;
    }
    return { accepted, isRefused: false };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { accepted, isRefused: true };
  }
}

/** Undefined if it has not all arrived. */
function readContent(parser: RequestParser): string | undefined {
  let content = "";
  for (;;) {
    const event = parser.next();
    if (event.kind === "end") return content;
    if (event.kind !== "data") return undefined;
    content += Buffer.from(event.bytes).toString("latin1");
  }
}
