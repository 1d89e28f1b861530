/**
 * What the two conformance suites have in common: a server with one resource of every kind, and requests in few words.
 */
import { utimes } from "node:fs/promises";
import { type ExpectedResponse, exchangeFaults } from "./exchange.ts";
import { startServer } from "./server.ts";
import { createTemporaryAlbum, makePicture } from "./temporary-album.ts";

export const NOTE = "0123456789";
export const LARGE = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => (i * i) % 251));

/** When the note was modified, a second before and a second after. */
export const THEN = "Mon, 03 May 2021 08:15:00 GMT";
export const BEFORE = "Mon, 03 May 2021 08:14:59 GMT";
export const AFTER = "Mon, 03 May 2021 08:15:01 GMT";

/**
 * Section, rule, the octets a client sends (see `exchangeFaults`), and the responses it gets before the server closes.
 */
export type Row = readonly [
  section: string,
  rule: string,
  octets: string | readonly string[],
  ...responses: ExpectedResponse[],
];

export type ConformanceServer = {
  readonly port: number;
  /**
   * Text with its placeholders filled in: `<note>`, `<page>` and `<thumbnail>` are entity tags of /note.txt, / and
   * /album/photo.jpg?size=320, `<css>` is the path of our own stylesheet.
   */
  readonly fill: (text: string) => string;
  /** As `exchangeFaults`, with placeholders filled in. */
  readonly faultsOf: (row: Row) => Promise<string[]>;
};

/** Until all tests of the file are over. */
export async function startConformanceServer(): Promise<ConformanceServer> {
  const photo = await makePicture({ widthPx: 60, heightPx: 40 });
  const files = {
    "note.txt": NOTE,
    "empty.txt": "",
    "large.bin": LARGE,
    "page.html": "<p>x\n",
    "album/photo.jpg": photo,
    "album/broken.jpg": "no picture",
    "two words/photo.jpg": photo,
    "site/index.html": "<p>y\n",
    "bare/readme.txt": "no picture",
    "tomorrow.txt": "not yet",
  };
  const album = await createTemporaryAlbum(files, "file");
  const modified = new Date("2021-05-03T08:15:00.750Z");
  const tomorrow = new Date(Date.now() + 86_400_000);
  await utimes(`${album.path}/note.txt`, modified, modified);
  await utimes(`${album.path}/tomorrow.txt`, tomorrow, tomorrow);
  const { port } = await startServer({ root: album.path, lifetime: "file" });

  const ask = (target: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}${target}`, { headers: { "accept-encoding": "identity" } });
  const tagOf = async (target: string): Promise<string> => (await ask(target)).headers.get("etag") ?? "none";
  await ask("/album/photo.jpg?view"); // measured once, a photo changes no page any more
  await ask("/album/broken.jpg?view");
  const placeholders = new Map([
    ["<note>", await tagOf("/note.txt")],
    ["<page>", await tagOf("/")],
    ["<thumbnail>", await tagOf("/album/photo.jpg?size=320")],
    ["<css>", /href="(\/-\/[^"]+\.css)"/.exec(await (await ask("/")).text())?.[1] ?? "none"],
  ]);

  const fill = (text: string): string =>
    text.replace(/<(?:note|page|thumbnail|css)>/g, (name) => placeholders.get(name) ?? name);
  const fillResponse = ({ fields = {}, ...response }: ExpectedResponse): ExpectedResponse => {
    const filled = Object.entries(fields).map(
      ([name, value]) => [name, typeof value === "string" ? fill(value) : value] as const,
    );
    return { ...response, fields: Object.fromEntries(filled) };
  };
  return {
    port,
    fill,
    faultsOf([, , octets, ...responses]) {
      const pieces = typeof octets === "string" ? [octets] : octets;
      return exchangeFaults(port, pieces.map(fill), responses.map(fillResponse));
    },
  };
}

/** A head, line by line. */
export function head(...lines: readonly string[]): string {
  return `${lines.join("\r\n")}\r\n\r\n`;
}

/** A request after which the connection persists; `start` is its method and its target. */
export function more(start: string, ...fields: readonly string[]): string {
  return head(`${start} HTTP/1.1`, "Host: localhost", ...fields);
}

/** The last request on its connection. */
export function last(start: string, ...fields: readonly string[]): string {
  return more(start, ...fields, "Connection: close");
}

/** GET of the note, as the last request. */
export function note(...fields: readonly string[]): string {
  return last("GET /note.txt", ...fields);
}

export const NOTED: ExpectedResponse = { status: 200, content: NOTE };
export const BAD: ExpectedResponse = {
  status: 400,
  content: /^400 Bad Request\n[A-Z].+\.\n(?:Octet \d+; see RFC \d+ \S+\.\n)?$/,
};

export function status(code: number, fields: ExpectedResponse["fields"] = {}): ExpectedResponse {
  return { status: code, fields };
}

/** The response to a request of another method than GET. */
export function to(method: string, response: ExpectedResponse): ExpectedResponse {
  return { ...response, to: method };
}
