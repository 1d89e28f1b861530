import { describe, expect, test } from "vitest";
import { type Conversation, judge } from "../../fuzz/judge.ts";
import type { Expected, Prediction } from "../../fuzz/oracle.ts";
import type { Plan } from "../../fuzz/plan.ts";
import type { ReadResponse } from "../../fuzz/response-reader.ts";

const PLAN: Plan = { wire: new Uint8Array(0), pieces: [], ending: "hold" };

const OK: ReadResponse = { status: 200, fields: new Map(), content: Buffer.from("a") };
const OK_EXPECTED: Expected = { method: "GET", statuses: [200], content: "a", closes: false };
const REFUSAL: ReadResponse = {
  status: 400,
  fields: new Map([["connection", "close"]]),
  content: Buffer.from("b"),
};
const REFUSAL_EXPECTED: Expected = { method: undefined, statuses: [400], content: undefined, closes: true };

const PREDICTION: Prediction = { responses: [OK_EXPECTED], atEnd: [REFUSAL_EXPECTED], closes: false };
const CONVERSATION: Conversation = {
  responses: [OK, REFUSAL],
  rest: Buffer.alloc(0),
  malformed: undefined,
  ending: "end",
  isEndedByServer: false,
  tookMs: 1,
};

test("what came as expected is well", () => {
  expect(judge(PLAN, PREDICTION, CONVERSATION)).toEqual([]);
});

describe("a complaint is made", () => {
  const redirect: ReadResponse = { ...OK, fields: new Map([["location", "//b/"]]) };
  const cases: { because: string; conversation: Partial<Conversation>; complaints: string[] }[] = [
    {
      because: "a response is missing",
      conversation: { responses: [OK] },
      complaints: ["1 responses came, 2 were expected"],
    },
    {
      because: "there is one too many",
      conversation: { responses: [OK, REFUSAL, OK] },
      complaints: ["response 3, a 200, answers nothing"],
    },
    {
      because: "they are in another order",
      conversation: { responses: [REFUSAL, OK] },
      complaints: [
        "response 1 is 400 and not 200",
        "response 1 has other content than the file",
        "response 1 says close",
        "response 2 is 200 and not 400",
        "response 2 does not say close",
      ],
    },
    {
      because: "it is a redirection to another site",
      conversation: { responses: [redirect, REFUSAL] },
      complaints: ['response 1 redirects to "//b/"'],
    },
    {
      because: "octets follow",
      conversation: { rest: Buffer.from("x") },
      complaints: ['1 octets follow the last response: "x"'],
    },
    {
      because: "octets are no response",
      conversation: { malformed: "no Date", rest: Buffer.from("x") },
      complaints: ["response 3 is malformed: no Date"],
    },
    { because: "nothing happens", conversation: { ending: "hung" }, complaints: ["the connection hangs"] },
    {
      because: "the server ends too early",
      conversation: { isEndedByServer: true },
      complaints: ["the server ends a connection that persists"],
    },
    {
      because: "the connection is reset",
      conversation: { ending: { error: "ECONNRESET" } },
      complaints: ["the connection broke: ECONNRESET"],
    },
  ];
  test.each(cases)("because $because", ({ conversation, complaints }) => {
    expect(judge(PLAN, PREDICTION, { ...CONVERSATION, ...conversation })).toEqual(complaints);
  });
});

test("who was gone, or too slow, is owed nothing, but what did come must be right", () => {
  const cutShort: Conversation = { ...CONVERSATION, responses: [OK], ending: { error: "ECONNRESET" } };
  expect(judge({ ...PLAN, ending: "abort" }, PREDICTION, cutShort)).toEqual([]);
  expect(judge(PLAN, PREDICTION, { ...cutShort, tookMs: 5_000 })).toEqual([]);
  expect(judge({ ...PLAN, ending: "abort" }, PREDICTION, { ...cutShort, responses: [REFUSAL] })).not.toEqual(
    [],
  );
});
