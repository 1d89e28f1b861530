/**
 * What a file is called, and what a visitor sends, in every log there is: lines stay lines, and nothing steers the
 * terminal of whoever reads them.
 */
import { chmod, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CAN_DROP_RIGHTS, WITHOUT_RIGHTS_OF_ROOT } from "../support/confinement.ts";
import { fetchRaw } from "../support/raw-client.ts";
import { startServer } from "../support/server.ts";
import { createTemporaryAlbum, createTemporaryFolder } from "../support/temporary-album.ts";

const ODD_NAMES = [
  "line\nbreak, tab\t and return\r",
  'error: "quoted"',
  "\u001b]0;a title\u0007\u001b[2J",
  "\u009b31mred",
  "\u202egpj.exe\u2066",
  "\u2028 \u2029 \u0085",
  "<script>alert(1)",
  "%0d%0aerror: nothing",
  "旅行 👩‍👩‍👧",
];

/** Whatever may stand in a request-target, which is visible US-ASCII, and in a field value. */
const ODD_TARGETS = [
  '/"quoted"',
  "/back\\slash",
  "/<script>",
  "/%0d%0aerror:%20x",
  "/%ff",
  "/%1b[2J",
  "/{}|^`",
  "/%00",
];
const ODD_FIELDS = ['User-Agent: "a" \\ \x9b31m \xe2\x80\xae', 'Referer: \t/"\xff'];

/** Printable, and of one direction. */
const PLAIN_LINE = /^[^\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]*$/u;

const QUOTED = String.raw`"(?:[^"\\]|\\x[\da-f]{2,4})*"`;
const COMMON = `127\\.0\\.0\\.1 - - \\[[^\\]]+\\] (${QUOTED}) \\d{3} (?:\\d+|-)`;

/** The target that a line tells; undefined if it tells none. */
const TARGET_OF: Readonly<Record<string, (line: string) => string | undefined>> = {
  common: (line) => targetOfQuoted(new RegExp(`^${COMMON} \\d+$`).exec(line)?.[1]),
  combined: (line) => targetOfQuoted(new RegExp(`^${COMMON} ${QUOTED} ${QUOTED} \\d+ \\d+$`).exec(line)?.[1]),
  json: (line) => (JSON.parse(line) as { readonly target?: string }).target,
};

function targetOfQuoted(quoted = "no such line"): string | undefined {
  const text = quoted.replace(/\\x([\da-f]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  return text === '"-"' ? undefined : /^"GET (.*) HTTP\/1\.1"$/.exec(text)?.[1];
}

if (!CAN_DROP_RIGHTS && process.env["REQUIRE_ALL_TESTS"] !== undefined)
  throw new Error("There is no setpriv.");

describe.skipIf(!CAN_DROP_RIGHTS).each(Object.entries(TARGET_OF))("in the %s log", (format, targetOf) => {
  test("each request is one line, each error another, and none of them obeys a name", async () => {
    const album = await createTemporaryAlbum();
    for (const name of ODD_NAMES) await chmod(await album.add(name, ""), 0); // so that the system names it in an error
    const traceFile = join(await createTemporaryFolder(), "trace");
    const args = ["--log-format", format, "--trace-file", traceFile];
    const server = await startServer({ root: album.path, args, through: WITHOUT_RIGHTS_OF_ROOT, workers: 1 });
    const targets = [...ODD_NAMES.map((name) => `/${encodeURIComponent(name)}`), ...ODD_TARGETS];
    const statuses: number[] = [];
    for (const target of targets) {
      statuses.push((await fetchRaw(server.port, target, { fields: ODD_FIELDS })).status);
    }
    expect(statuses.slice(0, ODD_NAMES.length)).toEqual(ODD_NAMES.map(() => 403));
    await server.stop();
    const lines = (await server.log()).split("\n").slice(0, -1);
    expect(lines.filter((line) => !PLAIN_LINE.test(line))).toEqual([]);
    const errors = lines.filter((line) => line.startsWith("error: "));
    expect(errors).toHaveLength(ODD_NAMES.length);
    expect(errors.filter((line) => !line.includes("EACCES"))).toEqual([]);
    const others = lines.filter((line) => !errors.includes(line));
    const wanted = targets.map((target, i) => (statuses[i] === 400 ? undefined : target));
    expect(others.map(targetOf)).toEqual(wanted);
    const trace = (await readFile(traceFile, "utf8")).split("\n").slice(0, -1);
    expect(trace.filter((line) => !/^\d{4}-\d\d-\d\dT[\d:.]+Z 127\.0\.0\.1:\d+ /.test(line))).toEqual([]);
    expect(trace.filter((line) => !PLAIN_LINE.test(line))).toEqual([]);
  });
});
