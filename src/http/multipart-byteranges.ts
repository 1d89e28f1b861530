/**
 * multipart/byteranges (RFC 9110 §14.6): several parts of one representation in one content.
 *
 *     --boundary CRLF Content-Type … Content-Range … CRLF CRLF <octets>      one part after the other
 *     CRLF --boundary-- CRLF                                                 and the end
 */
import type { ByteRange } from "./byte-range.ts";
import { formatFieldSection } from "./response-head.ts";

/** What is to be sent, in order: delimiters as octets, and ranges of the representation between them. */
export type MultipartPiece =
  | { readonly kind: "delimiter"; readonly bytes: Uint8Array }
  | { readonly kind: "range"; readonly range: ByteRange };

export type Multipart = {
  /** For the Content-Type of the whole. */
  readonly mediaType: string;
  readonly pieces: readonly MultipartPiece[];
  readonly lengthBytes: number;
};

/**
 * @param ranges in the order in which they are sent
 * @param partMediaType of the representation: each part says it (§14.6)
 * @param wholeBytes length of the representation
 * @param boundary 1 to 70 letters, digits, "-" or "_" (RFC 2046 §5.1.1) that stand nowhere in the representation
 */
export function formatMultipart(
  ranges: readonly ByteRange[],
  partMediaType: string,
  wholeBytes: number,
  boundary: string,
): Multipart {
  const pieces: MultipartPiece[] = [];
  let lengthBytes = 0;
  const delimit = (text: string): void => {
    const bytes = Buffer.from(text, "latin1");
    pieces.push({ kind: "delimiter", bytes });
    lengthBytes += bytes.length;
  };
  ranges.forEach((range, i) => {
    const fields = formatFieldSection([
      ["Content-Type", partMediaType],
      ["Content-Range", formatContentRange(range, wholeBytes)],
    ]);
    delimit(`${i > 0 ? "\r\n" : ""}--${boundary}\r\n${fields}\r\n`);
    pieces.push({ kind: "range", range });
    lengthBytes += range.last - range.first + 1;
  });
  delimit(`\r\n--${boundary}--\r\n`);
  return { mediaType: `multipart/byteranges; boundary=${boundary}`, pieces, lengthBytes };
}

/** Content-Range = "bytes" SP first-pos "-" last-pos "/" complete-length (§14.4) */
export function formatContentRange({ first, last }: ByteRange, wholeBytes: number): string {
  return `bytes ${first}-${last}/${wholeBytes}`;
}
