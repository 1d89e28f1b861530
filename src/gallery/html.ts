/**
 * HTML by tagged template: what is put in is escaped, unless it is HTML already.
 *
 *     html`<h1>${album.title}</h1> ${cards.map((card) => html`<li>${card.name}</li>`)}`
 */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type HtmlPart = Html | string | number | undefined | readonly HtmlPart[];

/** Nothing for undefined, one after the other for arrays; text is safe in content and in quoted attributes. */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  let text = strings[0] ?? "";
  parts.forEach((part, i) => {
    text += textOf(part) + (strings[i + 1] ?? "");
  });
  return new Html(text);
}

function textOf(part: HtmlPart): string {
  if (part === undefined) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "string") return escape(part);
  if (typeof part === "number") return String(part);
  return part.map(textOf).join("");
}

const REPLACEMENTS: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => REPLACEMENTS[character] ?? character);
}

/**
 * A file name as people may see it: what cannot be shown, or would turn the text around it (bidirectional overrides
 * have been used to make `gpj.exe` look like a picture), becomes U+FFFD.
 */
export function displayName(name: string): string {
  return name.toWellFormed().replace(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu, "\uFFFD");
}
