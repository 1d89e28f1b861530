/**
 * Every role as a table: where its rule is written, and what the rule says in one sentence.
 */
import type { Rule } from "../http/errors.ts";
import type { PartRole, Role, Span, TargetPart } from "./explanation.ts";

/** How a role is coloured: what belongs together looks alike. */
export type Tone =
  "control" | "target" | "name" | "value" | "delimiter" | "size" | "content" | "wrong" | "rest";

export type RoleName = Role | PartRole;

export type RoleRule = { readonly rule: Rule; readonly tone: Tone; readonly sentence: string };

export const ROLES: Readonly<Record<RoleName, RoleRule>> = {
  "empty-line": {
    rule: "RFC 9112 §2.2",
    tone: "delimiter",
    sentence: "An empty line before the request line is ignored.",
  },
  method: {
    rule: "RFC 9112 §3.1",
    tone: "control",
    sentence: "method = token: what is to be done; upper and lower case differ.",
  },
  SP: {
    rule: "RFC 9112 §3",
    tone: "delimiter",
    sentence: "Exactly one space stands between the parts of a request line.",
  },
  "request-target": {
    rule: "RFC 9112 §3.2",
    tone: "target",
    sentence: "What the method is applied to, in one of four forms.",
  },
  scheme: {
    rule: "RFC 3986 §3.1",
    tone: "target",
    sentence: "http or https, in an absolute-form.",
  },
  delimiter: {
    rule: "RFC 3986 §3",
    tone: "delimiter",
    sentence: "A colon ends the scheme, and two slashes begin the authority.",
  },
  authority: {
    rule: "RFC 3986 §3.2",
    tone: "target",
    sentence: "authority: the host, and the port behind a colon.",
  },
  path: {
    rule: "RFC 3986 §3.3",
    tone: "target",
    sentence: "Segments that each begin with a slash: cut first, then decoded.",
  },
  "question-mark": {
    rule: "RFC 3986 §3.4",
    tone: "delimiter",
    sentence: "The first question mark ends the path and begins the query.",
  },
  query: {
    rule: "RFC 3986 §3.4",
    tone: "target",
    sentence: "What follows the first question mark; later ones belong to it.",
  },
  "pct-encoded": {
    rule: "RFC 3986 §2.1",
    tone: "value",
    sentence: 'pct-encoded = "%" HEXDIG HEXDIG: one octet as three, undone once.',
  },
  asterisk: {
    rule: "RFC 9112 §3.2.4",
    tone: "target",
    sentence: "The server as a whole, for OPTIONS only.",
  },
  "HTTP-version": {
    rule: "RFC 9112 §2.3",
    tone: "control",
    sentence: 'HTTP-version = "HTTP/" DIGIT "." DIGIT, in capitals.',
  },
  "field-name": {
    rule: "RFC 9110 §5.1",
    tone: "name",
    sentence: "field-name = token: upper and lower case are the same.",
  },
  colon: {
    rule: "RFC 9112 §5.1",
    tone: "delimiter",
    sentence: "It ends the field name, and no whitespace stands before it.",
  },
  OWS: {
    rule: "RFC 9110 §5.6.3",
    tone: "delimiter",
    sentence: "OWS = *( SP / HTAB ): optional whitespace, no part of the value.",
  },
  "field-value": {
    rule: "RFC 9110 §5.5",
    tone: "value",
    sentence: "Visible characters, SP, HTAB and octets from x80 on; no other control character.",
  },
  CRLF: {
    rule: "RFC 9112 §2.2",
    tone: "delimiter",
    sentence: "CR and LF end a line; this server takes neither of them alone.",
  },
  content: {
    rule: "RFC 9112 §6.2",
    tone: "content",
    sentence: "As many octets as Content-Length says, whatever they are.",
  },
  "chunk-size": {
    rule: "RFC 9112 §7.1",
    tone: "size",
    sentence: "chunk-size = 1*HEXDIG: how many octets of chunk-data follow; 0 in the last chunk.",
  },
  "chunk-ext": {
    rule: "RFC 9112 §7.1.1",
    tone: "delimiter",
    sentence: "Chunk extensions: whoever does not know one ignores it.",
  },
  "chunk-data": {
    rule: "RFC 9112 §7.1",
    tone: "content",
    sentence: "As many octets as chunk-size says: a piece of the content.",
  },
  begun: {
    rule: "RFC 9112 §2.2",
    tone: "rest",
    sentence: "A line or an element begins here; it has no role before it is complete and right.",
  },
  wrong: {
    rule: "RFC 9112 §2.2",
    tone: "wrong",
    sentence: "The octet that breaks the rule.",
  },
  unread: {
    rule: "RFC 9112 §9.6",
    tone: "rest",
    sentence: "Not read: nobody knows where a next message would begin, so the connection closes.",
  },
  ignored: {
    rule: "RFC 9112 §9.6",
    tone: "rest",
    sentence: "Not read: the connection closes behind the message before.",
  },
};

export function ruleOf(span: Span | TargetPart): Rule {
  return "rule" in span ? span.rule : ROLES[span.role].rule;
}
