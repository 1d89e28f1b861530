import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatOctets, parseCorpus, readCorpus } from "./corpus.ts";

/** A document with one entry. Its heading stands in line 5, its octets begin in line 10. */
function documentOf({
  because = "Because. RFC 9112 §2.2.",
  octets = "```octets\na\n```",
  events = "```events\nneed-data\n```",
  peers = "",
}: { because?: string; octets?: string; events?: string; peers?: string } = {}): string {
  return `# Title\n\nAbout it.\n\n## Heading\n\n${because}\n\n${octets}\n\n${events}\n${peers}`;
}

function block(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

function wireOf(notation: string): number[] {
  return parseCorpus("x.md", documentOf({ octets: block("octets", notation) })).flatMap(({ wire }) => [
    ...wire,
  ]);
}

function eventsOf(text: string): string[] {
  return parseCorpus("x.md", documentOf({ events: block("events", text) })).flatMap(({ events }) => events);
}

test("an entry knows where it stands, what it says and why", () => {
  expect(parseCorpus("x.md", documentOf({ because: "One line,\nand another. RFC 3986 §2.1." }))).toEqual([
    {
      file: "x.md",
      line: 5,
      heading: "Heading",
      because: "One line, and another. RFC 3986 §2.1.",
      wire: Uint8Array.of(0x61),
      events: ["need-data"],
      peers: {},
    },
  ]);
});

test("entries come in the order of the document", () => {
  const twice = documentOf() + documentOf().replace(/^[^]*?## Heading/, "\n## Another");
  expect(parseCorpus("x.md", twice).map(({ line, heading }) => [line, heading])).toEqual([
    [5, "Heading"],
    [17, "Another"],
  ]);
});

describe("octets", () => {
  const cases: { means: string; notation: string; octets: number[] }[] = [
    { means: "control pictures are CR, LF, NUL and HTAB", notation: "␍␊␀␉", octets: [13, 10, 0, 9] },
    { means: "line breaks of the document mean nothing", notation: "a\n\nb", octets: [0x61, 0x62] },
    {
      means: "a space is a space, at the end of a line too",
      notation: " a \nb",
      octets: [0x20, 0x61, 0x20, 0x62],
    },
    { means: "an escape is any octet, in either case", notation: String.raw`\x00\xfF`, octets: [0, 255] },
    { means: "two backslashes are one", notation: String.raw`\\x41`, octets: [0x5c, 0x78, 0x34, 0x31] },
    { means: "the ends of printable US-ASCII", notation: " ~", octets: [0x20, 0x7e] },
    { means: "brackets and bars stand for themselves", notation: "[]|}", octets: [0x5b, 0x5d, 0x7c, 0x7d] },
    { means: "a run repeats a character", notation: "a{3*b}c", octets: [0x61, 0x62, 0x62, 0x62, 0x63] },
    { means: "a run repeats an escape", notation: String.raw`{2*\xFF}`, octets: [255, 255] },
    { means: "a run repeats a control picture", notation: "{2*␊}", octets: [10, 10] },
    { means: "a run repeats a brace at its end", notation: "{2*}}", octets: [0x7d, 0x7d] },
    { means: "a heading inside a block is octets", notation: "## a", octets: [0x23, 0x23, 0x20, 0x61] },
  ];
  test.each(cases)("$means", ({ notation, octets }) => {
    expect(wireOf(notation)).toEqual(octets);
  });

  test("a long run has its length", () => {
    expect(wireOf("{8000*a}")).toHaveLength(8000);
  });
});

describe("octets are written so that a person can read them", () => {
  test("a line for each LF, a run where it is long, escapes where nothing else will do", () => {
    const octets = Buffer.from(`GET /{\\\`\xff HTTP/1.1\r\n\r\n\0\t${"a".repeat(30)}bbb`, "latin1");
    expect(formatOctets(octets)).toBe(String.raw`GET /\x7B\\\x60\xFF HTTP/1.1␍␊` + "\n␍␊\n␀␉{30*a}bbb");
  });

  test("and reading them again gives the same octets", () => {
    const anyOctets = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 60 }),
      fc
        .array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 1, max: 40 })), { minLength: 1 })
        .map((runs) => Uint8Array.from(runs.flatMap(([octet, count]) => Array<number>(count).fill(octet)))),
    );
    fc.assert(
      fc.property(anyOctets, (octets) => {
        expect(wireOf(formatOctets(octets))).toEqual([...octets]);
      }),
    );
  });
});

describe("events", () => {
  test("indentation is kept, whitespace at the end is not", () => {
    expect(eventsOf("request GET / HTTP/1.1\n  field Host: \n\nend at 3")).toEqual([
      "request GET / HTTP/1.1",
      "  field Host:",
      "end at 3",
    ]);
  });

  test("runs are written out", () => {
    expect(eventsOf(String.raw`content "{3*a}{2*\x0D}"`)).toEqual([String.raw`content "aaa\x0D\x0D"`]);
  });

  test("everything else stands as it is written", () => {
    expect(eventsOf(String.raw`path /é{\\\x00}`)).toEqual([String.raw`path /é{\\\x00}`]);
  });
});

