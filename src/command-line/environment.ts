/**
 * Options from the environment, made such that yargs understands them: HTTPD_PORT, HTTPD_LOG_FILE …
 */
import { OPTION_NAMES } from "./option-names.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Changes the variables of this process, once more without harm.
 *
 * @throws UsageError for a switch that is neither on nor off
 */
export function prepareEnvironment(): void {
  for (const name of Object.keys(process.env)) {
    if (name.startsWith("HTTPD_") && !VARIABLES.has(name)) delete process.env[name];
  }
  normalizeSwitch("HTTPD_TRACE");
  normalizeSwitch("HTTPD_PROXY_PROTOCOL");
}

/** Variables that happen to begin like ours are none of our business. */
const VARIABLES = new Set(OPTION_NAMES.map((name) => `HTTPD_${name.toUpperCase().replaceAll("-", "_")}`));

/** yargs takes for true what is called so, and everything else silently for false. */
function normalizeSwitch(name: string): void {
  const value = process.env[name];
  if (value === undefined) return;
  const meaning = SWITCH_WORDS.get(value.toLowerCase());
  if (meaning === undefined) {
    throw new UsageError(`${name} takes true or false, not ${JSON.stringify(value)}`);
  }
  process.env[name] = meaning;
}

const SWITCH_WORDS = new Map([
  ["true", "true"],
  ["1", "true"],
  ["yes", "true"],
  ["on", "true"],
  ["false", "false"],
  ["0", "false"],
  ["no", "false"],
  ["off", "false"],
]);
