/**
 * Names for the octets the grammar speaks of. An octet is a number from 0 to 255, `bytes` a Uint8Array.
 */
export const NUL = 0x00;
export const HTAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SP = 0x20;
export const QUOTE = 0x22;
export const PERCENT = 0x25;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;
export const EQUALS = 0x3d;
export const BACKSLASH = 0x5c;
export const DEL = 0x7f;

/** What `octetAt` says where no octet is: it equals none and belongs to no class. */
export const NO_OCTET = -1;

export function octetAt(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? NO_OCTET;
}

/**
 * The octets from `start` up to `end` as text, one character each (ISO 8859-1): nothing is lost, nothing judged.
 *
 * A socket delivers Buffers, which can do so without a new view being made.
 */
export function latin1Text(bytes: Uint8Array, start: number, end: number): string {
  if (Buffer.isBuffer(bytes)) return bytes.toString("latin1", start, end);
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("latin1");
}

/** The opposite: one octet for each character, all of which must be below U+0100. */
export function latin1Bytes(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

/** Whether `text`, which is US-ASCII, stands at `start`. */
export function hasTextAt(bytes: Uint8Array, start: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (octetAt(bytes, start + i) !== text.charCodeAt(i)) return false;
  return true;
}

/** ASCII only: a Kelvin sign never becomes a `k`. */
export function lowercaseOctet(octet: number): number {
  return octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet;
}
