/**
 * A curl command line → the octets that curl would send: its field lines, in its order.
 */
import { utf8FromText } from "../http/utf8.ts";
import { type Composed, composeRequest, parseUrl } from "./compose.ts";
import { type CurlOptions, readCurlOptions } from "./curl-options.ts";
import { splitShellWords } from "./shell-words.ts";
import { UsageError } from "./usage-error.ts";

/**
 * @param command with or without the word `curl` before it
 * @throws UsageError for an option that is not known here, and for none or more than one URL
 */
export function composeFromCurl(command: string): Uint8Array {
  const words = splitShellWords(command);
  if (words[0] === "curl") words.shift();
  const options = readCurlOptions(words);
  const [url, second] = options.urls;
  if (url === undefined) throw new UsageError("--curl names no URL");
  if (second !== undefined) throw new UsageError("--curl names more than one URL");
  return composeRequest(compose(options, url));
}

function compose(options: CurlOptions, url: string): Composed {
  const { data, isHead, version, lines } = options;
  const { host, userinfo } = parseUrl(url, "--curl");
  const hasContent = data.length > 0;
  if (isHead && hasContent) throw new UsageError("--curl: -I and -d exclude each other");
  const isChunked = lines.some((line) => /^transfer-encoding: *chunked$/i.test(line));
  const text = data.join("&");
  const content = isChunked && hasContent ? oneChunk(text) : text;
  const before = fieldLines([
    ["Host", host],
    ["Authorization", basicCredentials(options.user ?? userinfo)],
    ["Range", options.range === undefined ? undefined : `bytes=${options.range}`],
    ["User-Agent", options.userAgent],
    ["Accept", "*/*"],
    ["Accept-Encoding", options.isCompressed ? "deflate, gzip" : undefined],
    ["Referer", options.referer],
    ["Cookie", options.cookie],
  ]);
  const behind = fieldLines([
    ["Content-Length", hasContent && !isChunked ? String(utf8FromText(content).length) : undefined],
    ["Content-Type", hasContent ? "application/x-www-form-urlencoded" : undefined],
  ]);
  return {
    method: options.method ?? (isHead ? "HEAD" : hasContent ? "POST" : "GET"),
    target: targetOf(url, options),
    version,
    fieldLines: withOwn(before, lines, behind),
    content,
  };
}

function fieldLines(fields: readonly (readonly [name: string, value: string | undefined])[]): string[] {
  return fields.flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [`${name}: ${value}`],
  );
}

/**
 * The user's lines as they were typed, between curl's own, of which they replace those of the same name: Host where it
 * always stands. `Name:` only takes away, `Name;` sends an empty one.
 */
function withOwn(before: readonly string[], typed: readonly string[], behind: readonly string[]): string[] {
  const wrong = typed.find((line) => !/:|;$/.test(line));
  if (wrong !== undefined) throw new UsageError(`--curl: the field ${JSON.stringify(wrong)} has no colon`);
  const replaced = new Set(typed.map(nameOf));
  const isKept = (line: string): boolean => !replaced.has(nameOf(line));
  const sent = typed
    .filter((line) => !/^[^:]*:[ \t]*$/.test(line))
    .map((line) => (line.includes(":") ? line : `${line.slice(0, -1)}:`));
  return [
    ...sent.filter((line) => nameOf(line) === "host").map((line) => `Host${line.slice("host".length)}`),
    ...before.filter(isKept),
    ...sent.filter((line) => nameOf(line) !== "host"),
    ...behind.filter(isKept),
  ];
}

function nameOf(line: string): string {
  return (/^[^:;]*/.exec(line)?.[0] ?? "").toLowerCase();
}

/** credentials = "Basic" SP base64 of user ":" password (RFC 7617 §2); curl asks for a missing password, we do not. */
function basicCredentials(user: string | undefined): string | undefined {
  if (user === undefined) return undefined;
  return `Basic ${Buffer.from(user.includes(":") ? user : `${user}:`).toString("base64")}`;
}

function oneChunk(content: string): string {
  const bytes = utf8FromText(content).length;
  return bytes === 0 ? "0\r\n\r\n" : `${bytes.toString(16)}\r\n${content}\r\n0\r\n\r\n`;
}

/**
 * What stands in the URL, up to its fragment: curl decodes nothing, and encodes only what is not US-ASCII in a path. Dot segments
 * are removed where they stand as dots (RFC 3986 §5.2.4), and what has a space is no URL to it.
 */
function targetOf(url: string, { isPathAsIs, isGlobbing }: CurlOptions): string {
  if (/\s/.test(url)) throw new UsageError(`--curl: a URL has no whitespace: ${JSON.stringify(url)}`);
  const behindAuthority = /^(?:[a-z]+:\/\/)?[^/?#]*([^#]*)/i.exec(url)?.[1] ?? "";
  if (isGlobbing && /[{}[\]]/.test(behindAuthority)) {
    throw new UsageError("--curl: braces and brackets stand for several URLs, unless there is a -g");
  }
  const [, path = "", query = ""] = /^([^?]*)(.*)$/.exec(behindAuthority) ?? [];
  const rooted = path.startsWith("/") ? path : `/${path}`;
  return `${encodeBeyondAscii(isPathAsIs ? rooted : withoutDotSegments(rooted))}${query}`;
}

function encodeBeyondAscii(text: string): string {
  return text.replace(/[^\0-\x7f]+/g, (run) => encodeURIComponent(run).toLowerCase());
}

/** "/a/./b/../c" → "/a/c" */
function withoutDotSegments(path: string): string {
  const kept: string[] = [];
  const segments = path.slice(1).split("/");
  segments.forEach((segment, i) => {
    const isLast = i === segments.length - 1;
    if (segment === "..") kept.pop();
    if (segment !== "." && segment !== "..") kept.push(segment);
    else if (isLast) kept.push("");
  });
  return `/${kept.join("/")}`;
}
