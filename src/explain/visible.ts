/**
 * Octets and names as they may be shown: no control character gets through, and nothing is lost.
 */
import { utf8FromText } from "../http/utf8.ts";

const PICTURES: Readonly<Record<number, string>> = {
  0x00: "␀",
  0x09: "␉",
  0x0a: "␊",
  0x0d: "␍",
  0x5c: "\\\\",
};

/** In the notation of the corpus: CR LF NUL HTAB are ␍ ␊ ␀ ␉, `\xHH` is any octet, `\\` a backslash. */
export function visibleOctet(octet: number): string {
  const picture = PICTURES[octet];
  if (picture !== undefined) return picture;
  return octet >= 0x20 && octet <= 0x7e ? String.fromCharCode(octet) : hexNotation(octet);
}

/** One piece of text for each octet. A space is shown as one where it stands between others, else as ␠. */
export function visibleOctets(octets: Uint8Array): string[] {
  const isBlank = octets.every((octet) => octet === 0x20 || octet === 0x09);
  return Array.from(octets, (octet) => (isBlank && octet === 0x20 ? "␠" : visibleOctet(octet)));
}

/** A decoded name in quotes; controls, what would turn the text around it, and octets that are no UTF-8 as `\xHH`. */
export function visibleName(name: string): string {
  const shown = Array.from(name, (character) => {
    if (character === "\\") return "\\\\";
    return character === '"' ? hexNotation(0x22) : visibleCharacter(character);
  });
  return `"${shown.join("")}"`;
}

/** Controls, and format characters that hide or that turn the text around them. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

export function visibleCharacter(character: string): string {
  return INVISIBLE.test(character) ? Array.from(utf8FromText(character), hexNotation).join("") : character;
}

function hexNotation(octet: number): string {
  return `\\${hexOf(octet)}`;
}

/** As in the ABNF of RFC 5234, without its percent sign. */
export function hexOf(octet: number): string {
  return `x${octet.toString(16).toUpperCase().padStart(2, "0")}`;
}
