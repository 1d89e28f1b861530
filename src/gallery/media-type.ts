/**
 * File name → media type (RFC 9110 §8.3), by the table of the `mime` package.
 */

/** For names the table does not know: octets of an unknown kind (RFC 2046 §4.5.1). */
const UNKNOWN = "application/octet-stream";

/**
 * What lies in most folders of photos, as the whole table has it. That one, of more than a thousand extensions, is
 * loaded when a file of another kind is first asked for (BENCHMARKS.md).
 */
export const FREQUENT_TYPES: ReadonlyMap<string, string> = new Map([
  ["jpg", "image/jpeg"],
  ["jpeg", "image/jpeg"],
  ["png", "image/png"],
  ["webp", "image/webp"],
  ["gif", "image/gif"],
  ["avif", "image/avif"],
  ["heic", "image/heic"],
  ["heif", "image/heif"],
  ["tif", "image/tiff"],
  ["tiff", "image/tiff"],
  ["svg", "image/svg+xml"],
  ["mp4", "video/mp4"],
  ["mov", "video/quicktime"],
  ["html", "text/html"],
  ["css", "text/css"],
  ["js", "text/javascript"],
  ["txt", "text/plain"],
  ["json", "application/json"],
  ["pdf", "application/pdf"],
  ["zip", "application/zip"],
]);

/** Without a charset, even for text: nobody knows that of a file. */
export async function mediaTypeOf(name: string): Promise<string> {
  return FREQUENT_TYPES.get(extensionOf(name)) ?? (await lookUp(name));
}

async function lookUp(name: string): Promise<string> {
  const { default: mime } = await import("mime");
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
