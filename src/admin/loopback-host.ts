/**
 * Names that lead to this machine whatever a name server says: addresses, which none is asked for, and `localhost`.
 */
import { parseAuthority } from "../http/authority.ts";

/** @param host value of a Host field (RFC 9110 §7.2); an empty one names nobody */
export function isNameOfThisMachine(host: string): boolean {
  if (host === "") return true;
  const name = parseAuthority(host)?.host.toLowerCase() ?? "";
  return name === "localhost" || name.startsWith("[") || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(name);
}
