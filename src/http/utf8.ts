/**
 * Octets of a name ↔ text, with nothing lost: a file name on Unix is octets, mostly UTF-8, and sometimes not.
 *
 * An octet that is no part of valid UTF-8 becomes the lone surrogate U+DC00 + octet, and goes back to that
 * octet (the "surrogateescape" of Python's PEP 383). So a name is an ordinary string everywhere, compares and
 * sorts as one, and still opens the file. Text from here that is shown to people goes through `toWellFormed()`.
 */
const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

export function textFromUtf8(bytes: Uint8Array): string {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return textFromBrokenUtf8(bytes);
  }
}

export function utf8FromText(text: string): Uint8Array {
  if (text.isWellFormed()) return encoder.encode(text);
  const octets: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff) octets.push(code - 0xdc00);
    else octets.push(...encoder.encode(character));
  }
  return Uint8Array.from(octets);
}

function textFromBrokenUtf8(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at);
    if (length === 0) text += String.fromCharCode(0xdc00 + (bytes[at] ?? 0));
    else text += strictDecoder.decode(bytes.subarray(at, at + length));
    at += Math.max(length, 1);
  }
  return text;
}

/** Length in octets of the valid sequence that begins at `at` (Unicode table 3-7), or 0 if none does. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  const length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  for (let i = 1; i < length; i++) {
    const octet = bytes[at + i] ?? 0;
    const lowest = i > 1 ? 0x80 : lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const highest = i > 1 ? 0xbf : lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    if (octet < lowest || octet > highest) return 0;
  }
  return length;
}
