/** Answers that are trusted for one tick, and what must not outlive it. */
import { expect, test } from "vitest";
import type { Response } from "../../src/http/message.ts";
import { type Answer, RecentAnswers } from "../../src/gallery/recent-answers.ts";
import { memo } from "../../src/gallery/memo.ts";

const FRESH_MS = 1_000;

function answerWith(status: Response["status"]): Answer {
  return () => ({ status, fields: [], content: { kind: "none" } });
}

function setUp(maxAnswers = 2): { answers: RecentAnswers; goTo: (ms: number) => void } {
  let nowMs = 5 * FRESH_MS;
  const answers = new RecentAnswers({ freshMs: FRESH_MS, maxAnswers, now: () => nowMs });
  return { answers, goTo: (ms) => (nowMs = ms) };
}

test("what was found is known to the end of the tick, and not beyond", () => {
  const { answers, goTo } = setUp();
  const found = answerWith(200);
  expect(answers.get("/a.jpg")).toBeUndefined();
  answers.lookingFor("/a.jpg")(found);
  goTo(5_999);
  expect(answers.get("/a.jpg")).toBe(found);
  expect(answers.get("/A.jpg")).toBeUndefined();
  goTo(6_000);
  expect(answers.get("/a.jpg")).toBeUndefined();
});

test("what was looked for in a former tick is not remembered: it may have changed since", () => {
  const { answers, goTo } = setUp();
  const remember = answers.lookingFor("/a.jpg");
  goTo(6_001);
  remember(answerWith(200));
  expect(answers.get("/a.jpg")).toBeUndefined();
});

test("there is no end of targets, but of what is remembered", () => {
  const { answers } = setUp(2);
  for (const target of ["/?1", "/?2", "/?3"]) answers.lookingFor(target)(answerWith(200));
  expect(["/?1", "/?2", "/?3"].map((target) => answers.get(target) !== undefined)).toEqual([
    true,
    true,
    false,
  ]);
});

test("a memo works a value out once, until there are too many", () => {
  const asked: (string | undefined)[] = [];
  const length = memo((value) => {
    asked.push(value);
    return value?.length ?? 0;
  }, 2);
  expect([length("gzip"), length("gzip"), length(undefined), length("br"), length("gzip")]).toEqual([
    4, 4, 0, 2, 4,
  ]);
  expect(asked).toEqual(["gzip", undefined, "br", "gzip"]);
});
