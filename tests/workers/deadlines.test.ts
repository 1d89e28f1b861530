import { expect, test } from "vitest";
import { Deadlines } from "../../src/workers/deadlines.ts";

function createClock(): { readonly deadlines: Deadlines; readonly pass: (ms: number) => void } {
  let now = 1_000;
  const deadlines = new Deadlines(() => now);
  return {
    deadlines,
    pass(ms) {
      now += ms;
      deadlines.tick();
    },
  };
}

test("expires once, at the first tick after its time", () => {
  const { deadlines, pass } = createClock();
  let expired = 0;
  deadlines.add(() => expired++).set(100);
  pass(99);
  expect(expired).toBe(0);
  pass(1);
  expect(expired).toBe(1);
  pass(1_000);
  expect(expired).toBe(1);
});

test("never expires unless it is set", () => {
  const { deadlines, pass } = createClock();
  let expired = 0;
  const deadline = deadlines.add(() => expired++);
  pass(1e9);
  deadline.set(100);
  deadline.clear();
  pass(1e9);
  expect(expired).toBe(0);
});

test("setting it again replaces what was set before, to a later time as well", () => {
  const { deadlines, pass } = createClock();
  let expired = 0;
  const deadline = deadlines.add(() => expired++);
  deadline.set(100);
  pass(60);
  deadline.set(100);
  pass(60);
  expect(expired).toBe(0);
  pass(40);
  expect(expired).toBe(1);
});

test("can be shortened and never made longer that way", () => {
  const { deadlines, pass } = createClock();
  const expired: string[] = [];
  const long = deadlines.add(() => expired.push("long"));
  const short = deadlines.add(() => expired.push("short"));
  const unset = deadlines.add(() => expired.push("unset"));
  long.set(1_000);
  long.shorten(50);
  short.set(10);
  short.shorten(50);
  unset.shorten(30);
  pass(10);
  expect(expired).toEqual(["short"]);
  pass(20);
  expect(expired).toEqual(["short", "unset"]);
  pass(20);
  expect(expired).toEqual(["short", "unset", "long"]);
});

test("says nothing after it was removed", () => {
  const { deadlines, pass } = createClock();
  let expired = 0;
  const deadline = deadlines.add(() => expired++);
  deadline.set(10);
  deadline.remove();
  deadline.set(10);
  pass(100);
  expect(expired).toBe(0);
});

test("may be set again, and others removed, by what happens when it expires", () => {
  const { deadlines, pass } = createClock();
  const expired: string[] = [];
  const first = deadlines.add(() => {
    expired.push("first");
    first.set(10);
    second.remove();
  });
  const second = deadlines.add(() => expired.push("second"));
  first.set(10);
  second.set(10);
  pass(10);
  expect(expired).toEqual(["first"]);
  pass(10);
  expect(expired).toEqual(["first", "first"]);
});
