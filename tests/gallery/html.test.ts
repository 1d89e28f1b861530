import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Html, displayName, html } from "../../src/gallery/html.ts";

const anyText = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(..."<>&\"'ab;#".split("")) }));

/** What a browser makes of the escapes that are used. */
function unescape(text: string): string {
  const characters: Record<string, string> = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" };
  return text.replace(/&(lt|gt|quot|#39|amp);/g, (whole, name: string) => characters[name] ?? whole);
}

test("nothing that is put in can open a tag, end an attribute or begin a reference", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { text: result } = html`${text}`;
      expect(result).not.toMatch(/[<>"']/);
      expect(result.replace(/&(?:lt|gt|quot|#39|amp);/g, "")).not.toContain("&");
      expect(unescape(result)).toBe(text);
    }),
    { numRuns: 300 },
  );
});

test("in an array it is escaped as well, however deep", () => {
  expect(html`${["<", ["&", [html`<b>`, '"']]]}`.text).toBe("&lt;&amp;<b>&quot;");
});

test("what is HTML already stays as it is, once and again", () => {
  const inner = html`<b title="${'"'}">${"<"}</b>`;
  expect(html`<p>${inner}</p>`.text).toBe('<p><b title="&quot;">&lt;</b></p>');
});

test("numbers are themselves, undefined is nothing, and an empty array is nothing", () => {
  expect(html`${1.5}|${undefined}|${[]}|${0}`.text).toBe("1.5|||0");
});

test("an object that only looks like HTML cannot be put in", () => {
  const lookalike = { text: "<script>" } as unknown as string;
  expect(() => html`${lookalike}`).toThrow(TypeError);
  expect(new Html("<b>")).toBeInstanceOf(Html);
});

describe("a name as people may see it", () => {
  test.each([
    { what: "an ordinary name", name: "IMG_1234.jpg", shown: "IMG_1234.jpg" },
    {
      what: "other scripts",
      name: "\u65c5\u884c \u05d0\u05d1 \u0639\u0631",
      shown: "\u65c5\u884c \u05d0\u05d1 \u0639\u0631",
    },
    { what: "emoji with a joiner", name: "\u{1f469}\u200d\u{1f680}", shown: "\u{1f469}\u200d\u{1f680}" },
    { what: "a line break", name: "a\nb\rc", shown: "a\uFFFDb\uFFFDc" },
    { what: "ESC and DEL", name: "\x1b[2J\x7f", shown: "\uFFFD[2J\uFFFD" },
    { what: "a C1 control", name: "a\u0085b", shown: "a\uFFFDb" },
    { what: "an octet that is no UTF-8", name: "caf\uDCE9.jpg", shown: "caf\uFFFD.jpg" },
    { what: "a right-to-left override", name: "photo\u202egpj.exe", shown: "photo\uFFFDgpj.exe" },
    { what: "bidirectional embeddings", name: "\u202a\u202b\u202c\u202d", shown: "\uFFFD".repeat(4) },
    { what: "bidirectional isolates", name: "\u2066\u2067\u2068\u2069", shown: "\uFFFD".repeat(4) },
    { what: "markup, which is not its business", name: "<b>", shown: "<b>" },
    { what: "nothing", name: "", shown: "" },
  ])("$what", ({ name, shown }) => {
    expect(displayName(name)).toBe(shown);
  });
});
