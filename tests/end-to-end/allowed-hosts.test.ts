/**
 * --allow-host: what a page elsewhere gets whose name leads to this machine (DNS rebinding).
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test, vi } from "vitest";
import { RawClient, type RawResponse } from "../support/raw-client.ts";
import { type Server, startServer } from "../support/server.ts";
import {
  type TemporaryAlbum,
  createTemporaryAlbum,
  createTemporaryFolder,
  makePicture,
} from "../support/temporary-album.ts";

let album: TemporaryAlbum;

beforeAll(async () => {
  album = await createTemporaryAlbum(
    { "note.txt": "just a note\n", "photo.jpg": await makePicture() },
    "file",
  );
});

const TARGETS = ["/", "/note.txt", "/photo.jpg", "/photo.jpg?view", "/photo.jpg?size=320", "/nowhere"];

async function ask(client: RawClient, target: string, host: string): Promise<RawResponse> {
  client.write(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  return await client.readResponse();
}

const start = (...args: string[]): Promise<Server> => startServer({ root: album.path, workers: 1, args });

test("under another name nothing is told, whatever was asked for before under a right one", async () => {
  const { port } = await start("--allow-host", "localhost, *.photos.example");
  const client = await RawClient.connect(port);
  for (const target of TARGETS) {
    const before = await ask(client, target, `localhost:${port}`);
    const misdirected = await ask(client, target, `evil.example:${port}`); // on the same connection, a moment later
    const after = await ask(client, target, "our.photos.example");
    expect([before.status, misdirected.status, after.status]).toEqual([before.status, 421, before.status]);
    expect(after.content).toEqual(before.content);
    expect(misdirected.content.toString()).not.toMatch(/photo\.jpg|just a note/);
    expect(misdirected.fields.has("etag")).toBe(false);
  }
});

test("a request of HTTP/1.0 without any name gets 421 as well", async () => {
  const { port } = await start("--allow-host", "localhost");
  const client = await RawClient.connect(port);
  client.write("GET /note.txt HTTP/1.0\r\n\r\n");
  expect((await client.readResponse()).status).toBe(421);
});

test("without the option any name will do", async () => {
  const { port } = await start();
  const client = await RawClient.connect(port);
  expect((await ask(client, "/note.txt", "evil.example")).status).toBe(200);
});

test("the names may come from the configuration, and change with a reload", async () => {
  const config = join(await createTemporaryFolder(), "httpd.json");
  await writeFile(config, '{ "allow-host": "one.example" }');
  const server = await start("--config", config);
  const statusUnder = async (host: string): Promise<number> =>
    (await ask(await RawClient.connect(server.port), "/note.txt", host)).status;
  expect([await statusUnder("one.example"), await statusUnder("two.example")]).toEqual([200, 421]);
  await writeFile(config, '{ "allow-host": "two.example" }');
  server.signal("SIGHUP");
  await vi.waitFor(async () => expect(await statusUnder("two.example")).toBe(200), {
    timeout: 15_000,
    interval: 50,
  });
  expect(await statusUnder("one.example")).toBe(421);
});

test("and from the environment", async () => {
  const server = await startServer({ root: album.path, env: { HTTPD_ALLOW_HOST: "one.example" } });
  const client = await RawClient.connect(server.port);
  expect((await ask(client, "/note.txt", "ONE.example")).status).toBe(200);
  expect((await ask(client, "/note.txt", "localhost")).status).toBe(421);
});
