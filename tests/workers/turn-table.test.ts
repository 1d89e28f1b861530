import { expect, test } from "vitest";
import { TurnTable } from "../../src/workers/turn-table.ts";

function createTable(
  maxAtOnce: number,
  maxAtOnceEach: number,
): { table: TurnTable<string>; granted: string[] } {
  const granted: string[] = [];
  const table = new TurnTable<string>({ maxAtOnce, maxAtOnceEach }, (worker, key) => {
    granted.push(`${worker}:${key}`);
  });
  return { table, granted };
}

test("grants at once what nobody makes", () => {
  const { table, granted } = createTable(4, 2);
  table.want("a", "x");
  table.want("b", "y");
  expect(granted).toEqual(["a:x", "b:y"]);
});

test("lets nobody make what another one is making", () => {
  const { table, granted } = createTable(4, 2);
  table.want("a", "x");
  table.want("b", "x");
  table.want("c", "x");
  expect(granted).toEqual(["a:x"]);
  table.done("a", "x");
  expect(granted).toEqual(["a:x", "b:x"]);
  table.done("b", "x");
  expect(granted).toEqual(["a:x", "b:x", "c:x"]);
});

test("has no more made at once than it may, first come, first served", () => {
  const { table, granted } = createTable(2, 2);
  for (const key of ["1", "2", "3", "4"]) table.want("a", key);
  table.want("b", "5");
  expect(granted).toEqual(["a:1", "a:2"]);
  table.done("a", "2");
  table.done("a", "1");
  table.done("a", "3");
  expect(granted).toEqual(["a:1", "a:2", "a:3", "a:4", "b:5"]);
});

test("lets others pass a worker that has its share", () => {
  const { table, granted } = createTable(3, 1);
  table.want("a", "1");
  table.want("a", "2");
  table.want("b", "3");
  expect(granted).toEqual(["a:1", "b:3"]);
  table.done("a", "1");
  expect(granted).toEqual(["a:1", "b:3", "a:2"]);
});

test("passes on what a worker held that is gone, and forgets what it wanted", () => {
  const { table, granted } = createTable(2, 2);
  table.want("a", "x");
  table.want("a", "y");
  table.want("a", "z");
  table.want("b", "x");
  table.leave("a");
  expect(granted).toEqual(["a:x", "a:y", "b:x"]);
  table.want("b", "z");
  expect(granted).toEqual(["a:x", "a:y", "b:x", "b:z"]);
});

test("believes only the holder that something is done", () => {
  const { table, granted } = createTable(2, 2);
  table.want("a", "x");
  table.want("b", "x");
  table.done("b", "x");
  table.done("b", "never heard of");
  expect(granted).toEqual(["a:x"]);
});

test("grants the same again to the same worker after it was done", () => {
  const { table, granted } = createTable(1, 1);
  table.want("a", "x");
  table.done("a", "x");
  table.want("a", "x");
  expect(granted).toEqual(["a:x", "a:x"]);
});
