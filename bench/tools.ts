/**
 * The tools the loads are made with and the servers to compare with: which of them are here, and how to get the others.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { runTool } from "./run-tool.ts";

export type ToolName =
  "ab" | "wrk" | "siege" | "nginx" | "apache2" | "caddy" | "python3" | "fastify" | "serve";

export type Tool = { readonly name: ToolName; readonly command: string; readonly version: string };

type Recipe = {
  readonly install: string;
  /** The first that runs is taken. */
  readonly commands?: readonly string[];
  readonly versionArguments?: readonly string[];
  /** npm packages that are all needed, the first of which gives the version. */
  readonly packages?: readonly string[];
};

const RECIPES: Record<ToolName, Recipe> = {
  ab: {
    commands: ["ab"],
    versionArguments: ["-V"],
    install: "apt install apache2-utils, dnf install httpd-tools; macOS has it",
  },
  wrk: {
    commands: ["wrk"],
    versionArguments: ["-v"],
    install: "apt install wrk, dnf install wrk, brew install wrk",
  },
  siege: {
    commands: ["siege"],
    versionArguments: ["-V"],
    install: "apt install siege, dnf install siege, brew install siege",
  },
  // Debian keeps these two where only root's search path looks.
  nginx: {
    commands: ["nginx", "/usr/sbin/nginx"],
    versionArguments: ["-v"],
    install: "apt install nginx-light, dnf install nginx, brew install nginx",
  },
  apache2: {
    commands: ["apache2", "/usr/sbin/apache2"],
    versionArguments: ["-v"],
    install: "apt install apache2-bin",
  },
  caddy: { commands: ["caddy"], versionArguments: ["version"], install: "apt install caddy" },
  python3: { commands: ["python3"], versionArguments: ["--version"], install: "apt install python3" },
  fastify: {
    packages: ["fastify", "@fastify/static"],
    install: "npm install --no-save fastify @fastify/static serve",
  },
  serve: { packages: ["serve"], install: "npm install --no-save fastify @fastify/static serve" },
};

export const TOOL_NAMES = Object.keys(RECIPES) as ToolName[];

const VERSION_TIMEOUT_MS = 10_000;

/** @param homeDirectory siege leaves a configuration in it, so it is not the user's */
export async function findTools(homeDirectory: string, signal: AbortSignal): Promise<Map<ToolName, Tool>> {
  const found = new Map<ToolName, Tool>();
  for (const name of TOOL_NAMES) {
    const { commands = [], versionArguments = [], packages } = RECIPES[name];
    const inPackage = packages === undefined ? undefined : await findPackages(name, packages);
    if (inPackage !== undefined) found.set(name, inPackage);
    for (const command of commands) {
      if (found.has(name)) break;
      const number = await readVersion(command, versionArguments, homeDirectory, signal);
      if (number !== undefined) found.set(name, { name, command, version: `${name} ${number}` });
    }
  }
  return found;
}

export function howToInstall(name: ToolName): string {
  return `${name} is missing (${RECIPES[name].install})`;
}

/** Some say it on standard error, and wrk ends with 1 when it is asked. */
async function readVersion(
  command: string,
  args: readonly string[],
  homeDirectory: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const output = await runTool(command, args, { timeoutMs: VERSION_TIMEOUT_MS, signal, homeDirectory });
    if (output.exitCode === EXIT_NOT_FOUND) return undefined; // a shim of a version manager with nothing behind it
    return /\d+\.\d[\d.]*\d|\d+\.\d/.exec(`${output.stdout}\n${output.stderr}`)?.[0] ?? "of unknown version";
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

const EXIT_NOT_FOUND = 127;

/** Its command is the program that package.json names under `bin`, if it names one. */
async function findPackages(name: ToolName, packages: readonly string[]): Promise<Tool | undefined> {
  try {
    const [manifest = ""] = await Promise.all(packages.map(findManifest));
    const { version, bin = {} } = JSON.parse(await readFile(manifest, "utf8")) as {
      version: string;
      bin?: Record<string, string>;
    };
    return { name, command: join(dirname(manifest), bin[name] ?? ""), version: `${name} ${version}` };
  } catch {
    return undefined;
  }
}

/** A package need not export its package.json, so it is looked for where packages are looked for. */
async function findManifest(packageName: string): Promise<string> {
  for (const directory of createRequire(import.meta.url).resolve.paths(packageName) ?? []) {
    const path = join(directory, packageName, "package.json");
    const isThere = await readFile(path).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  throw new Error(`there is no package ${packageName}`);
}
