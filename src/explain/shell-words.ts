/**
 * A command line → its words, with quotes as a POSIX shell reads them (POSIX.1-2024, Shell Command Language §2.2).
 *
 *     a\ b    'a b'    "a b"    $'a\x20b'      all of them are one word
 *
 * Nothing is expanded, so whatever a shell would expand, or take for the end of the command, is refused by name.
 */
import { UsageError } from "./usage-error.ts";

/** @throws UsageError for a quote that is not closed, and for what only a shell can do */
export function splitShellWords(text: string): string[] {
  const words: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) at++;
    else if (text.startsWith("\\\n", at)) at += 2;
    else {
      const { word, end } = readWord(text, at);
      words.push(word);
      at = end;
    }
  }
  return words;
}

type Piece = { readonly word: string; readonly end: number };

function readWord(text: string, start: number): Piece {
  let word = "";
  let at = start;
  while (at < text.length && !/\s/.test(text.charAt(at))) {
    const piece = readPiece(text, at);
    word += piece.word;
    at = piece.end;
  }
  return { word, end: at };
}

function readPiece(text: string, at: number): Piece {
  const character = text.charAt(at);
  if (character === "'") return readSingleQuoted(text, at + 1);
  if (character === '"') return readDoubleQuoted(text, at + 1);
  if (text.startsWith("$'", at)) return readDollarQuoted(text, at + 2);
  if (character === "\\") {
    const escaped = text.charAt(at + 1);
    if (escaped === "") throw new UsageError("--curl ends in a backslash");
    return { word: escaped === "\n" ? "" : escaped, end: at + 2 };
  }
  if ("$`".includes(character))
    throw new UsageError(`--curl expands nothing: put ${character} in single quotes`);
  if ("&|;<>()".includes(character))
    throw new UsageError(`--curl takes one command: put ${character} in quotes`);
  return { word: character, end: at + 1 };
}

function readSingleQuoted(text: string, start: number): Piece {
  const end = text.indexOf("'", start);
  if (end === -1) throw notClosed();
  return { word: text.slice(start, end), end: end + 1 };
}

/** A backslash means itself, unless it stands before what would mean something here. */
function readDoubleQuoted(text: string, start: number): Piece {
  let word = "";
  for (let at = start; at < text.length; at++) {
    const character = text.charAt(at);
    const next = text.charAt(at + 1);
    if (character === '"') return { word, end: at + 1 };
    if ("$`".includes(character))
      throw new UsageError(`--curl expands nothing: put ${character} in single quotes`);
    if (character === "\\" && next !== "" && '$`"\\\n'.includes(next)) {
      if (next !== "\n") word += next;
      at++;
    } else word += character;
  }
  throw notClosed();
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  e: "\u001B",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
};

/** Behind a backslash: u and a code point, or x and an octet, or an octet in octal digits */
const NUMBER = /^(?:u([0-9a-fA-F]{1,4})|(x[0-9a-fA-F]{1,2}|[0-7]{1,3}))/;

/** $'…', as browsers write it in "Copy as cURL": escapes as in C, and \uXXXX. */
function readDollarQuoted(text: string, start: number): Piece {
  let word = "";
  for (let at = start; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "'") return { word, end: at + 1 };
    if (character !== "\\") {
      word += character;
      continue;
    }
    const [escape, codePoint, octet] = NUMBER.exec(text.slice(at + 1, at + 6)) ?? [];
    if (escape !== undefined) {
      word +=
        codePoint === undefined
          ? textOfOctet(octet ?? "")
          : String.fromCharCode(Number.parseInt(codePoint, 16));
      at += escape.length;
      continue;
    }
    const meant = ESCAPES[text.charAt(at + 1)];
    if (meant === undefined) throw new UsageError(`--curl holds an unknown escape \\${text.charAt(at + 1)}`);
    word += meant;
    at++;
  }
  throw notClosed();
}

/** An octet that is no US-ASCII stays that octet (see utf8.ts). */
function textOfOctet(digits: string): string {
  const octet = digits.startsWith("x")
    ? Number.parseInt(digits.slice(1), 16)
    : Number.parseInt(digits, 8) & 0xff;
  return String.fromCharCode(octet < 0x80 ? octet : 0xdc00 + octet);
}

function notClosed(): UsageError {
  return new UsageError("--curl holds a quote that is not closed");
}
