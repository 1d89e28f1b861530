/**
 * Guests: servers we do not know, started by a command.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { get } from "../../bench/get.ts";
import { fillIn, parseGuest } from "../../bench/peers/guest.ts";
import { readTreeUsage } from "../../bench/process-tree.ts";
import { checkTarget } from "../../bench/target.ts";
import { temporaryFolders } from "../support/temporary-folder.ts";

const createFolder = temporaryFolders();

test("a guest has a name and a command, which may hold an equals sign", () => {
  expect(parseGuest("seed=A=1 httpd -p {port}")).toMatchObject({ name: "seed", isGuest: true });
  expect(() => parseGuest("httpd")).toThrow('--peer takes NAME=COMMAND, not "httpd"');
  expect(() => parseGuest("=httpd")).toThrow("--peer takes NAME=COMMAND");
});

test("port and root are filled in, the root so that the shell takes it for one word", () => {
  expect(fillIn("httpd -p {port} -r {root}", "8080", "/it's $here")).toBe(
    `httpd -p 8080 -r '/it'\\''s $here'`,
  );
});

test("a guest is told where to listen and what to serve, and is stopped with the shell it runs in", async () => {
  const root = await createFolder();
  await writeFile(join(root, "index.html"), "guest");
  const script = `require("http").createServer((_, r) => r.end(require("fs").readFileSync(process.env.ROOT + "/index.html"))).listen(process.env.PORT, "127.0.0.1")`;
  const guest = parseGuest(`echo=${process.execPath} -e '${script}'; true`);
  const { signal } = new AbortController();
  const server = await guest.launch({ tool: undefined, workers: 1, root, directory: root, signal });
  const target = { path: "/", status: 200, body: Buffer.from("guest") } as const;
  await checkTarget(server.url, target, signal);
  await expect(checkTarget(server.url, { ...target, body: Buffer.from("host") }, signal)).rejects.toThrow(
    "/ is not answered with the bytes everybody serves",
  );
  await expect(checkTarget(server.url, { ...target, status: 304 }, signal)).rejects.toThrow(
    "/ was answered with 200, not 304",
  );
  expect(readTreeUsage(server.pid)?.cpuMs).toBeGreaterThan(1);
  expect(await server.stop()).toBe(true);
  await expect.poll(() => get(server.url, signal).catch(String)).toContain("ECONNREFUSED");
});
