/**
 * Which version this is.
 */
import { readFileSync } from "node:fs";
import { extname } from "node:path";

/** Of the package, whose manifest lies two levels above this file and three above what is compiled of them. */
export function readVersion(): string {
  const manifest = extname(import.meta.filename) === ".ts" ? "../../package.json" : "../../../package.json";
  const { version } = JSON.parse(readFileSync(new URL(manifest, import.meta.url), "utf8")) as {
    version: string;
  };
  return version;
}
