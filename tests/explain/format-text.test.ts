/**
 * What a person at a terminal reads, word for word.
 */
import { expect, test } from "vitest";
import { explain } from "../../src/explain/explain.ts";
import { formatText } from "../../src/explain/format-text.ts";
import { latin1Bytes } from "../../src/http/octets.ts";
import { explainSettings } from "../support/explain-settings.ts";

function textOf(wire: string, isColoured = false): string {
  return formatText(explain(latin1Bytes(wire), explainSettings), { columns: 80, isColoured });
}

test("of a request for a thumbnail", () => {
  const text = textOf("GET /caf%C3%A9.jpg?size=320 HTTP/1.1\r\nHost: localhost:8080\r\n\r\n");
  expect(text).toBe(`Request 1: octets 0 to 61
  ── request-line ──────────────────────────────────────────────────────────────
      0  GET                                  method           RFC 9112 §3.1
      3  ␠                                    SP               RFC 9112 §3
      4  /caf%C3%A9.jpg?size=320              request-target   RFC 9112 §3.2
      4    /caf                                 path           RFC 3986 §3.3
      8    %C3%A9 is "é"                        pct-encoded    RFC 3986 §2.1
     14    .jpg                                 path           RFC 3986 §3.3
     18    ?                                    question-mark  RFC 3986 §3.4
     19    size=320                             query          RFC 3986 §3.4
     27  ␠                                    SP               RFC 9112 §3
     28  HTTP/1.1                             HTTP-version     RFC 9112 §2.3
     36  ␍␊ ends the request line             CRLF             RFC 9112 §2.2
  ── field-section ─────────────────────────────────────────────────────────────
     38  Host                                 field-name       RFC 9110 §5.1
     42  :                                    colon            RFC 9112 §5.1
     43  ␠                                    OWS              RFC 9110 §5.6.3
     44  localhost:8080                       field-value      RFC 9110 §5.5
     58  ␍␊ ends the field line               CRLF             RFC 9112 §2.2
     60  ␍␊ ends the field section            CRLF             RFC 9112 §2.2
  ── end ───────────────────────────────────────────────────────────────────────

  target        origin-form: the segments "café.jpg"; the query "size" = "320".
                (RFC 9112 §3.2.1)
  Host          One, and valid: "localhost", port 8080. There is but one site
                here, so it changes nothing. (RFC 9112 §3.2)
  body          None: there is no Transfer-Encoding and no Content-Length.
                (RFC 9112 §6.3)
  connection    Persists: Connection does not say close. (RFC 9112 §9.3)
  answer        A thumbnail of "café.jpg" that fits in 320 × 320, as JPEG.
                (RFC 9110 §9.3.1)
  complete      A next request may begin at octet 62 of the input.

  in the end    The connection stays open; without a next request it closes
                after 15 seconds, without a word.

What the roles mean
  method           method = token: what is to be done; upper and lower case
                   differ.
  SP               Exactly one space stands between the parts of a request line.
  request-target   What the method is applied to, in one of four forms.
  path             Segments that each begin with a slash: cut first, then
                   decoded.
  question-mark    The first question mark ends the path and begins the query.
  query            What follows the first question mark; later ones belong to
                   it.
  pct-encoded      pct-encoded = "%" HEXDIG HEXDIG: one octet as three, undone
                   once.
  HTTP-version     HTTP-version = "HTTP/" DIGIT "." DIGIT, in capitals.
  field-name       field-name = token: upper and lower case are the same.
  colon            It ends the field name, and no whitespace stands before it.
  OWS              OWS = *( SP / HTAB ): optional whitespace, no part of the
                   value.
  field-value      Visible characters, SP, HTAB and octets from x80 on; no other
                   control character.
  CRLF             CR and LF end a line; this server takes neither of them
                   alone.
`);
});

