import { describe, expect, test } from "vitest";
import { readingOf } from "./reading.ts";

const A = ["request GET /a HTTP/1.1", "  framing none", "  connection persists", "end at 28"];
const B = ["request POST /b HTTP/1.0", "  framing content-length 2", "  connection closes"];
const ACCEPTED_A = { method: "GET", target: "/a", content: "" };
const ACCEPTED_B = { method: "POST", target: "/b", content: 'h"\n' };
const CONTENT = ['content "h\\x22\\x0A"', "end at 50"];

describe("a reading of events", () => {
  test.each([
    { of: "nothing", events: [], reading: { accepted: [], isRefused: false } },
    { of: "a request", events: A, reading: { accepted: [ACCEPTED_A], isRefused: false } },
    {
      of: "a second one, and its content",
      events: [...A, ...B, ...CONTENT],
      reading: { accepted: [ACCEPTED_A, ACCEPTED_B], isRefused: false },
    },
    {
      of: "content that is cut off",
      events: [...A, ...B, 'content "h"', "need-data"],
      reading: { accepted: [ACCEPTED_A], isRefused: false },
    },
    {
      of: "content that is refused",
      events: [...A, ...B, "refused 400 at 60"],
      reading: { accepted: [ACCEPTED_A], isRefused: true },
    },
    {
      of: "what follows the end of a connection",
      events: [...B, ...CONTENT, ...A, "refused 400 at 0"],
      reading: { accepted: [ACCEPTED_B], isRefused: false },
    },
  ])("of $of", ({ events, reading }) => {
    expect(readingOf(events)).toEqual(reading);
  });
});
