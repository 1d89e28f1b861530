import { existsSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { ReaderShell } from "./reader-shell.ts";
import { isRunning } from "./server.ts";

const PATIENCE_MS = 20_000;

/** For whoever inherits the processes that were killed to notice; the system does not hurry. */
const REAPED_MS = 10_000;

/** What the last of these blocks does. */
async function typed(...blocks: string[]): Promise<{ status: number; printed: string }> {
  const shell = await ReaderShell.open();
  let last = { status: -1, printed: "" };
  for (const block of blocks) last = await shell.type(block, PATIENCE_MS);
  return last;
}

describe("a reader's shell", () => {
  const cases: { because: string; blocks: string[]; status?: number; printed: string }[] = [
    { because: "variables live on", blocks: ["a=1", "echo $a"], printed: "1\n" },
    { because: "both outputs are one", blocks: ["echo a; echo b >&2; echo c"], printed: "a\nb\nc\n" },
    { because: "a status is that of the last command", blocks: ["true; false"], status: 1, printed: "" },
    { because: "no line end is added", blocks: ["printf a"], printed: "a" },
    { because: "commands do not read the commands behind them", blocks: ["cat; echo a"], printed: "a\n" },
    { because: "what cannot be parsed ends nothing", blocks: ["fi", "echo a"], printed: "a\n" },
    {
      because: "background jobs have numbers",
      blocks: ["sleep 60 &", "jobs -p %1 | wc -l"],
      printed: "1\n",
    },
    {
      because: "its port is not 8080, and looks so",
      blocks: ["echo 8080; [ 8080 != 80''80 ]"],
      printed: "8080\n",
    },
    { because: "octets with a port in them are as many", blocks: ["printf 8080 | wc -c"], printed: "4\n" },
    { because: "its home is its own", blocks: ["echo ~; dirname $(mktemp)"], printed: "~\n~/tmp\n" },
    { because: "it is in the project's folder", blocks: ["ls package.json"], printed: "package.json\n" },
  ];
  test.each(cases)("$because", async ({ blocks, status = 0, printed }) => {
    expect(await typed(...blocks)).toEqual({ status, printed });
  });

  test("a kill of a job reaches what the job has started", async () => {
    const { status } = await typed(
      "sh -c 'sleep 60 & echo $! > ~/pid; wait' & until [ -s ~/pid ]; do :; done",
      "kill %1; wait; while kill -0 $(cat ~/pid); do :; done; true",
    );
    expect(status).toBe(0);
  });

  test("says what was printed before time was over", async () => {
    const shell = await ReaderShell.open();
    await expect(shell.type("echo a; sleep 60", 500)).rejects.toThrow(
      "not done within 500 ms; until then:\na\n",
    );
  });
});

let pids: number[] = [];
let home = "";

test("a shell with processes in the background", async () => {
  const shell = await ReaderShell.open();
  const { printed } = await shell.type("sleep 60 & echo $!; (sleep 60 & echo $!); echo $$", PATIENCE_MS);
  pids = printed.trim().split("\n").map(Number);
  home = (await shell.type("cd; pwd -P | tr / ' '", PATIENCE_MS)).printed.trim().replaceAll(" ", "/");
  expect(pids.filter(isRunning)).toHaveLength(3);
  expect(existsSync(`/${home}`)).toBe(true);
});

test("leaves none of them behind, and no folder", async () => {
  expect(pids).toHaveLength(3);
  await vi.waitFor(() => expect(pids.filter(isRunning)).toEqual([]), REAPED_MS);
  expect(existsSync(`/${home}`)).toBe(false);
});