test("of a refused one", () => {
  expect(textOf("GET / HTTP/1.1\r\nHost : a\r\n\r\n")).toBe(`Request 1: octets 0 to 27
  ── request-line ──────────────────────────────────────────────────────────────
      0  GET                                  method           RFC 9112 §3.1
      3  ␠                                    SP               RFC 9112 §3
      4  /                                    request-target   RFC 9112 §3.2
      5  ␠                                    SP               RFC 9112 §3
      6  HTTP/1.1                             HTTP-version     RFC 9112 §2.3
     14  ␍␊ ends the request line             CRLF             RFC 9112 §2.2
  ── field-section ─────────────────────────────────────────────────────────────
     16  Host                                 begun            RFC 9112 §2.2
  ── failed ────────────────────────────────────────────────────────────────────
     20  ␠                                    wrong            RFC 9112 §5.1
     21  : a␍␊␍␊                              unread           RFC 9112 §9.6

  refused       400 Bad Request
                GET / HTTP/1.1␍␊Host␠: a␍␊␍␊
                                    ^ octet 20: x20
                No whitespace before the colon. (RFC 9112 §5.1)

  in the end    The server sends 400 and closes the connection.

What the roles mean
  method           method = token: what is to be done; upper and lower case
                   differ.
  SP               Exactly one space stands between the parts of a request line.
  request-target   What the method is applied to, in one of four forms.
  HTTP-version     HTTP-version = "HTTP/" DIGIT "." DIGIT, in capitals.
  CRLF             CR and LF end a line; this server takes neither of them
                   alone.
  begun            A line or an element begins here; it has no role before it is
                   complete and right.
  wrong            The octet that breaks the rule.
  unread           Not read: nobody knows where a next message would begin, so
                   the connection closes.
`);
});

test("of one whose body has not arrived", () => {
  expect(textOf("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc"))
    .toBe(`Request 1: octets 0 to 51
  ── request-line ──────────────────────────────────────────────────────────────
      0  POST                                 method           RFC 9112 §3.1
      4  ␠                                    SP               RFC 9112 §3
      5  /a                                   request-target   RFC 9112 §3.2
      7  ␠                                    SP               RFC 9112 §3
      8  HTTP/1.1                             HTTP-version     RFC 9112 §2.3
     16  ␍␊ ends the request line             CRLF             RFC 9112 §2.2
  ── field-section ─────────────────────────────────────────────────────────────
     18  Host                                 field-name       RFC 9110 §5.1
     22  :                                    colon            RFC 9112 §5.1
     23  ␠                                    OWS              RFC 9110 §5.6.3
     24  a                                    field-value      RFC 9110 §5.5
     25  ␍␊ ends the field line               CRLF             RFC 9112 §2.2
     27  Content-Length                       field-name       RFC 9110 §5.1
     41  :                                    colon            RFC 9112 §5.1
     42  ␠                                    OWS              RFC 9110 §5.6.3
     43  10                                   field-value      RFC 9110 §5.5
     45  ␍␊ ends the field line               CRLF             RFC 9112 §2.2
     47  ␍␊ ends the field section            CRLF             RFC 9112 §2.2
  ── content ───────────────────────────────────────────────────────────────────
     49  abc                                  content          RFC 9112 §6.2

  target        origin-form: the segments "a". (RFC 9112 §3.2.1)
  Host          One, and valid: "a". There is but one site here, so it changes
                nothing. (RFC 9112 §3.2)
  body          By Content-Length: 10 octets of content. (RFC 9112 §6.3)
  connection    Persists: Connection does not say close. (RFC 9112 §9.3)
  answer        405 Method Not Allowed: Photos are only looked at here.
                (RFC 9110 §15.5.6)
  incomplete    Need more octets. 7 more of 10 octets of content.

  in the end    The response to the head is sent; 1 second later the connection
                closes without another word.

What the roles mean
  method           method = token: what is to be done; upper and lower case
                   differ.
  SP               Exactly one space stands between the parts of a request line.
  request-target   What the method is applied to, in one of four forms.
  HTTP-version     HTTP-version = "HTTP/" DIGIT "." DIGIT, in capitals.
  field-name       field-name = token: upper and lower case are the same.
  colon            It ends the field name, and no whitespace stands before it.
  OWS              OWS = *( SP / HTAB ): optional whitespace, no part of the
                   value.
  field-value      Visible characters, SP, HTAB and octets from x80 on; no other
                   control character.
  CRLF             CR and LF end a line; this server takes neither of them
                   alone.
  content          As many octets as Content-Length says, whatever they are.
`);
});

