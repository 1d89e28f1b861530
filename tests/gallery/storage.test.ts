import { appendFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createLocalStorage } from "../../src/gallery/local-storage.ts";
import {
  ROOT_KEY,
  type StorageKey,
  type StoredFile,
  childKey,
  contentOfPieces,
  nameOf,
  namesOf,
  parentKey,
  readStart,
} from "../../src/gallery/storage.ts";
import { fill, temporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = temporaryFolders();
const key = (text: string): StorageKey => text as StorageKey;

describe("keys", () => {
  test("are names joined by slashes, and the root is none", () => {
    expect(childKey(ROOT_KEY, "a")).toBe("a");
    expect(childKey(key("a"), "b.jpg")).toBe("a/b.jpg");
  });

  test("know the folder they lie in; the root lies in none", () => {
    expect([parentKey(key("a/b/c")), parentKey(key("a")), parentKey(ROOT_KEY)]).toEqual([
      "a/b",
      "",
      undefined,
    ]);
  });

  test("know their names", () => {
    expect([nameOf(key("a/b.jpg")), nameOf(key("a")), nameOf(ROOT_KEY)]).toEqual(["b.jpg", "a", ""]);
    expect([namesOf(key("a/b")), namesOf(key("a")), namesOf(ROOT_KEY)]).toEqual([["a", "b"], ["a"], []]);
  });
});

describe("an opened file", () => {
  const TEXT = "0123456789";

  async function openFile(): Promise<{ file: StoredFile; path: string }> {
    const root = await temporaryFolder();
    await fill(root, { "a.txt": TEXT });
    const file = await (await createLocalStorage(root)).open(key("a.txt"));
    if (file.kind === "folder") throw new Error("A file was expected.");
    return { file, path: join(root, "a.txt") };
  }

  test("is read from any position, up to its end", async () => {
    const { file } = await openFile();
    const into = Buffer.alloc(4);
    expect([await file.readAt(3, into), into.toString()]).toEqual([4, "3456"]);
    expect([await file.readAt(8, into), into.toString()]).toEqual([2, "8956"]);
    expect(await file.readAt(10, into)).toBe(0);
    await file.close();
  });

  test("is content from any position", async () => {
    const { file } = await openFile();
    const source = contentOfPieces(file, [{ position: 4, lengthBytes: 6 }]);
    const into = Buffer.alloc(4);
    expect([await source.read(into), into.toString()]).toEqual([4, "4567"]);
    expect(await source.read(into)).toBe(2);
    expect(await source.read(into)).toBe(0);
    await source.close();
    await expect(file.readAt(0, into)).rejects.toThrow(/closed/);
  });

  test("is content in pieces, with other octets between them", async () => {
    const { file } = await openFile();
    const pieces = [Buffer.from("<"), { position: 7, lengthBytes: 2 }, Buffer.alloc(0), Buffer.from("><>")];
    for (const intoBytes of [1, 2, 100]) {
      const source = contentOfPieces(file, [...pieces, { position: 0, lengthBytes: 3 }]);
      const into = Buffer.alloc(intoBytes);
      let text = "";
      for (let count = await source.read(into); count > 0; count = await source.read(into)) {
        text += into.toString("latin1", 0, count);
      }
      expect(text).toBe("<78><>012");
    }
    await file.close();
  });

  test("that became shorter ends its content early", async () => {
    const { file, path } = await openFile();
    const source = contentOfPieces(file, [{ position: 0, lengthBytes: 6 }, Buffer.from("never")]);
    await truncate(path, 3);
    const into = Buffer.alloc(4);
    expect([await source.read(into), await source.read(into)]).toEqual([3, 0]);
    await source.close();
  });

  test("is read from its start, but no more than asked for", async () => {
    const { file } = await openFile();
    expect((await readStart(file, 4)).toString()).toBe("0123");
    expect((await readStart(file, 400)).toString()).toBe(TEXT);
    await file.close();
  });

  test("that became shorter meanwhile is as long as it is", async () => {
    const { file, path } = await openFile();
    await truncate(path, 3);
    expect((await readStart(file, 400)).toString()).toBe("012");
    await file.close();
  });

  test("that became longer meanwhile is as long as it was", async () => {
    const { file, path } = await openFile();
    await appendFile(path, "more");
    expect((await readStart(file, 400)).toString()).toBe(TEXT);
    await file.close();
  });
});
