/**
 * `--trace`: the life of connections through the real command.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test, vi } from "vitest";
import { RawClient, fetchRaw } from "../support/raw-client.ts";
import { runCommand, startCommand, startServer } from "../support/server.ts";
import {
  type TemporaryAlbum,
  createTemporaryAlbum,
  createTemporaryFolder,
} from "../support/temporary-album.ts";

let album: TemporaryAlbum;

beforeAll(async () => {
  album = await createTemporaryAlbum({ "note.txt": "hello" }, "file");
});

/** Of one connection, in the order of their times: what happened, without when and to whom. */
async function storyOf(traceFile: string, isDone: RegExp): Promise<string[]> {
  const lines = await vi.waitFor(async () => {
    const text = await readFile(traceFile, "utf8");
    expect(text).toMatch(isDone);
    return text.trimEnd().split("\n").toSorted();
  });
  expect(new Set(lines.map((line) => line.split(" ")[1])).size, "connections").toBe(1);
  return lines.map((line) => line.split(" ").slice(2).join(" "));
}

test("tells the life of a connection, from its acceptance to its close", async () => {
  const traceFile = join(await createTemporaryFolder(), "trace.log");
  const server = await startServer({ root: album.path, args: ["--trace-file", traceFile] });
  const client = await RawClient.connect(server.port);
  client.write("GET /note.txt HTTP/1.1\r\nHost: a\r\n\r\n");
  await client.readResponse();
  client.write("GET / HTTP/2.0\r\n\r\n");
  await client.readResponse();
  client.destroy();
  const story = await storyOf(traceFile, / closed: /);
  const workers = await server.workerPids();
  const pid = workers.find((worker) => story.some((event) => event.includes(`pid ${worker}`)));
  expect(story).toEqual([
    "accepted",
    expect.stringMatching(new RegExp(`^handed to worker [12] \\(pid ${pid}\\)$`)),
    `taken by the worker with pid ${pid}`,
    '← 35 octets "GET /note.txt HTTP/1.1␍␊Host: a␍␊␍␊"',
    "parser: field-section",
    expect.stringMatching(/^→ \d+ octets "HTTP\/1\.1 200 OK␍␊.*Content-Length: 5␍␊␍␊"$/),
    "→ 5 octets of content",
    "parser: end",
    "parser: request-line",
    '← 18 octets "GET / HTTP/2.0␍␊␍␊"',
    "parser: failed",
    expect.stringMatching(/^→ \d+ octets "HTTP\/1\.1 505 .*Connection: close␍␊␍␊"$/),
    expect.stringMatching(/^→ \d+ octets of content$/),
    "closing: where a next request would begin is not known",
    expect.stringMatching(/^closed: 53 octets in, \d+ out$/),
  ]);
});

test("goes to standard error without a file", async () => {
  const args = ["-p", "0", "-w", "1", "--trace", "--log-file", "/dev/null"];
  const server = startCommand([...args, "--cache", await createTemporaryFolder(), album.path]);
  const port = Number(/:(\d+)\n/.exec(await server.printed(/\n/))?.[1]);
  await fetchRaw(port, "/note.txt");
  await vi.waitFor(() => {
    const events = server.stderr().trimEnd().split("\n").toSorted().join("\n");
    expect(events).toMatch(/ accepted\n.* handed to worker 1 [^]* closed: /);
  });
});

test("is of one run only, and shows no octet a terminal would obey", async () => {
  const traceFile = join(await createTemporaryFolder(), "trace.log");
  await writeFile(traceFile, "of yesterday\n");
  const server = await startServer({ root: album.path, args: ["--trace-file", traceFile] });
  const client = await RawClient.connect(server.port);
  client.write("GET /\x1b[31m HTTP/1.1\r\n\r\n");
  await client.readResponse();
  client.destroy();
  const story = await storyOf(traceFile, / closed: /);
  expect(story.join("\n")).not.toContain("yesterday");
  expect(story).toContain(String.raw`← 23 octets "GET /\x1B[31m HTTP/1.1␍␊␍␊"`);
});

test("that cannot be written is said before anything is served", async () => {
  const { code, stderr } = await runCommand(["-p", "0", "--trace-file", "/nowhere/trace.log", album.path]);
  expect(code).toBe(1);
  expect(stderr).toBe('httpd: the trace file "/nowhere/trace.log" cannot be written (ENOENT)\n');
});

test.each([
  { value: "1", isTraced: true },
  { value: "off", isTraced: false },
])("HTTPD_TRACE=$value is understood", async ({ value, isTraced }) => {
  const args = ["-p", "0", "-w", "1", "--log-file", "/dev/null", "--cache", await createTemporaryFolder()];
  const server = startCommand([...args, album.path], { env: { HTTPD_TRACE: value } });
  const port = Number(/:(\d+)\n/.exec(await server.printed(/\n/))?.[1]);
  await fetchRaw(port, "/note.txt");
  server.signal("SIGTERM");
  const { stderr } = await server.exited;
  expect(stderr.includes("accepted")).toBe(isTraced);
});

test("HTTPD_TRACE that cannot be meant is refused", async () => {
  const { code, stderr } = await runCommand(["-p", "0", album.path], { env: { HTTPD_TRACE: "perhaps" } });
  expect([code, stderr]).toEqual([
    2,
    'httpd: HTTPD_TRACE takes true or false, not "perhaps" (see httpd --help)\n',
  ]);
});
