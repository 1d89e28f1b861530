/**
 * The corpus: raw requests in Markdown documents, each with a sentence saying why and the events it leads to.
 *
 *     ## A heading that is a sentence          the name of the test
 *     Why, and where it is written.            `because`, with "RFC nnnn §"
 *     ```octets … ```                          `wire`, in the notation below
 *     ```events … ```                          `events`, one a line
 *     ```peers … ```                           `peers`, only where one of them makes something else of it:
 *                                              `node: ` or `nginx: ` and why, in a sentence
 *
 * Octets: CR LF NUL HTAB are ␍ ␊ ␀ ␉, `\xHH` is any octet, `\\` a backslash, and printable US-ASCII stands for
 * itself. `{8000*a}` is a run of one octet; a literal `{` is `\x7b`. Line breaks of the document mean nothing.
 */
import { readdirSync, readFileSync } from "node:fs";

export type CorpusEntry = {
  /** Name of the document, e.g. `host.md`. */
  readonly file: string;
  /** Line of the heading, counted from 1. */
  readonly line: number;
  readonly heading: string;
  readonly because: string;
  /** What the client sends. */
  readonly wire: Uint8Array;
  /** Indentation kept, whitespace at the end stripped, runs written out; `\xHH` stays as it is. */
  readonly events: string[];
  /** Why they differ from us: whoever is not in it must agree. */
  readonly peers: Readonly<Partial<Record<Peer, string>>>;
};

/** Those whose reading is compared with ours (tests/http/differential.test.ts). */
export const PEERS = ["node", "nginx"] as const;
export type Peer = (typeof PEERS)[number];

/**
 * All entries of the documents in a directory, by name of the document, then in order.
 *
 * @param directory URL of a directory, ending in a slash
 * @throws Error naming file and line for the first malformed entry
 */
export function readCorpus(directory: URL): CorpusEntry[] {
  const files = readdirSync(directory).filter((name) => name.endsWith(".md"));
  return files.sort().flatMap((file) => parseCorpus(file, readFileSync(new URL(file, directory), "utf8")));
}

/**
 * The entries of one document.
 *
 * @param file its name, for messages
 * @throws Error naming file and line for the first malformed entry
 */
export function parseCorpus(file: string, document: string): CorpusEntry[] {
  const lines = document
    .split("\n")
    .map((text, index) => ({ text, at: `${file}:${index + 1}`, number: index + 1 }));
  const [prologue = [], ...sections] = splitAtHeadings(lines);
  if (!lines[0]?.text.startsWith("# "))
    throw new Error(`${file}:1: a document opens with "# " and its title`);
  if (readParts(prologue).fences.length > 0)
    throw new Error(`${file}:1: a block stands before the first entry`);
  return sections.map((section) => parseEntry(file, section));
}

/** One line of a document, with `file:line` for messages. */
type Line = { readonly text: string; readonly at: string; readonly number: number };

/** A fenced block: what stands behind the opening backticks, and the lines between. */
type Fence = { readonly language: string; readonly at: string; readonly lines: Line[] };

/** The lines before the first `## `, then those of each entry. A `## ` inside a block begins nothing. */
function splitAtHeadings(lines: Line[]): Line[][] {
  const sections: Line[][] = [[]];
  let inside = false;
  for (const line of lines) {
    if (line.text.startsWith("```")) inside = !inside;
    if (line.text.startsWith("## ") && !inside) sections.push([]);
    sections.at(-1)?.push(line);
  }
  return sections;
}

function parseEntry(file: string, section: Line[]): CorpusEntry {
  const [first, ...rest] = section;
  if (first === undefined) throw new Error(`${file}: an entry without a heading`);
  const { prose, fences } = readParts(rest);
  const stray = fences.find(({ language }) => !["octets", "events", "peers"].includes(language));
  if (stray !== undefined) throw new Error(`${stray.at}: a block of octets, of events or of peers expected`);
  const because = prose.join(" ");
  if (!/RFC \d{4} §\d/.test(because)) throw new Error(`${first.at}: no "RFC nnnn §" says why`);
  return {
    file,
    line: first.number,
    heading: first.text.slice("## ".length).trim(),
    because,
    wire: parseOctets(onlyFence("octets", fences, first)),
    events: parseEvents(onlyFence("events", fences, first)),
    peers: fences.some(({ language }) => language === "peers")
      ? parsePeers(onlyFence("peers", fences, first))
      : {},
  };
}

/** Lines of text and fenced blocks, told apart. */
function readParts(lines: Line[]): { prose: string[]; fences: Fence[] } {
  const prose: string[] = [];
  const fences: Fence[] = [];
  let open: Fence | undefined;
  for (const line of lines) {
    if (open === undefined && line.text.startsWith("```")) {
      open = { language: line.text.slice("```".length).trim(), at: line.at, lines: [] };
      fences.push(open);
    } else if (open !== undefined && line.text.trimEnd() === "```") {
      open = undefined;
    } else if (open !== undefined) {
      open.lines.push(line);
    } else if (line.text.trim() !== "") {
      prose.push(line.text.trim());
    }
  }
  if (open !== undefined) throw new Error(`${open.at}: this block is never closed`);
  return { prose, fences };
}

