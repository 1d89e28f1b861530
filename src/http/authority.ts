/**
 * Host = uri-host [ ":" port ] (RFC 9110 §7.2), which is also the authority of an absolute-form and the whole
 * of an authority-form. An origin server must refuse a Host that is not one (RFC 9112 §3.2).
 */
import { hexDigitValue, isDigit, isRegNameCharacter } from "./grammar.ts";

/** `port` is undefined where none was given, or an empty one ("example.org:" is legal). */
export type Authority = { readonly host: string; readonly port: number | undefined };

const MAX_PORT = 65_535;

/** @returns undefined for text that is no authority; userinfo ("user@") is none either (RFC 9110 §4.2.4) */
export function parseAuthority(text: string): Authority | undefined {
  const hostEnd = text.startsWith("[") ? text.indexOf("]") + 1 : indexOrEnd(text, ":");
  const host = text.slice(0, hostEnd);
  if (!(host.startsWith("[") ? isIpLiteral(host) : isRegName(host))) return undefined;
  if (hostEnd === text.length) return { host, port: undefined };
  if (text[hostEnd] !== ":") return undefined;
  return parsePort(host, text.slice(hostEnd + 1));
}

/** port = *DIGIT */
function parsePort(host: string, digits: string): Authority | undefined {
  if (digits === "") return { host, port: undefined };
  for (let i = 0; i < digits.length; i++) if (!isDigit(digits.charCodeAt(i))) return undefined;
  const port = Number(digits);
  return port <= MAX_PORT ? { host, port } : undefined;
}

/** reg-name = *( unreserved / pct-encoded / sub-delims ), which takes in every IPv4address (RFC 3986 §3.2.2) */
function isRegName(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (isRegNameCharacter(text.charCodeAt(i))) continue;
    if (text[i] !== "%" || !isHexDigit(text, i + 1) || !isHexDigit(text, i + 2)) return false;
    i += 2;
  }
  return true;
}

/** IP-literal = "[" ( IPv6address / IPvFuture ) "]" */
function isIpLiteral(text: string): boolean {
  const inside = text.slice(1, -1);
  return text.endsWith("]") && (isIpv6Address(inside) || isIpvFuture(inside));
}

/** IPvFuture = "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" ) */
function isIpvFuture(text: string): boolean {
  const dot = text.indexOf(".");
  if (!/^v$/i.test(text.charAt(0)) || dot < 2 || dot === text.length - 1) return false;
  for (let i = 1; i < dot; i++) if (!isHexDigit(text, i)) return false;
  for (let i = dot + 1; i < text.length; i++) {
    if (text[i] !== ":" && !isRegNameCharacter(text.charCodeAt(i))) return false;
  }
  return true;
}

/** IPv6address: eight groups of 16 bits, one run of zeros as "::", the last two groups perhaps as IPv4address. */
function isIpv6Address(text: string): boolean {
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  const last = groups.at(-1) ?? "";
  const endsInIpv4 = last.includes(".");
  if (endsInIpv4 && !(text.endsWith(last) && isIpv4Address(last))) return false;
  const sixteenBits = endsInIpv4 ? groups.slice(0, -1) : groups;
  if (!sixteenBits.every((group) => group.length <= 4 && isHexDigits(group))) return false;
  const count = sixteenBits.length + (endsInIpv4 ? 2 : 0);
  return halves.length === 2 ? count <= 7 : count === 8;
}

function isIpv4Address(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

function isHexDigits(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isHexDigit(text, i)) return false;
  return text !== "";
}

function isHexDigit(text: string, index: number): boolean {
  return hexDigitValue(text.charCodeAt(index)) !== -1;
}

function indexOrEnd(text: string, character: string): number {
  const index = text.indexOf(character);
  return index === -1 ? text.length : index;
}
