/**
 * The corpus as others read it: Node's parser and nginx. Each accepts the same requests as we do, with the same
 * content, and refuses in the same place, or the entry has a `peers` block that says why not. Which status a refusal
 * has is everybody's own affair.
 *
 * What they make of bad octets changes from version to version, so only those are asked that the entries speak of.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { type CorpusEntry, type Peer, readCorpus } from "../support/corpus.ts";
import { findNginx, readWithNginx } from "../support/nginx-peer.ts";
import { readWithNode } from "../support/node-peer.ts";
import { type Reading, readingOf } from "../support/reading.ts";

const NODE = "20.";
const NGINX = "1.22.";

const corpus = readCorpus(new URL("corpus/", import.meta.url));
const nginx = findNginx();
const isRequired = process.env["REQUIRE_ALL_TESTS"] !== undefined;
if (nginx === undefined && isRequired) throw new Error("There is no nginx: apt-get install nginx-light.");

describe.skipIf(!process.versions.node.startsWith(NODE))(
  `Node ${NODE}x reads (here: ${process.versions.node})`,
  () => {
    comparedWith("node", () => readWithNode(corpus.map(({ wire }) => wire)));
  },
);

describe.skipIf(nginx?.version.startsWith(NGINX) !== true)(
  `nginx ${NGINX}x reads (here: ${nginx?.version ?? "none"})`,
  () => {
    comparedWith("nginx", async () =>
      nginx === undefined
        ? []
        : await readWithNginx(
            nginx,
            corpus.map(({ wire }) => wire),
          ),
    );
  },
);

function comparedWith(peer: Peer, readAll: () => Promise<Reading[]>): void {
  const theirs = new Map<CorpusEntry, Reading>();

  beforeAll(async () => {
    for (const [i, reading] of (await readAll()).entries()) {
      const entry = corpus[i];
      if (entry !== undefined) theirs.set(entry, reading);
    }
  });

  for (const entry of corpus.filter(({ peers }) => peers[peer] === undefined)) {
    test(`${entry.heading} (${entry.file}:${entry.line})`, () => {
      expect(theirs.get(entry)).toEqual(readingOf(entry.events));
    });
  }

  for (const entry of corpus.filter(({ peers }) => peers[peer] !== undefined)) {
    test(`${entry.heading} (${entry.file}:${entry.line}): otherwise, as the entry says`, () => {
      expect(theirs.get(entry)).not.toEqual(readingOf(entry.events));
    });
  }
}
