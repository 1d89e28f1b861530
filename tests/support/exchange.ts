/**
 * Octets a client sends on one connection, and the responses it gets until the server closes.
 */
import { RawClient, type RawResponse } from "./raw-client.ts";

export type ExpectedResponse = {
  readonly status: number;
  /** Of the request it answers; GET without. */
  readonly to?: string;
  /** By name in lower case; undefined for a field that must not be there. */
  readonly fields?: Readonly<Record<string, string | RegExp | undefined>>;
  readonly content?: string | RegExp;
};

/**
 * Sends the octets, reads these responses, and then expects no octet more and a graceful close. What is true of every
 * response of this server is looked at as well.
 *
 * @param octets one character each; of several pieces, each is sent when the response to the one before was read
 * @returns one sentence for each thing that is not as it should be
 */
export async function exchangeFaults(
  port: number,
  octets: string | readonly string[],
  expected: readonly ExpectedResponse[],
): Promise<string[]> {
  const pieces = typeof octets === "string" ? [octets] : octets;
  const client = await RawClient.connect(port);
  const faults: string[] = [];
  client.write(pieces[0] ?? "");
  for (const [i, wanted] of expected.entries()) {
    const response = await client.readResponse(wanted.to);
    const isLast = i === expected.length - 1;
    const found = [...differences(response, wanted), ...flaws(response, isLast)];
    faults.push(...found.map((fault) => `Response ${i + 1}: ${fault}`));
    client.write(pieces[i + 1] ?? "");
  }
  const rest = await client.readToEnd();
  if (rest.length > 0) faults.push(`Octets behind the last response: ${quote(rest.toString("latin1"))}`);
  if (client.ending !== "end") faults.push("The connection was reset.");
  return faults;
}

function differences({ status, fields, content }: RawResponse, wanted: ExpectedResponse): string[] {
  const faults: string[] = [];
  if (status !== wanted.status) faults.push(`The status is ${status} instead of ${wanted.status}.`);
  for (const [name, value] of Object.entries(wanted.fields ?? {})) {
    const is = fields.get(name);
    if (!isLike(is, value)) faults.push(`${name} is ${quote(is)} instead of ${quote(value)}.`);
  }
  const text = content.toString("latin1");
  if (wanted.content !== undefined && !isLike(text, wanted.content)) {
    faults.push(`The content is ${quote(text)} instead of ${quote(wanted.content)}.`);
  }
  return faults;
}

/** What no response of this server may be like, whatever it answers. */
function flaws({ status, fields, content }: RawResponse, isLast: boolean): string[] {
  const faults: string[] = [];
  const rule = (section: string, holds: boolean): void => {
    if (!holds) faults.push(`It breaks ${section}.`);
  };
  const date = fields.get("date") ?? "";
  const isFixdate = /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/.test(date);
  rule("RFC 9110 §6.6.1", isFixdate && Math.abs(Date.now() - Date.parse(date)) < 60_000);
  rule(
    "RFC 9110 §8.3",
    content.length === 0 ||
      /^[\w.+/-]+(?:; (?:charset=utf-8|boundary=[\w-]+))?$/.test(fields.get("content-type") ?? ""),
  );
  rule("RFC 9110 §8.6", fields.has("content-length") !== (status === 204 || status === 304));
  rule("RFC 9110 §10.2.1", status !== 405 || fields.get("allow") === "GET, HEAD, OPTIONS");
  rule("RFC 9110 §10.2.4", fields.get("server") === "share-my-photos");
  rule("RFC 9112 §6.1", !fields.has("transfer-encoding"));
  rule("RFC 9112 §9.6", (fields.get("connection") === "close") === isLast);
  return faults;
}

function isLike(text: string | undefined, wanted: string | RegExp | undefined): boolean {
  return wanted instanceof RegExp ? text !== undefined && wanted.test(text) : text === wanted;
}

function quote(value: string | RegExp | undefined): string {
  return typeof value === "string" ? JSON.stringify(value.slice(0, 200)) : String(value);
}
