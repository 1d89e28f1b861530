/**
 * The tools the loads are made with: which of them are here, and how to get the others.
 */
import { runTool } from "./run-tool.ts";

export type ToolName = "ab" | "siege" | "nginx";

export type Tool = { readonly name: ToolName; readonly command: string; readonly version: string };

type Recipe = { readonly commands: readonly string[]; readonly install: string };

const RECIPES: Record<ToolName, Recipe> = {
  ab: { commands: ["ab"], install: "apt install apache2-utils, dnf install httpd-tools; macOS has it" },
  siege: { commands: ["siege"], install: "apt install siege, dnf install siege, brew install siege" },
  // Debian keeps it where only root's search path looks.
  nginx: {
    commands: ["nginx", "/usr/sbin/nginx"],
    install: "apt install nginx-light, dnf install nginx, brew install nginx",
  },
};

const VERSION_TIMEOUT_MS = 10_000;

/** @param homeDirectory siege leaves a configuration in it, so it is not the user's */
export async function findTools(homeDirectory: string, signal: AbortSignal): Promise<Map<ToolName, Tool>> {
  const found = new Map<ToolName, Tool>();
  for (const name of ["ab", "siege", "nginx"] as const) {
    for (const command of RECIPES[name].commands) {
      const version = await readVersion(name, command, homeDirectory, signal);
      if (version !== undefined && !found.has(name)) found.set(name, { name, command, version });
    }
  }
  return found;
}

export function howToInstall(name: ToolName): string {
  return `${name} is missing (${RECIPES[name].install})`;
}

/** `-V` with ab and siege, `-v` with nginx; siege and nginx say it on standard error. */
async function readVersion(
  name: ToolName,
  command: string,
  homeDirectory: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const args = [name === "nginx" ? "-v" : "-V"];
    const output = await runTool(command, args, { timeoutMs: VERSION_TIMEOUT_MS, signal, homeDirectory });
    const number = /(?:Version |SIEGE |nginx\/)(\d[\d.]*)/i.exec(`${output.stdout}\n${output.stderr}`)?.[1];
    return `${name} ${number ?? "of unknown version"}`;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
