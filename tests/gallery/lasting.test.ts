import { describe, expect, test } from "vitest";
import { type Freshness, Lasting } from "../../src/gallery/lasting.ts";

/** A clock that stands still until it is set, and answers that are numbered in the order in which they are found. */
function createLasting({
  freshMs = 1_000,
  freshFactor = 0,
  maxAnswers = 100,
}: Partial<Omit<Freshness, "now">> = {}): {
  clock: { nowMs: number };
  found: string[];
  lasting: Lasting<string, string>;
  takes: { ms: number };
} {
  const clock = { nowMs: 0 };
  const takes = { ms: 0 };
  const found: string[] = [];
  const lasting = new Lasting(
    { freshMs, freshFactor, maxAnswers, now: () => clock.nowMs },
    async (key: string) => {
      found.push(key);
      const answer = `${key}${found.length}`;
      await Promise.resolve();
      clock.nowMs += takes.ms;
      return answer;
    },
  );
  return { clock, found, lasting, takes };
}

describe("an answer is trusted to the end of its tick", () => {
  test("when it was found at the start of the tick", async () => {
    const { clock, lasting } = createLasting();
    expect(await lasting.get("a")).toBe("a1");
    clock.nowMs = 999;
    expect(await lasting.get("a")).toBe("a1");
    clock.nowMs = 1_000;
    expect(await lasting.get("a")).toBe("a2");
  });

  test("when it was found in the middle of the tick", async () => {
    const { clock, lasting } = createLasting();
    clock.nowMs = 5_600;
    expect(await lasting.get("a")).toBe("a1");
    clock.nowMs = 5_999;
    expect(await lasting.get("a")).toBe("a1");
    clock.nowMs = 6_000;
    expect(await lasting.get("a")).toBe("a2");
  });

  test("so that two answers go stale together", async () => {
    const { clock, lasting } = createLasting();
    await lasting.get("a");
    clock.nowMs = 900;
    await lasting.get("b");
    clock.nowMs = 1_000;
    expect([await lasting.get("a"), await lasting.get("b")]).toEqual(["a3", "b4"]);
  });
});

test("an answer that took long is trusted for freshFactor times as long", async () => {
  const { clock, lasting, takes } = createLasting({ freshFactor: 20 });
  takes.ms = 300;
  await lasting.get("a"); // from 0 to 300
  takes.ms = 0;
  clock.nowMs = 5_999;
  expect(await lasting.get("a")).toBe("a1");
  clock.nowMs = 6_000;
  expect(await lasting.get("a")).toBe("a2");
});

test("an answer that took longer than its tick is found anew, if nothing says that slow ones are trusted", async () => {
  const { lasting, takes } = createLasting({ freshFactor: 0 });
  takes.ms = 1_500;
  await lasting.get("a");
  expect(await lasting.get("a")).toBe("a2");
});

test("asked by many at once, an answer is found once, however long it takes", async () => {
  const { clock, found, lasting } = createLasting();
  const asked = [lasting.get("a"), lasting.get("a")];
  clock.nowMs = 60_000;
  asked.push(lasting.get("a"));
  expect(await Promise.all(asked)).toEqual(["a1", "a1", "a1"]);
  expect(found).toEqual(["a"]);
});

test("who finds an answer anew is told the former one, while it is kept", async () => {
  const clock = { nowMs: 0 };
  const told: (string | undefined)[] = [];
  const lasting = new Lasting(
    { freshMs: 1_000, freshFactor: 0, maxAnswers: 1, now: () => clock.nowMs },
    (key: string, former: string | undefined) => {
      told.push(former);
      return Promise.resolve(`${key}${told.length}`);
    },
  );
  await lasting.get("a");
  clock.nowMs = 1_000;
  await lasting.get("a");
  clock.nowMs = 2_000;
  await lasting.get("a");
  await lasting.get("b"); // a goes
  await lasting.get("a");
  expect(told).toEqual([undefined, "a1", "a2", undefined, undefined]);
});

test("different keys have different answers", async () => {
  const { lasting } = createLasting();
  expect([await lasting.get("a"), await lasting.get("b"), await lasting.get("a")]).toEqual([
    "a1",
    "b2",
    "a1",
  ]);
});

describe("no more than maxAnswers are kept", () => {
  test("and the one not asked for longest goes first", async () => {
    const { found, lasting } = createLasting({ maxAnswers: 2 });
    await lasting.get("a");
    await lasting.get("b");
    await lasting.get("a");
    await lasting.get("c"); // b goes
    expect(await lasting.get("a")).toBe("a1");
    expect(await lasting.get("b")).toBe("b4");
    expect(found).toEqual(["a", "b", "c", "b"]);
  });

  test("though whoever waits for one that is forgotten gets it", async () => {
    const { lasting } = createLasting({ maxAnswers: 1 });
    const waiting = lasting.get("a");
    await lasting.get("b");
    expect(await waiting).toBe("a1");
  });
});

function createFailing(): { tries: () => number; lasting: Lasting<string, string> } {
  let tries = 0;
  const freshness = { freshMs: 1_000, freshFactor: 20, maxAnswers: 10, now: () => 0 };
  const lasting = new Lasting(freshness, async (key: string) => {
    await Promise.resolve();
    tries++;
    if (tries === 1) throw new Error("not yet");
    return key;
  });
  return { tries: () => tries, lasting };
}

describe("an error", () => {
  test("is passed on to everybody who waits, and not kept", async () => {
    const { lasting, tries } = createFailing();
    const asked = [lasting.get("a"), lasting.get("a")];
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(tries()).toBe(1);
    expect(await lasting.get("a")).toBe("a");
    expect(tries()).toBe(2);
  });

  test("that comes late takes no later answer away", async () => {
    const clock = { nowMs: 0 };
    const rejections: ((error: Error) => void)[] = [];
    let tries = 0;
    const lasting = new Lasting<string, string>(
      { freshMs: 1_000, freshFactor: 0, maxAnswers: 1, now: () => clock.nowMs },
      (key) => {
        tries++;
        if (tries === 1) return new Promise((_, reject) => rejections.push(reject));
        return Promise.resolve(`${key}${tries}`);
      },
    );
    const first = lasting.get("a").catch((error: unknown) => error);
    await lasting.get("b"); // there is room for one: the first is forgotten
    expect(await lasting.get("a")).toBe("a3");
    rejections.forEach((reject) => reject(new Error("late")));
    expect(await first).toEqual(new Error("late"));
    expect(await lasting.get("a")).toBe("a3");
  });
});
