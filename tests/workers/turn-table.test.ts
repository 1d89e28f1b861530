import { describe, expect, test } from "vitest";
import { type TurnLimits, TurnTable } from "../../src/workers/turn-table.ts";

type Setup = {
  readonly table: TurnTable<string>;
  readonly want: (worker: string, key: string, after?: readonly string[]) => void;
  /** The same for what somebody looks at. */
  readonly wantFirst: (worker: string, key: string) => void;
  readonly granted: string[];
};

function createTable(maxAtOnce: number, limits: Partial<TurnLimits> = {}): Setup {
  const granted: string[] = [];
  const table = new TurnTable<string>(
    { maxAtOnce, maxWaiting: 1_000, ...limits },
    (worker, { kind, key }) => {
      granted.push(kind === "turn" ? `${worker}:${key}` : `${worker}:${key} ${kind.replace("turn-", "")}`);
    },
  );
  return {
    table,
    want: (worker, key, after = []) => table.want(worker, { key, after, urgency: "usual" }),
    wantFirst: (worker, key) => table.want(worker, { key, after: [], urgency: "first" }),
    granted,
  };
}

/** Whatever is granted, so far or by this, is done at once. */
function finishAll({ table, granted }: Setup, workers: readonly string[] = ["a", "b", "c"]): void {
  for (const turn of granted) {
    for (const worker of workers) table.done(worker, turn.slice(turn.indexOf(":") + 1));
  }
}

test("grants at once what nobody makes", () => {
  const { want, granted } = createTable(4);
  want("a", "x");
  want("b", "y");
  expect(granted).toEqual(["a:x", "b:y"]);
});

test("lets nobody make what another one is making, and tells all who wanted it when it is done", () => {
  const { table, want, granted } = createTable(4);
  want("a", "x");
  want("b", "x");
  want("c", "x");
  want("c", "y");
  expect(granted).toEqual(["a:x", "c:y"]);
  table.done("a", "x");
  expect(granted).toEqual(["a:x", "c:y", "b:x over", "c:x over"]);
  want("b", "x"); // it could not be kept
  expect(granted.at(-1)).toBe("b:x");
});

describe("what can be made of something larger", () => {
  test("waits while that is made", () => {
    const { table, want, granted } = createTable(4);
    want("a", "large");
    want("b", "small", ["huge", "large"]);
    want("b", "other");
    expect(granted).toEqual(["a:large", "b:other"]);
    table.done("a", "large");
    expect(granted).toEqual(["a:large", "b:other", "b:small"]);
  });

  test("gives its place in the line to that, if somebody wants it", () => {
    const { table, want, granted } = createTable(1);
    want("a", "busy");
    want("a", "small", ["huge", "large"]);
    want("b", "other");
    want("b", "large", ["huge"]);
    want("c", "huge");
    for (const key of ["busy", "huge", "large", "small"]) {
      for (const worker of ["a", "b", "c"]) table.done(worker, key);
    }
    expect(granted).toEqual(["a:busy", "c:huge", "b:large", "a:small", "b:other"]);
  });

  test("waits for nothing that nobody wants, or that was given up", () => {
    const { table, want, granted } = createTable(4);
    want("a", "small", ["large"]);
    want("b", "other large");
    want("c", "other small", ["other large"]);
    expect(granted).toEqual(["a:small", "b:other large"]);
    table.leave("b");
    expect(granted).toEqual(["a:small", "b:other large", "c:other small"]);
  });
});

test("has no more made at once than it may, first come, first served", () => {
  const { table, want, granted } = createTable(2);
  for (const key of ["1", "2", "3", "4"]) want("a", key);
  want("b", "5");
  expect(granted).toEqual(["a:1", "a:2"]);
  table.done("a", "2");
  table.done("a", "1");
  table.done("a", "3");
  expect(granted).toEqual(["a:1", "a:2", "a:3", "a:4", "b:5"]);
});

test("passes on what a worker held that is gone, and forgets what it wanted", () => {
  const { table, want, granted } = createTable(2);
  want("a", "x");
  want("a", "y");
  want("a", "z");
  want("b", "x");
  table.leave("a");
  expect(granted).toEqual(["a:x", "a:y", "b:x"]);
  want("b", "z");
  expect(granted).toEqual(["a:x", "a:y", "b:x", "b:z"]);
});

test("believes only the holder that something is done", () => {
  const { table, want, granted } = createTable(2);
  want("a", "x");
  want("b", "x");
  table.done("b", "x");
  table.done("b", "never heard of");
  expect(granted).toEqual(["a:x"]);
});

test("grants the same again to the same worker after it was done", () => {
  const { table, want, granted } = createTable(1);
  want("a", "x");
  table.done("a", "x");
  want("a", "x");
  expect(granted).toEqual(["a:x", "a:x"]);
});

describe("what somebody looks at", () => {
  test("comes before what is one of many, in order", () => {
    const setup = createTable(1);
    const { want, wantFirst, granted } = setup;
    want("a", "busy");
    want("a", "tile 1");
    want("b", "tile 2");
    wantFirst("b", "photo 1");
    wantFirst("a", "photo 2");
    finishAll(setup);
    expect(granted).toEqual(["a:busy", "b:photo 1", "a:photo 2", "a:tile 1", "b:tile 2"]);
  });
});

