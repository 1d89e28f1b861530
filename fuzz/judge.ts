/**
 * What came over a connection against what had to come.
 */
import type { Expected, Prediction } from "./oracle.ts";
import type { Plan } from "./plan.ts";
import type { ReadResponse } from "./response-reader.ts";

/** How one connection went. */
export type Conversation = {
  readonly responses: readonly ReadResponse[];
  /** Octets behind the last complete response. */
  readonly rest: Buffer;
  /** What the response reader said, if octets were no response. */
  readonly malformed: string | undefined;
  /** `hung`: nothing came for too long, and it was still owed. */
  readonly ending: "end" | "hung" | { readonly error: string };
  /** Whether the server sent its end before we did. */
  readonly isEndedByServer: boolean;
  /** From the connection to its end: the server's patience is finite. */
  readonly tookMs: number;
};

/**
 * Slower than this, on a machine that is busy with other things, the server may have lost its patience: it waits a
 * second for content that it throws away (settings.ts: discardBodyMs). Then the rest is not missed.
 */
const PATIENCE_MS = 900;

/** @returns a sentence for each thing that is wrong */
export function judge(plan: Plan, prediction: Prediction, conversation: Conversation): string[] {
  const { responses, rest, malformed, ending, isEndedByServer, tookMs } = conversation;
  const expected = [...prediction.responses, ...prediction.atEnd];
  const complaints = responses.flatMap((response, i) => judgeResponse(response, expected[i], i + 1));
  if (malformed !== undefined) complaints.push(`response ${responses.length + 1} is malformed: ${malformed}`);
  if (plan.ending === "abort") return complaints;
  if (ending === "hung") complaints.push("the connection hangs");
  else if (tookMs > PATIENCE_MS) return complaints;
  else if (ending !== "end") complaints.push(`the connection broke: ${ending.error}`);
  if (isEndedByServer && plan.ending === "hold" && !prediction.closes) {
    complaints.push("the server ends a connection that persists");
  }
  if (responses.length < expected.length) {
    complaints.push(`${responses.length} responses came, ${expected.length} were expected`);
  }
  if (malformed === undefined && rest.length > 0) {
    complaints.push(
      `${rest.length} octets follow the last response: ${JSON.stringify(rest.toString("latin1", 0, 80))}`,
    );
  }
  return complaints;
}

function judgeResponse(response: ReadResponse, expected: Expected | undefined, number: number): string[] {
  const { status, fields, content } = response;
  if (expected === undefined) return [`response ${number}, a ${status}, answers nothing`];
  const complaints: string[] = [];
  if (!expected.statuses.includes(status)) {
    complaints.push(`response ${number} is ${status} and not ${expected.statuses.join(" or ")}`);
  }
  if (expected.content !== undefined && content.toString("latin1") !== expected.content) {
    complaints.push(`response ${number} has other content than the file`);
  }
  const says = (fields.get("connection") ?? "").split(/[ ,]+/);
  if (says.includes("close") !== expected.closes) {
    complaints.push(`response ${number} ${expected.closes ? "does not say" : "says"} close`);
  }
  const location = fields.get("location");
  if (location !== undefined && !/^\/(?!\/)[!-~]*$/.test(location)) {
    complaints.push(`response ${number} redirects to ${JSON.stringify(location)}`);
  }
  return complaints;
}
