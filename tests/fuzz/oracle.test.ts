import { describe, expect, test } from "vitest";
import { TEXT_FILES } from "../../fuzz/generate.ts";
import { type Prediction, predict } from "../../fuzz/oracle.ts";
import { latin1Bytes } from "../../src/http/octets.ts";

const GET = "GET /note.txt HTTP/1.1\r\nHost: a\r\n\r\n";

function predictText(wire: string): Prediction {
  return predict(latin1Bytes(wire));
}

function statusesOf(list: Prediction["responses"]): string {
  return list.map(({ statuses }) => (statuses.length > 1 ? "some" : statuses.join())).join(" ");
}

/** Statuses of what is answered at once and, behind a bar, at the end; then whether the server closes. */
function outline(wire: string): string {
  const { responses, atEnd, closes } = predictText(wire);
  return `${statusesOf(responses)}|${statusesOf(atEnd)}|${closes ? "closes" : "stays"}`;
}

describe("what must come", () => {
  const withLine = (line: string): string => GET.replace("\r\n\r\n", `\r\n${line}\r\n\r\n`);
  test.each([
    { when: "nothing is sent", wire: "", outline: "||stays" },
    { when: "a known file is asked for", wire: GET, outline: "200||stays" },
    { when: "a part of it is", wire: withLine("Range: bytes=0-1"), outline: "some||stays" },
    { when: "something else is", wire: GET.replace("note", "x"), outline: "some||stays" },
    { when: "a request follows", wire: GET + GET.replace("GET", "PUT"), outline: "200 405||stays" },
    { when: "the client closes", wire: withLine("Connection: close") + GET, outline: "200||closes" },
    { when: "HTTP/1.0 is spoken", wire: GET.replace("1.1", "1.0") + GET, outline: "200||closes" },
    { when: "a head is cut off", wire: `${GET}GET`, outline: "200|400|stays" },
    { when: "a bare LF follows", wire: `${GET}GET / HTTP/1.1\n`, outline: "200 400||closes" },
    { when: "HTTP/2 is spoken", wire: GET.replace("1.1", "2.0"), outline: "505||closes" },
    { when: "a method is unknown", wire: GET.replace("GET", "BREW"), outline: "501||stays" },
    { when: "options are asked for", wire: GET.replace("GET", "OPTIONS"), outline: "204||stays" },
    { when: "the expectation is unknown", wire: withLine("Expect: x"), outline: "417||stays" },
    { when: "content is cut off", wire: withLine("Content-Length: 5"), outline: "200||stays" },
    { when: "content is too long", wire: withLine("Content-Length: 300000"), outline: "200||closes" },
    {
      when: "content is held back",
      wire: withLine("Expect: 100-continue\r\nContent-Length: 5"),
      outline: "200||closes",
    },
    {
      when: "no content is held back",
      wire: withLine("Expect: 100-continue\r\nContent-Length: 0"),
      outline: "200||stays",
    },
    { when: "https is asked for", wire: GET.replace("/note", "https://a/note"), outline: "421||stays" },
    {
      when: "a chunk is bad",
      wire: `${withLine("Transfer-Encoding: chunked")}x\r\n`,
      outline: "200||closes",
    },
  ])("when $when", ({ wire, outline: expected }) => {
    expect(outline(wire)).toBe(expected);
  });
});

test("the content of a known file is known, and left out for HEAD", () => {
  const [get, head] = predictText(GET + GET.replace("GET", "HEAD")).responses;
  expect([get?.content, head?.content]).toEqual([TEXT_FILES.get("/note.txt"), ""]);
});

test("a refused HEAD is still one", () => {
  expect(predictText("HEAD / HTTP/1.1\r\n:\r\n").responses).toMatchObject([
    { method: "HEAD", statuses: [400] },
  ]);
});
