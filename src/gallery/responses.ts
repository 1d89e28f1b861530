/**
 * Responses, and parts of them, that more than one responder gives.
 */
import { HttpError, unreachable } from "../http/errors.ts";
import type { FieldLine, Request, Response } from "../http/message.ts";
import { type Validators, evaluatePreconditions } from "../http/preconditions.ts";
import { makeReady } from "../http/response-head.ts";

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

/** A representation that is at hand as octets, ready to be sent to many. */
export type Prepared = {
  readonly validators: Validators;
  /** Those that go with 304 as well. */
  readonly cacheFields: readonly FieldLine[];
  readonly response: Response;
};

/**
 * @param cacheFields what a cache must be told, ETag among it
 * @param contentFields what only a response with content has: Content-Type and the like
 */
export function prepare(
  entityTag: string,
  cacheFields: readonly FieldLine[],
  contentFields: readonly FieldLine[],
  bytes: Uint8Array,
): Prepared {
  return {
    validators: { entityTag, lastModifiedMs: undefined },
    cacheFields: makeReady(cacheFields),
    response: {
      status: 200,
      fields: makeReady([...contentFields, ...cacheFields, NOSNIFF]),
      content: { kind: "bytes", bytes },
    },
  };
}

/** 200, or 304 if the client has it already. Throws HttpError 412. */
export function respondPrepared(request: Request, prepared: Prepared, nowMs: number): Response {
  const { validators, cacheFields, response } = prepared;
  return preconditionResponse(request, validators, cacheFields, nowMs) ?? response;
}
