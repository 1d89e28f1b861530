/**
 * What `httpd explain` finds out about some octets, as a value: three formatters make text, JSON and HTML of it.
 *
 * Offsets count from the first octet of their message, as those of a ParseError do.
 */
import type { Rule } from "../http/errors.ts";
import type { ParserStateName, SpanRole } from "../http/parser-observer.ts";
import type { Status } from "../http/status.ts";

/** Roles that the parser gives, and four for octets that it gave none. */
export type Role = SpanRole | "begun" | "wrong" | "unread" | "ignored";

/** Parts of a request-target (RFC 9112 §3.2, RFC 3986). */
export type PartRole =
  "scheme" | "delimiter" | "authority" | "path" | "question-mark" | "query" | "pct-encoded" | "asterisk";

/** What a CRLF ends. */
export type LineKind =
  "request line" | "field line" | "field section" | "chunk-size line" | "chunk-data" | "trailer section";

/** Octets from `start` up to `end`. */
export type Span = {
  readonly role: Role;
  readonly start: number;
  readonly end: number;
  /** Of the wrong octet: the rule that it broke. Of the others it is that of their role. */
  readonly rule?: Rule;
  /** Of a CRLF: what it ends. */
  readonly ends?: LineKind;
  /** Of a request-target: they cover it. */
  readonly parts?: readonly TargetPart[];
};

export type TargetPart = {
  readonly role: PartRole;
  readonly start: number;
  readonly end: number;
  /** Of what is percent-encoded: the text it stands for. */
  readonly decoded?: string;
};

/** From this octet on the parser was in this state. */
export type StateChange = { readonly state: ParserStateName; readonly offset: number };

export type Topic =
  "target" | "Host" | "body" | "expectation" | "connection" | "conditions" | "range" | "coding" | "answer";

/** One thing that the server decides about a request, before it opens a file. */
export type Decision = {
  readonly topic: Topic;
  /** A word for machines. */
  readonly outcome: string;
  /** The same for people. */
  readonly sentence: string;
  readonly rule: Rule;
};

export type Outcome =
  | { readonly kind: "complete"; readonly connection: "persists" | "closes" }
  | {
      readonly kind: "refused";
      readonly status: Status;
      /** The octet that broke the rule; there may be none, at the end. */
      readonly offset: number;
      readonly reason: string;
      readonly rule: Rule;
      /** The head was right, so its response is on its way, and this status is sent to nobody. */
      readonly isAnswered: boolean;
    }
  | {
      readonly kind: "incomplete";
      /** What has to come. */
      readonly missing: string;
      /** What the server does when nothing more comes. */
      readonly deadline: string;
      /** What it sends then; undefined where it closes without a word. */
      readonly status: Status | undefined;
    };

export type ExplainedMessage = {
  /** Of its first octet, from the start of the input. */
  readonly offset: number;
  readonly lengthBytes: number;
  /** They cover it, in order. */
  readonly spans: readonly Span[];
  readonly states: readonly StateChange[];
  /** None before the head is complete and right. */
  readonly decisions: readonly Decision[];
  readonly outcome: Outcome;
};

export type Explanation = {
  readonly octets: Uint8Array;
  readonly messages: readonly ExplainedMessage[];
  /** From here on nothing is read: the connection was closed by the message before. The length where nothing follows. */
  readonly ignoredFrom: number;
  /** What becomes of the connection when nothing more comes. */
  readonly ending: string;
};