function onlyFence(language: "octets" | "events" | "peers", fences: Fence[], heading: Line): Line[] {
  const [fence, another] = fences.filter((candidate) => candidate.language === language);
  if (fence === undefined) throw new Error(`${heading.at}: no ${language}`);
  if (another !== undefined) throw new Error(`${another.at}: more than one block of ${language}`);
  if (fence.lines.every(({ text }) => text === "")) throw new Error(`${fence.at}: no ${language}`);
  return fence.lines;
}

/** A sentence for each peer; it may go on in the next line. */
function parsePeers(lines: Line[]): Partial<Record<Peer, string>> {
  const peers: Partial<Record<Peer, string>> = {};
  let current: Peer | undefined;
  for (const { text, at } of lines) {
    const named = PEERS.find((peer) => text.startsWith(`${peer}: `));
    const before = named ?? current;
    if (before === undefined) throw new Error(`${at}: "node: " or "nginx: " expected`);
    if (named !== undefined && peers[named] !== undefined)
      throw new Error(`${at}: ${named} has its sentence`);
    const part = named === undefined ? text : text.slice(named.length + 1);
    peers[before] = `${peers[before] ?? ""} ${part.trim()}`.trim();
    current = before;
  }
  for (const [peer, sentence] of Object.entries(peers)) {
    if (!sentence.endsWith(".")) throw new Error(`${lines[0]?.at}: no sentence about ${peer}`);
  }
  return peers;
}

/** One octet in the notation: an escape, a backslash, a control picture, or printable US-ASCII but `\` and `{`. */
const octetNotation = String.raw`\\x[0-9a-fA-F]{2}|\\\\|[␍␊␀␉]|[ -[\]-z|}~]`;
const runNotation = String.raw`\{(?<count>\d+)\*(?<repeated>${octetNotation})\}`;
const controlPictures = new Map([
  ["␍", 0x0d],
  ["␊", 0x0a],
  ["␀", 0x00],
  ["␉", 0x09],
]);
const pictureOf = new Map(Array.from(controlPictures, ([picture, octet]) => [octet, picture]));
const LF = 0x0a;

function parseOctets(lines: Line[]): Uint8Array {
  const octets: number[] = [];
  for (const line of lines) {
    for (const [octet, count] of readNotation(line)) {
      for (let copies = 0; copies < count; copies += 1) octets.push(octet);
    }
  }
  return Uint8Array.from(octets);
}

/** Octets of one line, each with how often it is repeated. */
function readNotation({ text, at }: Line): [octet: number, count: number][] {
  const notation = new RegExp(`${runNotation}|(?<single>${octetNotation})`, "y");
  const found: [number, number][] = [];
  while (notation.lastIndex < text.length) {
    const column = notation.lastIndex;
    const groups = notation.exec(text)?.groups;
    if (groups === undefined) {
      throw new Error(
        `${at}: outside the notation from column ${column + 1}: ${JSON.stringify(text.slice(column, column + 20))}`,
      );
    }
    const { count = "1", repeated, single = "" } = groups;
    found.push([toOctet(repeated ?? single), Number(count)]);
  }
  return found;
}

/** The value of one octet in the notation. */
function toOctet(notation: string): number {
  if (notation.startsWith("\\x")) return Number.parseInt(notation.slice(2), 16);
  return controlPictures.get(notation) ?? notation.charCodeAt(0);
}

/** Octets in the notation, a line of the document for each LF: reading it again gives the same octets. */
export function formatOctets(octets: Uint8Array): string {
  let text = "";
  for (let at = 0; at < octets.length;) {
    const octet = octets[at] ?? 0;
    let end = at + 1;
    while (octets[end] === octet) end++;
    const notation = toNotation(octet);
    text += end - at < SHORTEST_RUN ? notation.repeat(end - at) : `{${end - at}*${notation}}`;
    if (octet === LF && end < octets.length) text += "\n";
    at = end;
  }
  return text;
}

/** Shorter ones are easier to read as they are. */
const SHORTEST_RUN = 20;

function toNotation(octet: number): string {
  const picture = pictureOf.get(octet);
  if (picture !== undefined) return picture;
  const character = String.fromCharCode(octet);
  if (character === "\\") return "\\\\";
  const isPlain = octet >= 0x20 && octet <= 0x7e && character !== "{" && character !== "`"; // ``` would end a block
  return isPlain ? character : `\\x${octet.toString(16).toUpperCase().padStart(2, "0")}`;
}

/** Runs are written out as the text that they repeat; a brace that begins none is a brace. */
function parseEvents(lines: Line[]): string[] {
  const run = new RegExp(runNotation, "g");
  return lines.map(({ text }) => text.replace(run, writeOut).trimEnd()).filter((text) => text !== "");
}

function writeOut(_run: string, count: string, repeated: string): string {
  return repeated.repeat(Number(count));
}
