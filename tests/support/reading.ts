/**
 * What somebody made of the octets of one connection: which requests were accepted, and whether anything was refused.
 */
export type Reading = {
  /** From the first octet to the last; what was refused or cut off on its way is not in it. */
  readonly accepted: readonly AcceptedRequest[];
  /** Whether what follows them was refused; if not, nothing did, or more must arrive. */
  readonly isRefused: boolean;
};

/** One character for each octet (ISO 8859-1). */
export type AcceptedRequest = { readonly method: string; readonly target: string; readonly content: string };

/**
 * Our own reading, as an entry of the corpus has it. Behind a request that ends the connection nothing is read
 * (RFC 9112 §9.6).
 *
 * @param events of the entry
 */
export function readingOf(events: readonly string[]): Reading {
  const accepted: AcceptedRequest[] = [];
  let request = { method: "", target: "", content: "" };
  let persists = true;
  for (const event of events) {
    const [, method, target] = /^request (\S+) (\S+) HTTP/.exec(event) ?? [];
    if (method !== undefined && target !== undefined) request = { method, target, content: "" };
    const [, content] = /^content "(.*)"$/.exec(event) ?? [];
    if (content !== undefined) request = { ...request, content: readVisible(content) };
    if (event.startsWith("  connection ")) persists = event.endsWith(" persists");
    if (event.startsWith("refused ")) return { accepted, isRefused: true };
    if (!event.startsWith("end at ")) continue;
    accepted.push(request);
    if (!persists) break;
  }
  return { accepted, isRefused: false };
}

/** As events.ts writes it: \xHH is an octet. */
function readVisible(text: string): string {
  return text.replace(/\\x([0-9A-F]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}
