/**
 * Rows of text → a Markdown table, aligned as prettier aligns it: it is read in a terminal as well.
 */
export type Table = {
  /** Stands above it. */
  readonly title?: string;
  /** The first column is text, all others are figures and lean to the right. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

const MIN_WIDTH = 3;

export function formatTable({ title, columns, rows }: Table): string {
  const widths = columns.map((name, i) =>
    Math.max(MIN_WIDTH, name.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  const pad = (cells: readonly string[]): string[] =>
    widths.map((width, i) => (i === 0 ? (cells[i] ?? "").padEnd(width) : (cells[i] ?? "").padStart(width)));
  const rule = widths.map((width, i) => (i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  const heading = title === undefined ? [] : [`**${title}**`, ""];
  const lines = [formatLine(pad(columns)), formatLine(rule), ...rows.map((row) => formatLine(pad(row)))];
  return [...heading, ...lines].join("\n");
}

function formatLine(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
