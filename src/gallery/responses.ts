/**
 * Responses, and parts of them, that more than one responder gives.
 */
import type { FieldLine, Response } from "../http/message.ts";

/** On everything: a browser shall believe the Content-Type and not guess. */
export const NOSNIFF: FieldLine = ["X-Content-Type-Options", "nosniff"];

/** 304 with the fields a 200 would have had to tell the cache about (RFC 9110 §15.4.5) */
export function notModified(fields: readonly FieldLine[]): Response {
  return { status: 304, fields, content: { kind: "none" } };
}

export function preconditionFailed(): Response {
  return { status: 412, fields: [], content: { kind: "none" } };
}

/** A representation that is at hand as octets, unless the client has it already. */
export function bytesResponse(fields: readonly FieldLine[], bytes: Uint8Array): Response {
  return { status: 200, fields: [...fields, NOSNIFF], content: { kind: "bytes", bytes } };
}