describe("what may be for nobody", () => {
  test("comes at last, and in its old place if somebody wants it again", () => {
    const setup = createTable(1);
    const { want, table, granted } = setup;
    for (const key of ["busy", "1", "2", "3"]) want("a", key);
    table.reconsider("a", "1", "last");
    table.reconsider("a", "2", "last");
    table.reconsider("a", "1", "usual");
    finishAll(setup);
    expect(granted).toEqual(["a:busy", "a:1", "a:3", "a:2"]);
  });

  test("is waited for by nothing that could be made of it", () => {
    const { want, table, granted } = createTable(1);
    want("a", "busy");
    want("a", "large");
    want("b", "small", ["large"]);
    table.reconsider("a", "large", "last");
    table.done("a", "busy");
    expect(granted).toEqual(["a:busy", "b:small"]);
  });

  test("is refused first, unless another worker wants the same", () => {
    const { want, table, granted } = createTable(1, { maxWaiting: 2 });
    want("a", "busy");
    for (const key of ["1", "2"]) want("a", key);
    want("b", "1");
    for (const key of ["1", "2"]) table.reconsider("a", key, "last");
    want("c", "3");
    expect(granted).toEqual(["a:busy", "a:2 refused"]);
  });

  test("is forgotten if it is for nobody, and what waited for it goes on", () => {
    const { want, table, granted } = createTable(2);
    want("a", "other");
    want("b", "busy");
    want("a", "large");
    want("b", "small", ["large"]);
    table.reconsider("a", "large", "none");
    table.done("b", "busy");
    table.done("b", "small");
    expect(granted).toEqual(["a:other", "b:busy", "b:small"]);
  });

  test("nothing changes for who had the turn already", () => {
    const { want, table, granted } = createTable(1);
    want("a", "x");
    table.reconsider("a", "x", "none");
    table.reconsider("a", "never heard of", "first");
    want("b", "x");
    table.done("a", "x");
    expect(granted).toEqual(["a:x", "b:x over"]);
  });
});

describe("when as many wait as may", () => {
  test("one more is refused, and those that wait are served", () => {
    const setup = createTable(1, { maxWaiting: 2 });
    const { want, granted } = setup;
    for (const key of ["busy", "1", "2", "3", "4"]) want("a", key);
    expect(granted).toEqual(["a:busy", "a:3 refused", "a:4 refused"]);
    setup.table.done("a", "busy");
    want("b", "3");
    expect(granted.slice(3)).toEqual(["a:1"]);
  });

  test("who wants what others wait for, or what is being made, waits with them", () => {
    const { want, table, granted } = createTable(1, { maxWaiting: 1 });
    want("a", "busy");
    want("a", "1");
    want("b", "1");
    want("b", "busy");
    want("c", "busy");
    expect(granted).toEqual(["a:busy"]);
    want("b", "2");
    expect(granted).toEqual(["a:busy", "b:2 refused"]);
    table.done("a", "busy");
    expect(granted.slice(2)).toEqual(["b:busy over", "c:busy over", "a:1"]);
  });

  test("what somebody looks at takes the place of the last that is one of many, whoever wanted that", () => {
    const { want, wantFirst, granted } = createTable(1, { maxWaiting: 2 });
    want("a", "busy");
    want("a", "1");
    want("a", "2");
    want("b", "2");
    wantFirst("c", "photo 1");
    expect(granted).toEqual(["a:busy", "a:2 refused", "b:2 refused"]);
    wantFirst("c", "photo 2");
    wantFirst("b", "photo 3");
    expect(granted.slice(3)).toEqual(["a:1 refused", "b:photo 3 refused"]);
  });

  test("nobody is refused who can have a turn at once", () => {
    const { want, granted } = createTable(2, { maxWaiting: 1 });
    want("a", "1");
    want("a", "2");
    want("b", "3");
    expect(granted).toEqual(["a:1", "a:2"]);
  });

  test("there is room again when a worker is gone", () => {
    const { want, table, granted } = createTable(1, { maxWaiting: 1 });
    want("a", "busy");
    want("b", "1");
    table.leave("b");
    want("a", "2");
    expect(granted).toEqual(["a:busy"]);
  });
});

test("counts what is being made, what waits, and what was ever refused", () => {
  const { table, want } = createTable(2, { maxWaiting: 3 });
  const counts = (): number[] => [table.makingCount, table.waitingCount, table.refusedCount];
  expect(counts()).toEqual([0, 0, 0]);
  for (const key of ["p", "q", "r", "s", "t", "u", "v"]) want("a", key);
  expect(counts()).toEqual([2, 3, 2]);
  want("b", "p"); // who waits for what is being made makes no more work
  expect(counts()).toEqual([2, 3, 2]);
  table.done("a", "p");
  expect(counts()).toEqual([2, 2, 2]);
  table.leave("a");
  expect(counts()).toEqual([0, 0, 2]);
});
