/**
 * Names that lead to this machine whatever a name server says: addresses, which none is asked for, and `localhost`.
 */

/** @param host in lower case, without a port; an empty one names nobody */
export function isNameOfThisMachine(host: string): boolean {
  const isAddress = host.startsWith("[") || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host);
  return isAddress || host === "localhost" || host === "";
}
