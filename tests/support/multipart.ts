/**
 * Reads multipart/byteranges (RFC 2046 §5.1, RFC 9110 §14.6), strictly: nothing before the first delimiter, nothing
 * behind the last, and exactly the two fields that tell what a part is.
 */
export type BodyPart = {
  readonly contentType: string;
  readonly contentRange: string;
  readonly bytes: Buffer;
};

/** @throws Error for anything but what is described above */
export function partsOf(mediaType: string, content: Buffer): BodyPart[] {
  const boundary = /^multipart\/byteranges; boundary=([\w-]{1,70})$/.exec(mediaType)?.[1];
  if (boundary === undefined) throw new Error(`no multipart/byteranges: ${mediaType}`);
  const text = content.toString("latin1");
  const opening = `--${boundary}\r\n`;
  const closing = `\r\n--${boundary}--\r\n`;
  if (!text.startsWith(opening) || !text.endsWith(closing))
    throw new Error("the outer delimiters are missing");
  return text.slice(opening.length, -closing.length).split(`\r\n${opening}`).map(parsePart);
}

function parsePart(part: string): BodyPart {
  const headEnd = part.indexOf("\r\n\r\n");
  const head = /^Content-Type: ([^\r\n]+)\r\nContent-Range: ([^\r\n]+)$/.exec(part.slice(0, headEnd));
  const [, contentType, contentRange] = head ?? [];
  if (contentType === undefined || contentRange === undefined)
    throw new Error(`no part: ${part.slice(0, 200)}`);
  return { contentType, contentRange, bytes: Buffer.from(part.slice(headEnd + 4), "latin1") };
}
