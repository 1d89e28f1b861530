/**
 * Expect (RFC 9110 §10.1.1): a client that waits for `100 (Continue)` before it sends its content.
 */
import { type Fields, fieldTokens } from "./field-section.ts";
import type { HttpVersion } from "./message.ts";

export type Expectation = "none" | "100-continue" | "unknown";

/** An HTTP/1.0 client that says 100-continue is to be ignored. */
export function expectation(version: HttpVersion, fields: Fields): Expectation {
  const expected = fieldTokens(fields, "expect");
  if (expected.some((member) => member !== "100-continue")) return "unknown";
  return expected.length === 0 || version.minor === 0 ? "none" : "100-continue";
}
