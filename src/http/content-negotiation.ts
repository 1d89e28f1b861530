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
