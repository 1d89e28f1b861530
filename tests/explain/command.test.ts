/**
 * `httpd explain` as a process: where octets come from, what is written, and the one line if nothing can be.
 */
import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { settings } from "../../settings.ts";
import { COMMAND_FILE, startServer } from "../support/server.ts";
import { createTemporaryAlbum, createTemporaryFolder } from "../support/temporary-album.ts";

type Run = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const REFUSED = "GET / HTTP/1.1\r\nHost : a\r\n\r\n";

const hasScript = spawnSync("script", ["-qec", "true", "/dev/null"]).status === 0;

/** Of whoever runs the tests, but for what it says about colour. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => name !== "NO_COLOR" && name !== "FORCE_COLOR"),
);

let folder: string;

beforeAll(async () => {
  folder = await createTemporaryFolder("file");
  await writeFile(join(folder, "request.txt"), GET);
});

function explain(args: readonly string[], input?: string | Buffer, env: Record<string, string> = {}): Run {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND_FILE, "explain", ...args], {
    cwd: folder,
    env: { ...environment, ...env },
    encoding: "utf8",
    maxBuffer: 1e9,
    ...(input === undefined ? { stdio: ["ignore", "pipe", "pipe"] } : { input }),
  });
  return { code: status, stdout, stderr };
}

function isColoured(env: Record<string, string>): boolean {
  return explain([], GET, env).stdout.includes("\u001B[");
}

function inTerminal(env: Record<string, string>): string {
  const command = `'${process.execPath}' '${COMMAND_FILE}' explain request.txt`;
  const options = { cwd: folder, env: { ...environment, TERM: "xterm", ...env }, encoding: "utf8" } as const;
  return spawnSync("script", ["-qec", command, "/dev/null"], options).stdout;
}

describe("reads octets", () => {
  const first = "Request 1: octets 0 to 26\n";

  test("from a file", () => {
    const { code, stdout, stderr } = explain(["request.txt"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.startsWith(first)).toBe(true);
  });

  test("from standard input, named or not", () => {
    const { stdout } = explain(["request.txt"]);
    expect(explain([], GET)).toEqual({ code: 0, stdout, stderr: "" });
    expect(explain(["-"], GET)).toEqual({ code: 0, stdout, stderr: "" });
  });

  test("of a URL", () => {
    const { code, stdout } = explain(["--url", "http://photos.example/a.jpg?view"]);
    expect(code).toBe(0);
    expect(stdout).toContain('The page of the photo "a.jpg".');
    expect(stdout).toContain("photos.example");
  });

  test("of a curl command", () => {
    const { code, stdout } = explain(["--curl", "curl -I -H 'X: y' localhost:8080/a.jpg"]);
    expect(code).toBe(0);
    expect(stdout).toContain('The file "a.jpg" as it is. Its head only.');
  });

  test("of nobody: there is nothing to explain, and it says so", () => {
    const { code, stdout } = explain([], "");
    expect(code).toBe(0);
    expect(stdout).toContain("Not one octet came");
  });
});

describe("writes", () => {
  test("JSON for machines", () => {
    const { code, stdout } = explain(["--json"], REFUSED);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      shape: 1,
      octets: REFUSED.length,
      messages: [{ offset: 0, outcome: { kind: "refused", status: 400, offset: 20, rule: "RFC 9112 §5.1" } }],
      ignored: null,
    });
  });

  test("one page that needs nothing else", () => {
    const { code, stdout } = explain(["--html"], REFUSED);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^<!doctype html>\n[^]*<\/html>\n$/);
    expect(stdout).toContain("400 Bad Request");
    expect(stdout).not.toMatch(/\bsrc=|url\(|@import|<link|<script/);
  });

  test("no colour where nobody sees it, unless FORCE_COLOR asks for it, and never with NO_COLOR", () => {
    expect(isColoured({})).toBe(false);
    expect(isColoured({ FORCE_COLOR: "1" })).toBe(true);
    expect(isColoured({ FORCE_COLOR: "0" })).toBe(false);
    expect(isColoured({ FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(false);
  });

  test.skipIf(!hasScript)("in colour in a terminal", () => {
    expect(inTerminal({})).toContain("\u001B[1mGET\u001B[0m");
    expect(inTerminal({ NO_COLOR: "1" })).not.toContain("\u001B[");
    expect(inTerminal({ TERM: "dumb" })).not.toContain("\u001B[");
  });

  test("a long explanation as a whole, into a pipe", () => {
    const wire = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(2_000);
    const { stdout } = explain(["--json"], wire);
    expect((JSON.parse(stdout) as { messages: unknown[] }).messages).toHaveLength(2_000);
  });
});

const refusals: { because: string; args: string[]; input?: string; sentence: RegExp }[] = [
  { because: "a missing file", args: ["missing.txt"], sentence: /"missing\.txt" cannot be read \(ENOENT\)/ },
  { because: "a folder", args: ["."], sentence: /"\." cannot be read \(EISDIR\)/ },
  { because: "an unknown option", args: ["--nope"], sentence: /nope/ },
  { because: "two files", args: ["a", "b"], sentence: /b/ },
  { because: "a file and a URL", args: ["request.txt", "--url", "http://a"], sentence: /only one of them/ },
  { because: "two ways to write", args: ["--json", "--html"], input: GET, sentence: /not both/ },
  { because: "what is no URL", args: ["--url", "http://"], sentence: /--url takes a URL/ },
  {
    because: "an option of curl it does not know",
    args: ["--curl", "curl -F a=b c"],
    sentence: /"-F" is no option/,
  },
  { because: "a --curl without a command", args: ["--curl"], sentence: /curl/ },
  {
    because: "more octets than it keeps",
    args: [],
    input: "x".repeat(settings.explain.maxInputBytes + 1),
    sentence: /standard input holds more than 300000 octets/,
  },
];

test.each(refusals)("refuses $because in one line", ({ args, input, sentence }) => {
  const { code, stdout, stderr } = explain(args, input);
  expect(stderr).toMatch(/^httpd: [^\n]+\n$/);
  expect(stderr).toMatch(sentence);
  expect([code, stdout]).toEqual([2, ""]);
});

test("explains itself, and how a folder of its name is shared", () => {
  const { code, stdout } = explain(["--help"]);
  expect(code).toBe(0);
  for (const word of ["--url", "--curl", "--json", "--html", "httpd ./explain"])
    expect(stdout).toContain(word);
});

test("a folder of that name is shared as ./explain", async () => {
  const album = await createTemporaryAlbum({ "explain/a.txt": "here" });
  const server = await startServer({ root: "./explain", cwd: album.path });
  const response = await fetch(`http://127.0.0.1:${server.port}/a.txt`);
  expect(await response.text()).toBe("here");
});

test("the example in README.md is what it says", async () => {
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const [, wire = "", shown = ""] =
    /printf '([^']+)' \| npx httpd explain\n```\n\n```text\n([^]*?)```/.exec(readme) ?? [];
  const { stdout } = explain([], wire.replaceAll("\\r", "\r").replaceAll("\\n", "\n"));
  expect(shown).not.toBe("");
  expect(stdout.slice(0, shown.length)).toBe(shown);
});
