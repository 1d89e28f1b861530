/**
 * Proactive negotiation (RFC 9110 §12): what the client would rather have.
 */
import { listElements, withoutWhitespace } from "./grammar.ts";

/**
 * Whether an Accept field names this media type itself, with a weight above 0 (§12.4.2, §12.5.1).
 *
 * A range like image/* is not enough: everybody sends it, also who cannot show what is new.
 *
 * @param mediaType in lower case, without parameters
 */
export function acceptsByName(accept: string | undefined, mediaType: string): boolean {
  return listElements(accept ?? "").some((element) => {
    const [range = "", ...parameters] = element.split(";").map(withoutWhitespace);
    return range.toLowerCase() === mediaType && weight(parameters) > 0;
  });
}

/** weight = OWS ";" OWS "q=" qvalue; 1 where none is given, and 0 for what is no qvalue */
function weight(parameters: readonly string[]): number {
  const parameter = parameters.find((text) => /^q=/i.test(text));
  if (parameter === undefined) return 1;
  const qvalue = parameter.slice(2);
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(qvalue) ? Number(qvalue) : 0;
}

/** What this server can send, by the names of §8.4.1 and of RFC 7932 (br). `identity` is no coding at all. */
export type ContentCoding = "br" | "gzip" | "identity";

/** The better first: brotli makes an album page a quarter smaller than gzip does (BENCHMARKS.md). */
export const CONTENT_CODINGS: readonly ContentCoding[] = ["br", "gzip", "identity"];

/** Unless it says otherwise a client takes identity (§12.5.3), but rather any coding that it names. */
const IDENTITY_WEIGHT = 0.0005; // below the smallest qvalue

/**
 * Which coding to send (§12.5.3). Who has no Accept-Encoding takes any; we send it none.
 *
 * @param offered the better first: it decides between equal weights
 * @returns undefined if the client takes none of them
 */
export function chooseContentCoding(
  acceptEncoding: string | undefined,
  offered: readonly ContentCoding[],
): ContentCoding | undefined {
  if (acceptEncoding === undefined) return "identity";
  const weights = parseCodings(acceptEncoding);
  let chosen: ContentCoding | undefined;
  let chosenWeight = 0;
  for (const coding of offered) {
    const otherwise = weights.get("*") ?? (coding === "identity" ? IDENTITY_WEIGHT : 0);
    const codingWeight = weights.get(coding) ?? otherwise;
    if (codingWeight > chosenWeight) [chosen, chosenWeight] = [coding, codingWeight];
  }
  return chosen;
}

/** Accept-Encoding = #( codings [ weight ] ); a coding that is named twice is meant as it stands first. */
function parseCodings(acceptEncoding: string): Map<string, number> {
  const weights = new Map<string, number>();
  for (const element of listElements(acceptEncoding)) {
    const [name = "", ...parameters] = element.split(";").map(withoutWhitespace);
    const coding = name.toLowerCase().replace(/^x-(?=gzip$)/, ""); // §8.4.1.3: x-gzip is gzip
    if (!weights.has(coding)) weights.set(coding, weight(parameters));
  }
  return weights;
}
