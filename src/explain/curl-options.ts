/**
 * The options of curl: those that change what is sent, and a few that everybody types and that do not.
 */
import type { Composed } from "./compose.ts";
import { UsageError } from "./usage-error.ts";

/** What a command line says. */
export type CurlOptions = {
  method?: string;
  readonly lines: string[];
  readonly data: string[];
  isHead: boolean;
  userAgent: string;
  referer?: string;
  user?: string;
  range?: string;
  cookie?: string;
  isCompressed: boolean;
  version: Composed["version"];
  isPathAsIs: boolean;
  isGlobbing: boolean;
  readonly urls: string[];
};

type Flag =
  | { readonly apply: (options: CurlOptions) => void }
  | { readonly take: (options: CurlOptions, value: string) => void };

const nothing: Flag = { apply: () => undefined };

const FLAGS: Readonly<Record<string, Flag>> = {
  "--request": { take: (options, value) => void (options.method = value) },
  "--header": { take: (options, value) => void options.lines.push(value) },
  "--data": { take: (options, value) => void options.data.push(withoutFile(value)) },
  "--data-ascii": { take: (options, value) => void options.data.push(withoutFile(value)) },
  "--data-binary": { take: (options, value) => void options.data.push(withoutFile(value)) },
  "--data-raw": { take: (options, value) => void options.data.push(value) },
  "--head": { apply: (options) => void (options.isHead = true) },
  "--user-agent": { take: (options, value) => void (options.userAgent = value) },
  "--referer": { take: (options, value) => void (options.referer = value.replace(/;auto$/, "")) },
  "--user": { take: (options, value) => void (options.user = value) },
  "--range": { take: (options, value) => void (options.range = value) },
  "--cookie": { take: (options, value) => void (options.cookie = notCookieFile(value)) },
  "--compressed": { apply: (options) => void (options.isCompressed = true) },
  "--http1.0": { apply: (options) => void (options.version = "HTTP/1.0") },
  "--http1.1": { apply: (options) => void (options.version = "HTTP/1.1") },
  "--globoff": { apply: (options) => void (options.isGlobbing = false) },
  "--path-as-is": { apply: (options) => void (options.isPathAsIs = true) },
  "--url": { take: (options, value) => void options.urls.push(value) },
  // what follows changes nothing in the request
  "--output": { take: () => undefined },
  "--fail": nothing,
  "--include": nothing,
  "--insecure": nothing,
  "--location": nothing,
  "--no-buffer": nothing,
  "--remote-name": nothing,
  "--show-error": nothing,
  "--silent": nothing,
  "--verbose": nothing,
};

const SHORT: Readonly<Record<string, string>> = {
  X: "--request",
  H: "--header",
  d: "--data",
  I: "--head",
  A: "--user-agent",
  e: "--referer",
  u: "--user",
  r: "--range",
  b: "--cookie",
  "0": "--http1.0",
  o: "--output",
  f: "--fail",
  g: "--globoff",
  i: "--include",
  k: "--insecure",
  L: "--location",
  N: "--no-buffer",
  O: "--remote-name",
  S: "--show-error",
  s: "--silent",
  v: "--verbose",
};

/**
 * @param words without the word `curl`; they are taken out one by one
 * @throws UsageError for an option that is not in the tables above
 */
export function readCurlOptions(words: string[]): CurlOptions {
  const options: CurlOptions = {
    lines: [],
    data: [],
    isHead: false,
    userAgent: "curl/8",
    isCompressed: false,
    version: "HTTP/1.1",
    isPathAsIs: false,
    isGlobbing: true,
    urls: [],
  };
  const valueOf = (name: string): string => {
    const value = words.shift();
    if (value === undefined) throw new UsageError(`--curl: ${name} needs a value`);
    return value;
  };
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word.startsWith("--")) {
      const flag = flagOf(word);
      if ("apply" in flag) flag.apply(options);
      else flag.take(options, valueOf(word));
    } else if (word.startsWith("-") && word !== "-") {
      readShort(word, options, valueOf);
    } else options.urls.push(word);
  }
  return options;
}

/** `-sSI`, `-XPOST`: letters side by side, and a value behind the one that takes it. */
function readShort(word: string, options: CurlOptions, valueOf: (name: string) => string): void {
  for (let i = 1; i < word.length; i++) {
    const name = `-${word.charAt(i)}`;
    const flag = flagOf(SHORT[word.charAt(i)] ?? name);
    if ("apply" in flag) flag.apply(options);
    else {
      flag.take(options, i + 1 < word.length ? word.slice(i + 1) : valueOf(name));
      return;
    }
  }
}

function flagOf(name: string): Flag {
  const flag = Object.hasOwn(FLAGS, name) ? FLAGS[name] : undefined;
  if (flag === undefined)
    throw new UsageError(`--curl: ${JSON.stringify(name)} is no option that is known here`);
  return flag;
}

function withoutFile(value: string): string {
  if (value.startsWith("@")) throw new UsageError(`--curl reads no files: ${JSON.stringify(value)}`);
  return value;
}

/** To curl a cookie without an equals sign is the name of a file. */
function notCookieFile(value: string): string {
  if (!value.includes("=")) throw new UsageError(`--curl reads no cookie file: ${JSON.stringify(value)}`);
  return value;
}
