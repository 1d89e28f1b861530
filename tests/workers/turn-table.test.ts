import { describe, expect, test } from "vitest";
import { TurnTable } from "../../src/workers/turn-table.ts";

function createTable(
  maxAtOnce: number,
  maxAtOnceEach: number,
  practisedFirstMs = 0,
): { table: TurnTable<string>; granted: string[]; pass: (ms: number) => void } {
  const granted: string[] = [];
  let nowMs = 0;
  const table = new TurnTable<string>(
    { maxAtOnce, maxAtOnceEach, practisedFirstMs },
    (worker, { kind, key }) => {
      granted.push(kind === "turn" ? `${worker}:${key}` : `${worker}:${key} over`);
    },
    () => nowMs,
  );
  return { table, granted, pass: (ms) => (nowMs += ms) };
}

test("grants at once what nobody makes", () => {
  const { table, granted } = createTable(4, 2);
  table.want("a", "x", []);
  table.want("b", "y", []);
  expect(granted).toEqual(["a:x", "b:y"]);
});

test("lets nobody make what another one is making, and tells all who wanted it when it is done", () => {
  const { table, granted } = createTable(4, 2);
  table.want("a", "x", []);
  table.want("b", "x", []);
  table.want("c", "x", []);
  table.want("c", "y", []);
  expect(granted).toEqual(["a:x", "c:y"]);
  table.done("a", "x");
  expect(granted).toEqual(["a:x", "c:y", "b:x over", "c:x over"]);
  table.want("b", "x", []); // it could not be kept
  expect(granted.at(-1)).toBe("b:x");
});

describe("what can be made of something larger", () => {
  test("waits while that is made", () => {
    const { table, granted } = createTable(4, 4);
    table.want("a", "large", []);
    table.want("b", "small", ["huge", "large"]);
    table.want("b", "other", []);
    expect(granted).toEqual(["a:large", "b:other"]);
    table.done("a", "large");
    expect(granted).toEqual(["a:large", "b:other", "b:small"]);
  });

  test("gives its place in the line to that, if somebody wants it", () => {
    const { table, granted } = createTable(1, 1);
    table.want("a", "busy", []);
    table.want("a", "small", ["huge", "large"]);
    table.want("b", "other", []);
    table.want("b", "large", ["huge"]);
    table.want("c", "huge", []);
    for (const key of ["busy", "huge", "large", "small"]) {
      for (const worker of ["a", "b", "c"]) table.done(worker, key);
    }
    expect(granted).toEqual(["a:busy", "c:huge", "b:large", "a:small", "b:other"]);
  });

  test("waits for nothing that nobody wants, or that was given up", () => {
    const { table, granted } = createTable(4, 4);
    table.want("a", "small", ["large"]);
    table.want("b", "other large", []);
    table.want("c", "other small", ["other large"]);
    expect(granted).toEqual(["a:small", "b:other large"]);
    table.leave("b");
    expect(granted).toEqual(["a:small", "b:other large", "c:other small"]);
  });
});

test("has no more made at once than it may, first come, first served", () => {
  const { table, granted } = createTable(2, 2);
  for (const key of ["1", "2", "3", "4"]) table.want("a", key, []);
  table.want("b", "5", []);
  expect(granted).toEqual(["a:1", "a:2"]);
  table.done("a", "2");
  table.done("a", "1");
  table.done("a", "3");
  expect(granted).toEqual(["a:1", "a:2", "a:3", "a:4", "b:5"]);
});

test("lets others pass a worker that has its share", () => {
  const { table, granted } = createTable(3, 1);
  table.want("a", "1", []);
  table.want("a", "2", []);
  table.want("b", "3", []);
  expect(granted).toEqual(["a:1", "b:3"]);
  table.done("a", "1");
  expect(granted).toEqual(["a:1", "b:3", "a:2"]);
});

test("passes on what a worker held that is gone, and forgets what it wanted", () => {
  const { table, granted } = createTable(2, 2);
  table.want("a", "x", []);
  table.want("a", "y", []);
  table.want("a", "z", []);
  table.want("b", "x", []);
  table.leave("a");
  expect(granted).toEqual(["a:x", "a:y", "b:x"]);
  table.want("b", "z", []);
  expect(granted).toEqual(["a:x", "a:y", "b:x", "b:z"]);
});

test("believes only the holder that something is done", () => {
  const { table, granted } = createTable(2, 2);
  table.want("a", "x", []);
  table.want("b", "x", []);
  table.done("b", "x");
  table.done("b", "never heard of");
  expect(granted).toEqual(["a:x"]);
});

test("grants the same again to the same worker after it was done", () => {
  const { table, granted } = createTable(1, 1);
  table.want("a", "x", []);
  table.done("a", "x");
  table.want("a", "x", []);
  expect(granted).toEqual(["a:x", "a:x"]);
});

describe("who has had a turn", () => {
  test("comes before who would have to load first what it takes", () => {
    const { table, granted } = createTable(1, 1, 1_000);
    table.want("a", "1", []);
    table.want("b", "2", []);
    table.want("a", "3", []);
    for (const key of ["1", "3", "2"]) {
      for (const worker of ["a", "b"]) table.done(worker, key);
    }
    expect(granted).toEqual(["a:1", "a:3", "b:2"]);
  });

  test("does not come before who has waited long enough", () => {
    const { table, granted, pass } = createTable(1, 1, 1_000);
    table.want("a", "1", []);
    table.want("b", "2", []);
    pass(1_000);
    table.want("a", "3", []);
    table.done("a", "1");
    expect(granted).toEqual(["a:1", "b:2"]);
  });

  test("is forgotten when it is gone", () => {
    const { table, granted } = createTable(1, 1, 1_000);
    table.want("a", "1", []);
    table.leave("a");
    table.want("c", "busy", []);
    table.want("b", "2", []);
    table.want("a", "3", []);
    table.done("c", "busy");
    expect(granted).toEqual(["a:1", "c:busy", "b:2"]);
  });
});
