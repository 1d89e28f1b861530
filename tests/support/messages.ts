/**
 * Generated requests, as values and as the octets that say the same.
 */
import * as fc from "fast-check";
import type { FieldLine } from "../../src/http/message.ts";

export type GeneratedRequest = {
  /** RFC 9112 §2.2: ignored before a request line. */
  readonly emptyLinesBefore: number;
  readonly method: string;
  readonly target: string;
  readonly minorVersion: number;
  readonly fields: readonly FieldLine[];
  readonly body: GeneratedBody;
};

export type GeneratedBody =
  | { readonly kind: "none" }
  | { readonly kind: "content-length"; readonly content: string }
  | {
      readonly kind: "chunked";
      readonly chunks: readonly GeneratedChunk[];
      readonly lastChunk: string;
      readonly trailers: readonly FieldLine[];
    };

/** `sizeLine` is the size, in one of the ways to write it, and extensions that mean nothing (RFC 9112 §7.1). */
export type GeneratedChunk = { readonly sizeLine: string; readonly data: string };

const TCHAR = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const TARGET = "/?=&;:@!$'()*+,-._~<>\"{}|^`\\[]0123456789abcXYZ";

/** Fields with a meaning for framing, routing or the connection; the generated ones have none. */
const MEANING = /^(?:host|connection|content-length|transfer-encoding|expect)$/i;

function textOf(
  characters: string,
  constraints: { minLength?: number; maxLength: number },
): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...characters.split("")), ...constraints });
}

export const anyToken = textOf(TCHAR, { minLength: 1, maxLength: 12 });

/** Octets as text, one character each. */
export const anyOctets = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((octet) => String.fromCharCode(octet)),
  maxLength: 40,
});

/** field-value without whitespace around it: visible US-ASCII, obs-text, and SP or HTAB between them. */
const anyFieldValue = fc
  .string({
    unit: fc.oneof(
      fc.integer({ min: 0x20, max: 0x7e }).map((octet) => String.fromCharCode(octet)),
      fc.integer({ min: 0x80, max: 0xff }).map((octet) => String.fromCharCode(octet)),
      fc.constant("\t"),
    ),
    maxLength: 30,
  })
  .map((text) => text.replace(/^[ \t]+|[ \t]+$/g, ""));

const anyFieldLine: fc.Arbitrary<FieldLine> = fc.tuple(
  anyToken.filter((name) => !MEANING.test(name)),
  anyFieldValue,
);

const anyFieldLines = fc.array(anyFieldLine, { maxLength: 5 });

/** chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] ) (RFC 9112 §7.1.1) */
const anyExtensions = fc
  .array(
    fc.tuple(
      fc.constantFrom(";", " ;", "; ", "\t; "),
      anyToken,
      fc.oneof(
        fc.constant(""),
        fc.tuple(fc.constantFrom("=", " =", "=\t"), anyToken).map((parts) => parts.join("")),
        textOf("abc;=, \t[]", { maxLength: 8 }).map((text) => `="${text}\\"\\\\"`),
      ),
    ),
    { maxLength: 2 },
  )
  .map((extensions) => extensions.flat().join(""));

function anySizeLine(size: number): fc.Arbitrary<string> {
  const digits = size.toString(16);
  return fc
    .tuple(fc.constantFrom("", "0", "000"), fc.constantFrom(digits, digits.toUpperCase()), anyExtensions)
    .map((parts) => parts.join(""));
}

const anyChunk: fc.Arbitrary<GeneratedChunk> = anyOctets
  .filter((data) => data !== "")
  .chain((data) => anySizeLine(data.length).map((sizeLine) => ({ sizeLine, data })));

const anyBody: fc.Arbitrary<GeneratedBody> = fc.oneof(
  fc.constant({ kind: "none" as const }),
  anyOctets.map((content) => ({ kind: "content-length" as const, content })),
  fc.record({
    kind: fc.constant("chunked" as const),
    chunks: fc.array(anyChunk, { maxLength: 4 }),
    lastChunk: anySizeLine(0),
    trailers: fc.array(anyFieldLine, { maxLength: 2 }),
  }),
);

export const anyRequest: fc.Arbitrary<GeneratedRequest> = fc
  .record({
    emptyLinesBefore: fc.nat({ max: 4 }),
    method: anyToken.filter((method) => method !== "CONNECT"),
    target: textOf(TARGET, { maxLength: 30 }).map((rest) => `/${rest}`),
    minorVersion: fc.nat({ max: 9 }),
    fields: anyFieldLines,
    body: anyBody,
  })
  .filter(({ minorVersion, body }) => minorVersion > 0 || body.kind !== "chunked"); // RFC 9112 §6.1

/** The whole message, one character for each octet. */
export function formatRequest(request: GeneratedRequest): string {
  const { emptyLinesBefore, method, target, minorVersion, body } = request;
  const head = `${method} ${target} HTTP/1.${minorVersion}\r\n${formatFieldLines(sentFields(request))}\r\n`;
  return "\r\n".repeat(emptyLinesBefore) + head + formatBody(body);
}

/** All field lines of the head, in the order in which they are sent. */
export function sentFields({ fields, body }: GeneratedRequest): FieldLine[] {
  return [["Host", "photos.example"], ...fields, ...framingFields(body)];
}

/** What is left of the body without its transfer coding. */
export function contentOf(body: GeneratedBody): string {
  if (body.kind === "none") return "";
  return body.kind === "chunked" ? body.chunks.map(({ data }) => data).join("") : body.content;
}

function framingFields(body: GeneratedBody): FieldLine[] {
  if (body.kind === "none") return [];
  if (body.kind === "chunked") return [["Transfer-Encoding", "chunked"]];
  return [["Content-Length", String(body.content.length)]];
}

function formatBody(body: GeneratedBody): string {
  if (body.kind !== "chunked") return contentOf(body);
  const chunks = body.chunks.map(({ sizeLine, data }) => `${sizeLine}\r\n${data}\r\n`).join("");
  return `${chunks}${body.lastChunk}\r\n${formatFieldLines(body.trailers)}\r\n`;
}

function formatFieldLines(lines: readonly FieldLine[]): string {
  return lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
}
