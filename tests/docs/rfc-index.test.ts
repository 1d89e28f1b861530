/**
 * docs/rfc9112.md and docs/rfc9110.md: every file they name is there and cites the section, and every section that the
 * code cites is in them.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";

const project = new URL("../../", import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, project), "utf8");

/** One row of an index: `| section | rule | where | shown by |`. */
type Row = { readonly section: string; readonly files: readonly string[] };

function rowsOf(index: string): Row[] {
  const text = read(index);
  const targets = new Map(
    Array.from(text.matchAll(/^\[(.+)\]: \.\.\/(.+)$/gm), ([, label = "", file = ""]) => [label, file]),
  );
  return Array.from(text.matchAll(/^\| +([\d.]+) +\|(.*)$/gm), ([, section = "", cells = ""]) => ({
    section,
    files: Array.from(cells.matchAll(/\[([^\]]+)\]/g), ([, label = ""]) => targets.get(label) ?? label),
  }));
}

/**
 * The sections of an RFC that a text cites: `RFC 9112 §9.3`, a bare `§9.6` behind it, and the number at the start of a
 * row in a table of rules (`["9.6", …`).
 */
function citations(text: string, rfc: string): Set<string> {
  const cited = new Set<string>();
  let current: string | undefined;
  for (const [, number, section, row] of text.matchAll(
    /RFC (\d{4})|§(\d[\d.]*\d|\d)|^ *\[?"(\d[\d.]*)",/gm,
  )) {
    if (number !== undefined) current = number;
    else if (current === rfc) cited.add(section ?? row ?? "");
  }
  return cited;
}

/** The section itself, a part of it, or what it is a part of. */
function isAbout(cited: ReadonlySet<string>, section: string): boolean {
  return [...cited].some(
    (other) => other === section || other.startsWith(`${section}.`) || section.startsWith(`${other}.`),
  );
}

const sources = [
  "settings.ts",
  ...readdirSync(new URL("src/", project), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `src/${file.replaceAll("\\", "/")}`),
];

for (const [rfc, index] of [
  ["9112", "docs/rfc9112.md"],
  ["9110", "docs/rfc9110.md"],
] as const) {
  const rows = rowsOf(index);

  describe(`the index of RFC ${rfc}`, () => {
    test("is in the RFC's order", () => {
      const sections = rows.map(({ section }) => section);
      const numbers = new Intl.Collator("en", { numeric: true });
      expect(sections).toEqual(sections.toSorted(numbers.compare));
      expect(rows.length).toBeGreaterThan(50);
    });

    test("names files that are there", () => {
      const named = rows.flatMap(({ files }) => files);
      expect(named.filter((file) => !existsSync(new URL(file, project)))).toEqual([]);
    });

    test("names files that cite the section", () => {
      const silent = rows.flatMap(({ section, files }) =>
        files
          .filter((file) => !isAbout(citations(read(file), rfc), section))
          .map((file) => `${file} RFC ${rfc} §${section}`),
      );
      expect(silent).toEqual([]);
    });

    test("has every section that the code cites", () => {
      const listed = new Set(rows.map(({ section }) => section));
      const missing = sources.flatMap((file) =>
        [...citations(read(file), rfc)]
          .filter((section) => !isAbout(listed, section))
          .map((section) => `${file} cites §${section}`),
      );
      expect(missing).toEqual([]);
    });
  });
}