describe("peers", () => {
  test("each has a sentence, over several lines perhaps", () => {
    const peers = block("peers", "nginx: reads\nit.\nnode: It is\n  right.");
    const [entry] = parseCorpus("x.md", documentOf({ peers }));
    expect(entry?.peers).toEqual({ nginx: "reads it.", node: "It is right." });
  });
});

describe("a malformed document is refused", () => {
  const cases: { because: string; document: string; message: string }[] = [
    { because: "it has no title", document: "## Heading\n", message: 'x.md:1: a document opens with "# "' },
    {
      because: "a block stands before the first entry",
      document: `# T\n${block("octets", "a")}\n`,
      message: "x.md:1: ",
    },
    { because: "octets are missing", document: documentOf({ octets: "" }), message: "x.md:5: no octets" },
    { because: "events are missing", document: documentOf({ events: "" }), message: "x.md:5: no events" },
    {
      because: "octets are empty",
      document: documentOf({ octets: block("octets", "") }),
      message: "x.md:9: no octets",
    },
    {
      because: "events are empty",
      document: documentOf({ events: block("events", "") }),
      message: "x.md:13: no events",
    },
    {
      because: "there are two blocks of octets",
      document: documentOf({ events: block("octets", "a") }),
      message: "x.md:13: more than one block of octets",
    },
    {
      because: "no RFC says why",
      document: documentOf({ because: "So." }),
      message: 'x.md:5: no "RFC nnnn §" says why',
    },
    {
      because: "no section is named",
      document: documentOf({ because: "RFC 9112." }),
      message: "x.md:5: no ",
    },
    {
      because: "a block is of another kind",
      document: documentOf({ octets: block("http", "a") }),
      message: "x.md:9: a block of octets, of events or of peers expected",
    },
    {
      because: "a peer is not named",
      document: documentOf({ peers: block("peers", "apache: So.") }),
      message: 'x.md:17: "node: " or "nginx: " expected',
    },
    {
      because: "a peer is named twice",
      document: documentOf({ peers: block("peers", "node: So.\nnode: So.") }),
      message: "x.md:18: node has its sentence",
    },
    {
      because: "nothing is said about a peer",
      document: documentOf({ peers: block("peers", "node: ") }),
      message: "x.md:17: no sentence about node",
    },
    {
      because: "a block is never closed",
      document: documentOf({ events: "```events\nneed-data" }),
      message: "x.md:13: this block is never closed",
    },
  ];
  test.each(cases)("because $because", ({ document, message }) => {
    expect(() => parseCorpus("x.md", document)).toThrow(message);
  });

  test.each([
    {
      because: "a character is not US-ASCII",
      notation: "abc\ndé",
      message: 'x.md:11: outside the notation from column 2: "é"',
    },
    {
      because: "a tab is not written as ␉",
      notation: "\t",
      message: "x.md:10: outside the notation from column 1",
    },
    {
      because: "a line of the document ends in CR LF",
      notation: "a\r",
      message: "x.md:10: outside the notation",
    },
    {
      because: "a backslash begins no escape",
      notation: String.raw`a\r`,
      message: "x.md:10: outside the notation from column 2",
    },
    {
      because: "an escape has one digit",
      notation: String.raw`\x4`,
      message: "x.md:10: outside the notation",
    },
    { because: "a brace begins no run", notation: "{", message: "x.md:10: outside the notation" },
    { because: "a run repeats two characters", notation: "{2*ab}", message: "x.md:10: outside the notation" },
    { because: "a run has no count", notation: "{*a}", message: "x.md:10: outside the notation" },
  ])("because $because", ({ notation, message }) => {
    expect(() => wireOf(notation)).toThrow(message);
  });
});

describe("the corpus", () => {
  const corpus = readCorpus(new URL("../http/corpus/", import.meta.url));

  test("can be read from its directory", () => {
    expect(new Set(corpus.map(({ file }) => file))).toContain("chunked.md");
    expect(corpus.length).toBeGreaterThan(600);
  });

  test("says only what the events can say", () => {
    const vocabulary =
      /^(request \S+ \S+ HTTP\/1\.\d| {2}(form (origin|absolute|authority|asterisk)|path \/.*|query( .+)?|field [^\s:]+:.*|framing (none|chunked|content-length \d+)|connection (persists|closes)|expects (100-continue|unknown))|content "[^"]+"|end at \d+|need-data|refused \d{3} at \d+)$/;
    expect(corpus.flatMap(({ events }) => events).filter((event) => !vocabulary.test(event))).toEqual([]);
  });

  test("names every entry of a document differently", () => {
    const names = corpus.map(({ file, heading }) => `${file} ${heading}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test("sends no octets twice", () => {
    const heard = new Map<string, string>();
    const twice = corpus.flatMap(({ file, heading, wire }) => {
      const octets = Buffer.from(wire).toString("latin1");
      const before = heard.get(octets);
      heard.set(octets, `${file}: ${heading}`);
      return before === undefined ? [] : [`${file}: ${heading}, as in ${before}`];
    });
    expect(twice).toEqual([]);
  });
});
