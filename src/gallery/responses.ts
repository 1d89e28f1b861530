/**
 * Responses, and parts of them, that more than one responder gives.
 */
import { HttpError, unreachable } from "../http/errors.ts";
import type { FieldLine, Request, Response } from "../http/message.ts";
import { type Validators, evaluatePreconditions } from "../http/preconditions.ts";

/** On everything: a browser shall believe the Content-Type and not guess. */
export const NOSNIFF: FieldLine = ["X-Content-Type-Options", "nosniff"];

/**
 * What to say instead of the representation, if its preconditions forbid to send it (RFC 9110 §13.2).
 *
 * @param fields that a 200 would have had to tell a cache about: a 304 has them too (§15.4.5)
 * @throws HttpError 412
 */
export function preconditionResponse(
  request: Request,
  validators: Validators,
  fields: readonly FieldLine[],
  nowMs: number,
): Response | undefined {
  const outcome = evaluatePreconditions(request.fields, validators, nowMs);
  switch (outcome) {
    case "perform":
      return undefined;
    case "not-modified":
      return { status: 304, fields, content: { kind: "none" } };
    case "precondition-failed":
      throw new HttpError(412, "It is not what it was when you asked for that.");
    default:
      return unreachable(outcome);
  }
}

/** A representation that is at hand as octets, unless the client has it already. */
export function bytesResponse(fields: readonly FieldLine[], bytes: Uint8Array): Response {
  return { status: 200, fields: [...fields, NOSNIFF], content: { kind: "bytes", bytes } };
}
