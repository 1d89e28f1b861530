/**
 * The parts of a request-target that was read: where they are is known from its form, its path and its query.
 */
import { decodeSegment } from "../http/percent-encoding.ts";
import { type RequestTarget, findAuthority } from "../http/request-target.ts";
import type { PartRole, TargetPart } from "./explanation.ts";

/** @param offset of the target's first octet in its message */
export function targetParts(target: RequestTarget, offset: number): TargetPart[] {
  const parts = Array.from(cut(target));
  let start = offset;
  return parts.map(({ role, text, decoded }) => {
    const end = start + text.length;
    const part = { role, start, end, ...(decoded === undefined ? {} : { decoded }) };
    start = end;
    return part;
  });
}

type Piece = { readonly role: PartRole; readonly text: string; readonly decoded?: string };

function* cut(target: RequestTarget): Generator<Piece, void> {
  const { form, raw } = target;
  if (form === "asterisk") yield { role: "asterisk", text: raw };
  else if (form === "authority") yield { role: "authority", text: raw };
  else {
    const { authorityStart, pathStart } = (form === "absolute" && findAuthority(raw)) || NO_AUTHORITY;
    if (pathStart > 0) {
      const schemeEnd = raw.indexOf(":");
      yield { role: "scheme", text: raw.slice(0, schemeEnd) };
      yield { role: "delimiter", text: raw.slice(schemeEnd, authorityStart) };
      yield { role: "authority", text: raw.slice(authorityStart, pathStart) };
    }
    yield* cutPathAndQuery(raw.slice(pathStart), target.query);
  }
}

const NO_AUTHORITY = { authorityStart: 0, pathStart: 0 };

function* cutPathAndQuery(text: string, query: string | undefined): Generator<Piece, void> {
  const pathEnd = query === undefined ? text.length : text.length - query.length - 1;
  yield* cutAtTriplets("path", text.slice(0, pathEnd));
  if (query === undefined) return;
  yield { role: "question-mark", text: "?" };
  yield* cutAtTriplets("query", query);
}

/** Triplets side by side stay together: octets of UTF-8 make a character only then. */
function* cutAtTriplets(role: PartRole, text: string): Generator<Piece, void> {
  for (const [piece] of text.matchAll(/(?:%..)+|[^%]+/g)) {
    if (piece.startsWith("%")) yield { role: "pct-encoded", text: piece, decoded: decodeSegment(piece) };
    else yield { role, text: piece };
  }
}
