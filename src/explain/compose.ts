/**
 * URL → the octets of a GET for it, with the fields every browser sends and no more.
 */
import { decodeSegment, findBadPercentEncoding } from "../http/percent-encoding.ts";
import { utf8FromText } from "../http/utf8.ts";
import { UsageError } from "./usage-error.ts";

/** What has to be said to get something, before it becomes octets. */
export type Composed = {
  readonly method: string;
  readonly target: string;
  readonly version: "HTTP/1.1" | "HTTP/1.0";
  /** Without CRLF. */
  readonly fieldLines: readonly string[];
  readonly content: string;
};

export function composeGet(url: string): Uint8Array {
  const { host, target } = parseUrl(url, "--url");
  return composeRequest({
    method: "GET",
    target,
    version: "HTTP/1.1",
    fieldLines: [
      `Host: ${host}`,
      "User-Agent: Mozilla/5.0",
      "Accept: text/html, image/webp, */*;q=0.8",
      "Accept-Language: en",
      "Accept-Encoding: gzip, deflate",
      "Connection: keep-alive",
    ],
    content: "",
  });
}

/** As it is, right or wrong: the parser shall judge it. */
export function composeRequest({ method, target, version, fieldLines, content }: Composed): Uint8Array {
  const head = [`${method} ${target} ${version}`, ...fieldLines].map((line) => `${line}\r\n`);
  return utf8FromText(`${head.join("")}\r\n${content}`);
}

export type RequestUrl = {
  /** With its port, unless that is the default of the scheme. */
  readonly host: string;
  /** In origin-form; a fragment is never sent (RFC 9110 §7.1). */
  readonly target: string;
  readonly userinfo: string | undefined;
};

/**
 * @param text of an absolute URL; "http://" may be left out
 * @param option that it was given by, for the message
 * @throws UsageError for what is no URL of the schemes http and https
 */
export function parseUrl(text: string, option: string): RequestUrl {
  const absolute = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!/^https?:/i.test(absolute))
    throw new UsageError(`${option} takes URLs of http and https, not ${JSON.stringify(text)}`);
  if (!URL.canParse(absolute)) throw new UsageError(`${option} takes a URL, not ${JSON.stringify(text)}`);
  const { host, pathname, search, username, password } = new URL(absolute);
  const userinfo =
    username === "" && password === "" ? undefined : `${decoded(username)}:${decoded(password)}`;
  return { host, target: `${pathname}${search}`, userinfo };
}

function decoded(text: string): string {
  return findBadPercentEncoding(text) === -1 ? decodeSegment(text) : text;
}
