import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Snapshot } from "../../src/admin/snapshot.ts";
import { STATUS_POLICY, formatStatusPage } from "../../src/admin/status-page.ts";
import { snapshotWith, workerWith } from "../support/snapshots.ts";

/** What can be read of a page, piece by piece. */
function piecesOf(page: string): string[] {
  const body = page.slice(page.indexOf("<body>"));
  const text = body.replace(/[\u00a0\u2009\u202f]/g, " ").split(/<[^>]*>/);
  return text.map((piece) => piece.trim().replace(/\s+/g, " ")).filter(Boolean);
}

const pieces = (changes: Partial<Snapshot> = {}): string[] =>
  piecesOf(formatStatusPage(snapshotWith(changes), 5));

/** What stands directly behind a name. */
function behind(name: string, all: readonly string[]): string | undefined {
  return all[all.indexOf(name) + 1];
}

test("says what is served, since when, and by what", () => {
  const text = pieces().join(" ");
  expect(text).toContain("share-my-photos serving");
  expect(text).toContain("Shares /srv/photos at http://127.0.0.1:8080 (handover)");
  expect(text).toContain(
    "since November 21, 2026 at 8:15 AM UTC (3 h 12 min). Version 1.2.3, Node.js 20.20.2.",
  );
});

test("says what is looked for first in large figures", () => {
  const page = formatStatusPage(snapshotWith(), 5);
  const large = Array.from(page.matchAll(/<dt>([^<]*)(?:<small>([^<]*)<\/small>)?<\/dt><dd>([^<]*)<\/dd>/g))
    .slice(0, 5)
    .map(([, name, more, value]) => [name, value?.replace(/[\u00a0\u202f]/g, " "), more]);
  expect(large).toEqual([
    ["Requests a second", "0.4", undefined],
    ["Requests", "4,000", "half within 1 ms, 99 % within 1 s"],
    ["Content sent", "1.2 GB", undefined],
    ["Connections", "12", undefined],
    ["Thumbnails in line", "11", "2 being made"],
  ]);
});

test("has a row for each worker", () => {
  const page = formatStatusPage(snapshotWith(), 5);
  const rows = Array.from(page.matchAll(/<tr><td[^]*?<\/tr>/g), ([row]) => piecesOf(`<body>${row}`));
  expect(rows).toEqual([
    ["1", "4711", "serving", "1 h", "6", "1,000", "0.2", "54.3 MB", "12 s", "0.4 s ago"],
    ["2", "4711", "serving", "1 h", "6", "3,000", "0.2", "54.3 MB", "12 s", "0.4 s ago"],
  ]);
});

test("a worker that missed its heartbeat stands out", () => {
  const page = formatStatusPage(snapshotWith({ workers: [workerWith({ silentMs: 7_000 })] }), 5);
  expect(page).toContain('class="late">7 s ago<');
  expect(formatStatusPage(snapshotWith(), 5)).not.toContain('"late"');
});

test("lists what was sent, and what happened", () => {
  const all = pieces({ connections: { accepted: 900, open: 1, waiting: 7, refused: 8 } });
  expect(behind("404 Not Found", all)).toBe("98");
  expect(behind("500 Internal Server Error", all)).toBe("2");
  expect(all.join(" ")).not.toContain("206 Partial Content");
  expect(behind("Made", all)).toBe("70");
  expect(behind("Refused, since the line was full", all)).toBe("5");
  expect(behind("Not decodable", all)).toBe("3");
  expect(behind("Workers that died", all)).toBe("1");
  expect(behind("Workers told to leave", all)).toBe("6");
  expect(behind("Darkrooms that died", all)).toBe("5");
  expect(behind("Reloads", all)).toBe("3");
  expect(behind("Reloads given up", all)).toBe("4");
  expect(behind("Connections refused for want of room", all)).toBe("8");
  expect(all).toContain("7 wait for a worker");
});

test.each([
  ["no-worker", "no worker serves"],
  ["stopping", "stopping"],
] as const)("says in a word that it is %s", (state, word) => {
  expect(behind("share-my-photos", pieces({ state, workers: [] }))).toBe(word);
  expect(formatStatusPage(snapshotWith({ state }), 5)).toContain(`<title>${word} `);
});

test("says nothing of speed before there was a request", () => {
  const durations = { boundsSeconds: [0.001], counts: [0, 0], sumSeconds: 0 };
  const none = { ...snapshotWith().responses, count: 0, byStatus: {}, durations };
  const all = pieces({ responses: none });
  expect(all.join(" ")).not.toContain("within");
  expect(all).toContain("None so far");
});

test("says nothing of memory where the system does not tell", () => {
  const page = formatStatusPage(
    snapshotWith({ master: { pid: 4_700, use: undefined }, workers: [workerWith({ use: undefined })] }),
    5,
  );
  expect(page).not.toMatch(/undefined|NaN/);
  expect(piecesOf(page).join(" ")).toContain("Master: pid 4700. Darkroom 3: busy, pid 4720, 54.3 MB.");
});

describe("nothing of it is obeyed", () => {
  test("by the page: what comes from elsewhere is escaped", () => {
    const page = formatStatusPage(
      snapshotWith({
        rootDirectory: '/srv/<script>alert("1")</script>/\u202egpj.exe',
        address: "http://[::1]:8080/\"'><b>",
      }),
      5,
    );
    expect(page).not.toMatch(/<script|<b>|\u202e/);
    expect(page).toContain("/srv/&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;/\uFFFDgpj.exe");
  });

  test("by the browser: one style sheet is let through, by its digest, and nothing else", () => {
    const page = formatStatusPage(snapshotWith(), 5);
    const styles = Array.from(page.matchAll(/<style>([^]*?)<\/style>/g), ([, style = ""]) => style);
    const digests = styles.map((style) => createHash("sha256").update(style).digest("base64"));
    expect(digests).toHaveLength(1);
    expect(STATUS_POLICY).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none';/);
    expect(STATUS_POLICY).toContain(`'sha256-${digests[0]}'`);
    expect(page).not.toMatch(/ style=| on[a-z]+=|<script|<link|<img/);
  });
});

test("asks for itself again", () => {
  expect(formatStatusPage(snapshotWith(), 7)).toContain('<meta http-equiv="refresh" content="7">');
});
