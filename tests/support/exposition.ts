/**
 * A strict reader of what Prometheus scrapes (text format 0.0.4): what it cannot be sure of is an error.
 *
 * It holds what is written against the format's own rules, and against what `promtool check metrics` would say of names.
 */
export type Family = {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly samples: readonly Sample[];
};

export type Sample = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

/** @throws Error that names the line, for what is no exposition */
export function readExposition(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith("\n")) throw new Error("The last line does not end.");
  const families = new Map<string, Family & { readonly samples: Sample[] }>();
  let current: (Family & { readonly samples: Sample[] }) | undefined;
  let help: { readonly name: string; readonly text: string } | undefined;
  for (const line of text.slice(0, -1).split("\n")) {
    if (line === "") continue; // the format has them ignored
    const [, helpName, helpText] = /^# HELP ([a-z_]+) (.+)$/.exec(line) ?? [];
    const [, typeName, type] = /^# TYPE ([a-z_]+) (counter|gauge|histogram)$/.exec(line) ?? [];
    if (helpName !== undefined) {
      if (help !== undefined || families.has(helpName)) throw new Error(`Out of place: ${line}`);
      help = { name: helpName, text: unescape(helpText ?? "", /\\[\\n]/g) };
    } else if (typeName !== undefined) {
      if (help?.name !== typeName) throw new Error(`No HELP before it: ${line}`);
      current = { name: typeName, help: help.text, type: type as Family["type"], samples: [] };
      families.set(typeName, current);
      help = undefined;
    } else {
      if (current === undefined || help !== undefined) throw new Error(`Out of place: ${line}`);
      current.samples.push(readSample(line, current));
    }
  }
  if (help !== undefined) throw new Error(`Nothing follows HELP ${help.name}`);
  for (const family of families.values()) checkFamily(family);
  return families;
}

/** The one sample of a family with these labels and no others; 0 where there is none. */
export function valueOf(
  families: ReadonlyMap<string, Family>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const wanted = labelKey(labels);
  const family = [...families.values()].find(({ samples }) => samples.some((sample) => sample.name === name));
  return (
    family?.samples.find((sample) => sample.name === name && labelKey(sample.labels) === wanted)?.value ?? 0
  );
}

const SAMPLE =
  /^([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)+)\})? (\+Inf|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;

function readSample(line: string, { name: family, type }: Family): Sample {
  const [, name = "", pairs = "", number = ""] = SAMPLE.exec(line) ?? [];
  const suffix = name.startsWith(family) ? name.slice(family.length) : "?";
  const isOfFamily = type === "histogram" ? /^_(?:bucket|sum|count)$/.test(suffix) : suffix === "";
  if (!isOfFamily) throw new Error(`No sample of ${family}: ${line}`);
  if (pairs.endsWith(",")) throw new Error(`A comma too many: ${line}`);
  const labels: Record<string, string> = {};
  for (const [, label = "", value = ""] of pairs.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)) {
    if (label in labels) throw new Error(`Twice the same label: ${line}`);
    labels[label] = unescape(value, /\\[\\"n]/g);
  }
  return { name, labels, value: number === "+Inf" ? Infinity : Number(number) };
}

function unescape(text: string, pattern: RegExp): string {
  const plain = text.replace(pattern, "");
  if (plain.includes("\\")) throw new Error(`No escape: ${text}`);
  return text.replace(pattern, ([, character = ""]) => (character === "n" ? "\n" : character));
}

function checkFamily({ name, type, samples }: Family): void {
  if (samples.length === 0) throw new Error(`${name} has no sample`);
  if ((type === "counter") !== name.endsWith("_total")) throw new Error(`${name} is a ${type}`);
  const keys = samples.map((sample) => sample.name + labelKey(sample.labels));
  if (new Set(keys).size < keys.length) throw new Error(`${name} has a series twice`);
  if (type !== "gauge" && samples.some(({ value }) => value < 0)) throw new Error(`${name} is negative`);
  if (type === "histogram") checkHistogram(name, samples);
}

function checkHistogram(name: string, samples: readonly Sample[]): void {
  const buckets = samples.filter((sample) => sample.name === `${name}_bucket`);
  const bounds = buckets.map(({ labels }) => (labels["le"] === "+Inf" ? Infinity : Number(labels["le"])));
  if (bounds.some((bound, i) => !(bound > (bounds[i - 1] ?? 0))))
    throw new Error(`${name}: bounds do not rise`);
  if (bounds.at(-1) !== Infinity) throw new Error(`${name} has no last bucket`);
  const counts = buckets.map(({ value }) => value);
  if (counts.some((count, i) => count < (counts[i - 1] ?? 0))) throw new Error(`${name} is not cumulative`);
  const count = samples.find((sample) => sample.name === `${name}_count`)?.value;
  if (count !== counts.at(-1)) throw new Error(`${name}: the last bucket is not the count`);
  if (!samples.some((sample) => sample.name === `${name}_sum`)) throw new Error(`${name} has no sum`);
}

function labelKey(labels: Readonly<Record<string, string>>): string {
  return Object.keys(labels)
    .map((label) => JSON.stringify([label, labels[label]]))
    .toSorted((a, b) => (a < b ? -1 : 1))
    .join();
}