test("of chunks, and of what stands behind a message that closes the connection", () => {
  const head = "POST /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
  expect(textOf(`${head}3;x=y\r\n\t\0\xff\r\n0\r\n\r\nGET`)).toBe(`Request 1: octets 0 to 92
  ── request-line ──────────────────────────────────────────────────────────────
      0  POST                                 method           RFC 9112 §3.1
      4  ␠                                    SP               RFC 9112 §3
      5  /a                                   request-target   RFC 9112 §3.2
      7  ␠                                    SP               RFC 9112 §3
      8  HTTP/1.1                             HTTP-version     RFC 9112 §2.3
     16  ␍␊ ends the request line             CRLF             RFC 9112 §2.2
  ── field-section ─────────────────────────────────────────────────────────────
     18  Host                                 field-name       RFC 9110 §5.1
     22  :                                    colon            RFC 9112 §5.1
     23  ␠                                    OWS              RFC 9110 §5.6.3
     24  a                                    field-value      RFC 9110 §5.5
     25  ␍␊ ends the field line               CRLF             RFC 9112 §2.2
     27  Connection                           field-name       RFC 9110 §5.1
     37  :                                    colon            RFC 9112 §5.1
     38  ␠                                    OWS              RFC 9110 §5.6.3
     39  close                                field-value      RFC 9110 §5.5
     44  ␍␊ ends the field line               CRLF             RFC 9112 §2.2
     46  Transfer-Encoding                    field-name       RFC 9110 §5.1
     63  :                                    colon            RFC 9112 §5.1
     64  ␠                                    OWS              RFC 9110 §5.6.3
     65  chunked                              field-value      RFC 9110 §5.5
     72  ␍␊ ends the field line               CRLF             RFC 9112 §2.2
     74  ␍␊ ends the field section            CRLF             RFC 9112 §2.2
  ── chunk-size ────────────────────────────────────────────────────────────────
     76  3                                    chunk-size       RFC 9112 §7.1
     77  ;x=y                                 chunk-ext        RFC 9112 §7.1.1
     81  ␍␊ ends the chunk-size line          CRLF             RFC 9112 §2.2
  ── chunk-data ────────────────────────────────────────────────────────────────
     83  ␉␀\\xFF                               chunk-data       RFC 9112 §7.1
  ── chunk-data-end ────────────────────────────────────────────────────────────
     86  ␍␊ ends the chunk-data               CRLF             RFC 9112 §2.2
  ── chunk-size ────────────────────────────────────────────────────────────────
     88  0                                    chunk-size       RFC 9112 §7.1
     89  ␍␊ ends the chunk-size line          CRLF             RFC 9112 §2.2
  ── trailer-section ───────────────────────────────────────────────────────────
     91  ␍␊ ends the trailer section          CRLF             RFC 9112 §2.2
  ── end ───────────────────────────────────────────────────────────────────────

  target        origin-form: the segments "a". (RFC 9112 §3.2.1)
  Host          One, and valid: "a". There is but one site here, so it changes
                nothing. (RFC 9112 §3.2)
  body          By Transfer-Encoding: chunks, up to one of size 0, and a trailer
                section. (RFC 9112 §6.3)
  connection    Closes: Connection says close. (RFC 9112 §9.3)
  answer        405 Method Not Allowed: Photos are only looked at here.
                (RFC 9110 §15.5.6)
  complete      Nothing is read behind it.

Ignored: octets 93 to 95 of the input
      0  GET                                  ignored          RFC 9112 §9.6

  in the end    The connection closes.

What the roles mean
  method           method = token: what is to be done; upper and lower case
                   differ.
  SP               Exactly one space stands between the parts of a request line.
  request-target   What the method is applied to, in one of four forms.
  HTTP-version     HTTP-version = "HTTP/" DIGIT "." DIGIT, in capitals.
  field-name       field-name = token: upper and lower case are the same.
  colon            It ends the field name, and no whitespace stands before it.
  OWS              OWS = *( SP / HTAB ): optional whitespace, no part of the
                   value.
  field-value      Visible characters, SP, HTAB and octets from x80 on; no other
                   control character.
  CRLF             CR and LF end a line; this server takes neither of them
                   alone.
  chunk-size       chunk-size = 1*HEXDIG: how many octets of chunk-data follow;
                   0 in the last chunk.
  chunk-ext        Chunk extensions: whoever does not know one ignores it.
  chunk-data       As many octets as chunk-size says: a piece of the content.
  ignored          Not read: the connection closes behind the message before.
`);
});

