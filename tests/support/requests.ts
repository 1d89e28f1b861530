/**
 * Text of a request head → Request, by the real parser: what the handler of a connection would be given.
 */
import type { Fields } from "../../src/http/field-section.ts";
import type { FieldLine, Request } from "../../src/http/message.ts";
import { latin1Bytes } from "../../src/http/octets.ts";
import { RequestParser } from "../../src/http/request-parser.ts";
import { settings } from "../../settings.ts";

/** @param head from the request line to the empty line, one character for each octet */
export function requestOf(head: string): Request {
  const parser = new RequestParser(settings.http);
  parser.push(latin1Bytes(head));
  const event = parser.next();
  if (event.kind !== "request") throw new Error(`The head is not complete: ${JSON.stringify(head)}`);
  return event.request;
}

/** A request of HTTP/1.1 as a browser sends it, for that target and with these field lines besides Host. */
export function request(method: string, target: string, fields: readonly FieldLine[] = []): Request {
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return requestOf(`${method} ${target} HTTP/1.1\r\nHost: photos.example\r\n${lines}\r\n`);
}

export function get(target: string, fields: readonly FieldLine[] = []): Request {
  return request("GET", target, fields);
}

/** The field lines of a request that has no others but Host. */
export function fieldsOf(lines: readonly FieldLine[]): Fields {
  return get("/", lines).fields;
}
