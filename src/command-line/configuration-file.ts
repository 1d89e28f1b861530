/**
 * Options from a file: a JSON object with their long names.
 */
import { readFileSync } from "node:fs";
import { OPTION_NAMES } from "./option-names.ts";
import { UsageError, codeOf } from "./usage-error.ts";

/** @throws UsageError for one that cannot be read or meant */
export function readConfigFile(path: string): Record<string, unknown> {
  const shown = JSON.stringify(path);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`the configuration ${shown} cannot be read (${codeOf(error)})`);
  }
  const values = parseJson(text);
  if (typeof values !== "object" || values === null || Array.isArray(values)) {
    throw new UsageError(`the configuration ${shown} is no JSON object`);
  }
  const options = values as Record<string, unknown>;
  const unknown = Object.keys(options).find((name) => !KNOWN_NAMES.has(name));
  if (unknown !== undefined) {
    throw new UsageError(`the configuration ${shown} says ${JSON.stringify(unknown)}, which is no option`);
  }
  for (const name of ["trace", "proxy-protocol"]) {
    if (name in options && typeof options[name] !== "boolean") {
      throw new UsageError(`the configuration ${shown} says "${name}", which takes true or false`);
    }
  }
  return options;
}

const KNOWN_NAMES: ReadonlySet<string> = new Set(OPTION_NAMES);

/** @returns undefined for what is no JSON */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