test("is the same in colour but for the colours", () => {
  const wire = "GET / HTTP/1.1\r\nHost : a\r\n\r\n";
  const coloured = textOf(wire, true);
  expect(coloured).toContain("\u001B[1;7;31m␠\u001B[0m");
  expect(coloured.replaceAll(/\u001B\[[\d;]+m/g, "")).toBe(textOf(wire));
});

test("a long range is cut, and says how much is left out", () => {
  const text = textOf(`GET /${"a".repeat(1_000)} HTTP/1.1\r\nHost: a\r\n\r\n`);
  expect(text).toMatch(/\n {9}… 896 more\n/);
});

const endings = [
  { wire: "\r\n", sentence: /closes without a word: empty lines are no request/ },
  {
    wire: "GET / HT",
    sentence: /request line has not ended[^]*10 seconds after its first octet the server sends 408/,
  },
  { wire: "GET / HTTP/1.1\r\n", sentence: /The field section has not ended: no empty line/ },
  { wire: "GET / HTTP/1.1\r\nHost: a", sentence: /A field line has not ended/ },
  {
    wire: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    sentence: /3 more of 5 octets of chunk-data[^]*1 second later the connection closes without another word/,
  },
  {
    wire: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
    sentence: /refused[^]*The connection closes; the response to the head is on its way already/,
  },
  {
    wire: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n",
    sentence:
      /The content may never come|the content may never come[^]*The response to the head is sent, and the connection closes/,
  },
  { wire: "GET / HTTP/1.0\r\n\r\n", sentence: /Closes: HTTP\/1\.0 has to ask for more/ },
  {
    wire: "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    sentence: /Persists: Connection says keep-alive[^]*closes after 15 seconds, without a word/,
  },
  {
    wire: "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n",
    sentence: /dropped up to 262144 octets, and this is more/,
  },
];
test.each(endings)("of $wire says how it ends", ({ wire, sentence }) => {
  expect(textOf(wire).replaceAll(/\n +/g, " ")).toMatch(sentence);
});

const answers = [
  { line: "GET / HTTP/1.1", answer: "The album page of the root; or its index.html." },
  {
    line: "GET /a/?page=2 HTTP/1.1",
    answer: 'The album page of the folder "a", page "2"; or its index.html.',
  },
  { line: "HEAD /a.jpg HTTP/1.1", answer: 'The file "a.jpg" as it is. Its head only.' },
  { line: "GET /b/a.jpg?download HTTP/1.1", answer: 'The file "b/a.jpg", to be saved as "a.jpg".' },
  { line: "GET /a.jpg?view HTTP/1.1", answer: 'The page of the photo "a.jpg".' },
  { line: "GET /a.jpg?size=321 HTTP/1.1", answer: "400 Bad Request: There are no thumbnails of this size." },
  {
    line: "GET /a/%2E%2E/b HTTP/1.1",
    answer: '404 Not Found: There is nothing here. No file that is served has the name "..".',
  },
  {
    line: "GET /a%2Fb HTTP/1.1",
    answer: '404 Not Found: There is nothing here. No file that is served has the name "a/b".',
  },
  {
    line: "GET //a HTTP/1.1",
    answer: '404 Not Found: There is nothing here. No file that is served has the name "".',
  },
  { line: "GET /-/app.css HTTP/1.1", answer: "404 Not Found: There is nothing here." },
  { line: "GET https://b/a.jpg HTTP/1.1", answer: "421 Misdirected Request: There is no https here." },
  { line: "GET http://b:1/a.jpg HTTP/1.1", answer: 'The file "a.jpg" as it is.' },
  { line: "DELETE /a HTTP/1.1", answer: "405 Method Not Allowed: Photos are only looked at here." },
  { line: "CONNECT a:80 HTTP/1.1", answer: "405 Method Not Allowed: Photos are only looked at here." },
  { line: "BREW /a HTTP/1.1", answer: "501 Not Implemented: This server does not know the method." },
  { line: "OPTIONS * HTTP/1.1", answer: "204 No Content: what is allowed." },
];
test.each(answers)("tells what $line asks for", ({ line, answer }) => {
  const [message] = explain(latin1Bytes(`${line}\r\nHost: a\r\n\r\n`), explainSettings).messages;
  expect(message?.decisions.find(({ topic }) => topic === "answer")?.sentence).toBe(answer);
});

test.each([
  { value: "gzip, br", sentence: "A page is sent in br; a file has no coding." },
  {
    value: "identity;q=0",
    sentence: "A page is refused: every coding of ours is. A file has none, and is sent.",
  },
])("tells which content coding $value chooses", ({ value, sentence }) => {
  const octets = latin1Bytes(`GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: ${value}\r\n\r\n`);
  const [message] = explain(octets, explainSettings).messages;
  expect(message?.decisions.find(({ topic }) => topic === "coding")?.sentence).toBe(sentence);
});

const PAGE = "GET / HTTP/1.1\r\nHost: a\r\n";
test.each([
  { octets: `${PAGE}Expect:\r\n\r\n`, topic: "expectation", sentence: "It names none." },
  {
    octets: `${PAGE}Expect: 100-continue\r\n\r\n`,
    topic: "expectation",
    sentence: "There is no content to wait with: it changes nothing.",
  },
  {
    octets: `${PAGE}Expect: x\r\nContent-Length: 5\r\n\r\n`,
    topic: "connection",
    sentence: "Closes: the content may never come.",
  },
  {
    octets: "GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n",
    topic: "connection",
    sentence: "Closes: Connection says close.",
  },
  {
    octets: `${PAGE}Transfer-Encoding: chunked\r\n\r\n`,
    topic: "connection",
    sentence: "Persists if the content is no longer than 262144 octets.",
  },
  {
    octets: `${PAGE}Range: lines=1-2\r\n\r\n`,
    topic: "range",
    sentence: "Ignored: of another unit, malformed, overlapping or too many. All is sent.",
  },
  {
    octets: "GET /?page=0 HTTP/1.1\r\nHost: a\r\n\r\n",
    topic: "answer",
    sentence: 'The index.html of the root; without one 404, since no album has a page "0".',
  },
  {
    octets: "GET /a.txt?size=320 HTTP/1.1\r\nHost: a\r\n\r\n",
    topic: "answer",
    sentence: "415 Unsupported Media Type: By its name it is no picture.",
  },
  {
    octets: "OPTIONS https://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
    topic: "answer",
    sentence: "421 Misdirected Request: There is no https here.",
  },
])("of $octets it says: $sentence", ({ octets, topic, sentence }) => {
  const [message] = explain(latin1Bytes(octets), explainSettings).messages;
  expect(message?.decisions.find((decision) => decision.topic === topic)?.sentence).toBe(sentence);
});

test("conditions are told in the order in which they are evaluated, and those that are not", () => {
  const dates = "If-Modified-Since: x\r\nIf-Unmodified-Since: y\r\n";
  const tags = `If-None-Match: "a"\r\nIf-Match: *\r\n`;
  const text = textOf(`GET / HTTP/1.1\r\nHost: a\r\n${dates}${tags}\r\n`).replaceAll(/\n +/g, " ");
  expect(text).toContain("evaluated in this order: If-Match, If-None-Match.");
  expect(text).toContain("Not If-Unmodified-Since, nor If-Modified-Since: an entity tag decides.");
});

test("an expectation that cannot be met is answered with 417", () => {
  expect(textOf("GET / HTTP/1.1\r\nHost: a\r\nExpect: more\r\n\r\n")).toContain("417 Expectation Failed");
});
