/**
 * Whether each thumbnail that is made is seen, as our cache writes it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { countMakings } from "../../bench/making-counter.ts";
import { cacheName, createCacheDirectory } from "../../src/gallery/cache-directory.ts";

test.runIf(process.platform === "linux")(
  "each write counts, also of the same name, reads do not",
  async () => {
    const directory = mkdtempSync(join(tmpdir(), "share-my-photos-test-"));
    try {
      const cache = createCacheDirectory(directory, (sentence) => expect.fail(sentence));
      const [a, b] = ["a", "b"].map((name) => cacheName("thumbnails", [name], "jpeg")) as [string, string];
      await cache.write(a, Buffer.from("before"));
      const counter = await countMakings(directory);
      await cache.write(a, Buffer.from("1"));
      await cache.write(a, Buffer.from("2"));
      await cache.write(b, Buffer.from("3"));
      expect((await cache.read(a))?.toString()).toBe("2");
      expect(await counter.stop()).toBe(3);
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
);
