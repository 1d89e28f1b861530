/**
 * `httpd explain`: a file, standard input, a URL or a curl command → how the server reads it, on standard output.
 *
 * Exit code 0 if it could be explained, refused or not; 2 for what cannot be meant, with one line on standard error.
 */
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import yargs from "yargs";
import type { Settings } from "../../settings.ts";
import { composeGet } from "./compose.ts";
import { composeFromCurl } from "./curl.ts";
import { explain } from "./explain.ts";
import type { ExplainSettings } from "./outcome.ts";
import type { Explanation } from "./explanation.ts";
import { formatHtml } from "./format-html.ts";
import { formatJson } from "./format-json.ts";
import { formatText } from "./format-text.ts";
import { UsageError } from "./usage-error.ts";
import { visibleCharacter } from "./visible.ts";

const EXIT_USAGE = 2;

/** Of what is no terminal: a file, a pipe. */
const DEFAULT_COLUMNS = 80;

/** @returns the exit code */
export async function runExplain(args: readonly string[], settings: Settings): Promise<number> {
  process.stdout.on("error", () => undefined); // whoever read it has seen enough
  try {
    const options = await readOptions(args);
    const octets = await readOctets(options, settings.explain.maxInputBytes);
    await write(format(explain(octets, explainSettings(settings)), options));
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const message = Array.from(error.message, visibleCharacter).join("");
    process.stderr.write(`httpd: ${message} (see httpd explain --help)\n`);
    return EXIT_USAGE;
  }
}

type Options = {
  readonly file: string | undefined;
  readonly url: string | undefined;
  readonly curl: string | undefined;
  readonly output: "text" | "json" | "html";
};

async function readOptions(args: readonly string[]): Promise<Options> {
  const parsed = await yargs(args)
    .scriptName("httpd explain")
    .usage("$0 [file]", "Shows how the server reads the octets of a request.", (command) =>
      command.positional("file", {
        describe: "raw octets as a client sends them; - for standard input",
        type: "string",
      }),
    )
    .option("url", { describe: "a GET for this URL, as a browser sends it", type: "string" })
    .option("curl", { describe: "what this curl command sends, in quotes", type: "string" })
    .option("json", { describe: "write JSON, for machines", type: "boolean" })
    .option("html", { describe: "write a page, for people who want to look at it together", type: "boolean" })
    .example("$0 request.txt", "octets from a file")
    .example("printf 'GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n' | $0", "octets from standard input")
    .example("$0 --curl \"curl -I -H 'Range: bytes=0-99' localhost:8080/a.jpg\"", "")
    .epilogue(
      "Exit code 0 if it could be explained, refused or not, else 2.\n" +
        "A folder of the name explain is shared by: httpd ./explain",
    )
    .version(false)
    .alias("h", "help")
    .parserConfiguration({ "duplicate-arguments-array": false })
    .strict()
    .exitProcess(true)
    .fail((message, error) => {
      throw new UsageError(message || error.message);
    })
    .parseAsync();
  const { file: named, url, curl } = parsed as { file?: string; url?: string; curl?: string };
  const file = named === "" && args.includes("-") ? "-" : named; // yargs makes "" of it
  if ([file, url, curl].filter((source) => source !== undefined).length > 1) {
    throw new UsageError("name a file, or --url, or --curl, and only one of them");
  }
  if (parsed.json === true && parsed.html === true) throw new UsageError("--json or --html, not both");
  return { file, url, curl, output: parsed.json === true ? "json" : parsed.html === true ? "html" : "text" };
}

async function readOctets({ file, url, curl }: Options, maxBytes: number): Promise<Uint8Array> {
  if (url !== undefined) return composeGet(url);
  if (curl !== undefined) return composeFromCurl(curl);
  if (file !== undefined && file !== "-")
    return await readAll(createReadStream(file), JSON.stringify(file), maxBytes);
  if (file === undefined && process.stdin.isTTY) throw new UsageError("name a file, or - for standard input");
  return await readAll(process.stdin, "standard input", maxBytes);
}

async function readAll(stream: Readable, name: string, maxBytes: number): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > maxBytes) throw new UsageError(`${name} holds more than ${maxBytes} octets`);
      pieces.push(piece);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new UsageError(`${name} cannot be read (${code})`);
  }
  return Buffer.concat(pieces);
}

function format(explanation: Explanation, { output }: Options): string {
  if (output === "json") return formatJson(explanation);
  if (output === "html") return formatHtml(explanation);
  return formatText(explanation, {
    columns: process.stdout.isTTY ? process.stdout.columns : DEFAULT_COLUMNS,
    isColoured: isColoured(),
  });
}

/** https://no-color.org and https://force-color.org; without either, in a terminal that is not a dumb one. */
function isColoured(): boolean {
  const { NO_COLOR = "", FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "") return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return process.stdout.isTTY && TERM !== "dumb";
}

function explainSettings({ http, connection, timeouts, pictures }: Settings): ExplainSettings {
  return {
    limits: http,
    timeouts,
    maxDiscardedBodyBytes: connection.maxDiscardedBodyBytes,
    maxRanges: http.maxRanges,
    extensions: pictures.extensions,
    thumbnailSizesPx: pictures.thumbnailSizesPx,
  };
}

/** Until the octets are with the system: who exits before may lose what a pipe has not taken yet. */
function write(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(text, () => resolve());
  });
}
