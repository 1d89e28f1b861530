/**
 * What befalls a process in real life, brought about on purpose: a module that Node.js loads into the processes of the
 * real command before anything else.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createTemporaryFolder } from "./temporary-album.ts";

/** JavaScript, run in each process of a kind before it starts. */
export type Mischief = { readonly worker?: string; readonly darkroom?: string; readonly master?: string };

/** @returns variables with which to start the command */
export async function mischief({
  worker = "",
  darkroom = "",
  master = "",
}: Mischief): Promise<Record<string, string>> {
  const file = join(await createTemporaryFolder(), "mischief.mjs");
  const kind = "/\\/(worker|darkroom)\\.js$/.exec(process.argv[1])?.[1]";
  const cases = `case "worker": {\n${worker}\nbreak; }\ncase "darkroom": {\n${darkroom}\nbreak; }\ndefault: {\n${master}\n}`;
  await writeFile(file, `switch (${kind}) {\n${cases}\n}\n`);
  return { NODE_OPTIONS: `--import ${pathToFileURL(file).href}` };
}
