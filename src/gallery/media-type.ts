/**
 * File name → media type (RFC 9110 §8.3), by the table of the `mime` package.
 */
import mime from "mime";

/** For names the table does not know: octets of an unknown kind (RFC 2046 §4.5.1). */
const UNKNOWN = "application/octet-stream";

/** Without a charset, even for text: nobody knows that of a file. */
export function mediaTypeOf(name: string): string {
  return mime.getType(`/${name}`) ?? UNKNOWN; // the slash: a file named "html" has no extension
}

/** Of a name, in lower case and without its dot; "" if it has none. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? "" : name.slice(dot + 1).toLowerCase();
}

/**
 * What a browser would run in the origin of the page it came from. A PDF is not among them: browsers show it in an
 * origin of its own, and refuse to show it at all in a sandbox.
 */
export function mayHoldScript(mediaType: string): boolean {
  return /[/+](?:html|xml|svg|xhtml)(?:\+xml)?$/.test(mediaType);
}
