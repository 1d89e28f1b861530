/**
 * Folders as large as they are said to be.
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fillFolder } from "../../bench/photos.ts";

test("a folder is filled with files of the same content, linked a thousand at a time", async () => {
  const directory = mkdtempSync(join(tmpdir(), "share-my-photos-test-"));
  try {
    const names = await fillFolder(join(directory, "a"), Buffer.from("x"), 2_001);
    expect(names.at(0)).toBe("0001.jpg");
    expect(readdirSync(join(directory, "a")).toSorted()).toEqual(names);
    const [last = ""] = names.slice(-1);
    expect(readFileSync(join(directory, "a", last), "utf8")).toBe("x");
    const links = ["0001.jpg", "1001.jpg", last].map((name) => statSync(join(directory, "a", name)).nlink);
    expect(links).toEqual([1_000, 1_000, 1]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
