import { expect, test } from "vitest";
import { MemoryCache } from "../../src/gallery/memory-cache.ts";

const ofSize = (length: number): { bytes: Uint8Array } => ({ bytes: new Uint8Array(length) });

test("what was kept is found again, and nothing else", () => {
  const cache = new MemoryCache(10);
  const value = ofSize(4);
  cache.set("a", value);
  expect(cache.get("a")).toBe(value);
  expect(cache.get("b")).toBeUndefined();
});

test("when there are too many octets, those that nobody asked for go first", () => {
  const cache = new MemoryCache(10);
  cache.set("a", ofSize(4));
  cache.set("b", ofSize(4));
  cache.get("a");
  cache.set("c", ofSize(4));
  expect(["a", "b", "c"].filter((name) => cache.get(name) !== undefined)).toEqual(["a", "c"]);
});

test("a value that takes the place of another counts once", () => {
  const cache = new MemoryCache(10);
  for (let i = 0; i < 5; i++) cache.set("a", ofSize(4));
  cache.set("b", ofSize(6));
  expect(cache.get("a")).toBeDefined();
  expect(cache.get("b")).toBeDefined();
});

test("a value that is too large on its own is not kept", () => {
  const cache = new MemoryCache(10);
  cache.set("a", ofSize(11));
  expect(cache.get("a")).toBeUndefined();
});
