/**
 * Links between the documents lead somewhere. Those of the course are looked at in course.test.ts.
 */
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const project = new URL("../../", import.meta.url);

const DOCUMENTS = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/README.md", "docs/operations.md"];

test.each(DOCUMENTS)("the links in %s lead to files that are there", (document) => {
  const text = readFileSync(new URL(document, project), "utf8").replace(/^ *```[^]*?^ *```$/gm, "");
  const targets = Array.from(
    text.matchAll(/\]\((?!\w+:)([^)#]+)(?:#[^)]*)?\)/g),
    ([, target = ""]) => target,
  );
  expect(targets.length).toBeGreaterThan(0);
  const base = new URL(document, project);
  expect(targets.filter((target) => !existsSync(new URL(target, base)))).toEqual([]);
});
