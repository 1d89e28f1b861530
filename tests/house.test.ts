/**
 * The import arrows: src/cli.ts ──► src/workers ──► src/gallery ──► src/http, and nothing the other way; src/explain
 * stands beside src/workers, src/command-line before it, and src/admin beside src/gallery.
 *
 * The linter says the same sooner; this says it where everybody looks, and for every kind of import.
 */
import { readFileSync, readdirSync } from "node:fs";
import { basename, posix } from "node:path";
import { describe, expect, test } from "vitest";

const project = new URL("../", import.meta.url);

type Import = {
  /** The file it stands in, from the project root. */
  readonly file: string;
  /** As written. */
  readonly specifier: string;
  /** From the project root for a relative import, else as written. */
  readonly target: string;
  readonly isTypeOnly: boolean;
};

/** `import … from "x"`, `import "x"`, `export … from "x"`, `import("x")`, `require("x")`, `new URL("x", import.meta.url)`. */
function importsOf(file: string, source: string): Import[] {
  const text = source.replace(/\/\*[^]*?\*\/|(?<=^|\s)\/\/[^\n]*/g, "");
  const statement = /\b(?:import|export)\s+(type\s+)?(?:[\w*{}\s,$]*?\bfrom\s*)?(["'])([^"'\n]+)\2/g;
  const call = /\b(?:import|require|new URL)\s*\(\s*(["'])([^"'\n]+)\1/g;
  return [
    ...Array.from(text.matchAll(statement), ([, type, , specifier = ""]) =>
      describeImport(file, specifier, type !== undefined),
    ),
    ...Array.from(text.matchAll(call), ([, , specifier = ""]) => describeImport(file, specifier, false)),
  ];
}

function describeImport(file: string, specifier: string, isTypeOnly: boolean): Import {
  const isRelative = specifier.startsWith(".");
  const target = isRelative ? posix.join(posix.dirname(file), specifier) : specifier;
  return { file, specifier, target, isTypeOnly };
}

const files = readdirSync(new URL("src/", project), { recursive: true, encoding: "utf8" })
  .map((path) => `src/${path.replaceAll("\\", "/")}`)
  .filter((path) => path.endsWith(".ts"))
  .sort();
const sources = new Map(
  ["settings.ts", ...files].map((file) => [file, readFileSync(new URL(file, project), "utf8")] as const),
);
const imports = [...sources].flatMap(([file, source]) => importsOf(file, source));

/** One sentence for each import that breaks a rule, so that the failing test says what to change. */
function violations(breaks: (candidate: Import) => boolean): string[] {
  return imports.filter(breaks).map(({ file, specifier }) => `${file} imports ${specifier}`);
}

/** The files and packages that `file` cannot be loaded without. */
function loadedWith(file: string, loaded = new Set([file])): string[] {
  const source = sources.get(file) ?? "";
  for (const { target, isTypeOnly } of importsOf(file, source.replace(/\bimport\s*\(/g, "later("))) {
    if (isTypeOnly || target.startsWith("node:") || loaded.has(target)) continue;
    loaded.add(target);
    loadedWith(target, loaded);
  }
  return [...loaded];
}

function isIn(room: string): (path: string) => boolean {
  return (path) => path.startsWith(`${room}/`);
}

const isHttp = isIn("src/http");
const isGallery = isIn("src/gallery");
const isWorkers = isIn("src/workers");
const isAdmin = isIn("src/admin");
const isExplain = isIn("src/explain");
const isCommandLine = isIn("src/command-line");
const isLocal = (target: string): boolean => target === "settings.ts" || target.startsWith("src/");

describe("src/http computes", () => {
  test("so it imports nothing of Node and no package", () => {
    expect(violations(({ file, specifier }) => isHttp(file) && !specifier.startsWith("."))).toEqual([]);
  });

  test("and knows no room but its own, and of settings.ts the types", () => {
    expect(
      violations(
        ({ file, target, isTypeOnly }) =>
          isHttp(file) && isLocal(target) && !isHttp(target) && !(target === "settings.ts" && isTypeOnly),
      ),
    ).toEqual([]);
  });
});

describe("src/gallery gives meaning", () => {
  test("so it touches no socket and no process", () => {
    const forbidden =
      /^(?:node:)?(?:net|tls|dgram|http|https|http2|child_process|cluster|worker_threads|process)(?:\/|$)/;
    expect(violations(({ file, specifier }) => isGallery(file) && forbidden.test(specifier))).toEqual([]);
  });

  test("and knows src/http and itself", () => {
    expect(
      violations(
        ({ file, target, isTypeOnly }) =>
          isGallery(file) &&
          isLocal(target) &&
          !isGallery(target) &&
          !isHttp(target) &&
          !(target === "settings.ts" && isTypeOnly),
      ),
    ).toEqual([]);
  });

  test("and only one of its files knows sharp", () => {
    const knowing = imports.filter(({ specifier }) => specifier === "sharp").map(({ file }) => file);
    expect(new Set(knowing)).toEqual(new Set(["src/gallery/picture-decoder.ts"]));
  });
});

describe("src/workers performs", () => {
  test("so only site.ts and darkroom.ts know the gallery, and worker.ts the name that is reserved", () => {
    const knowing = new Set(["src/workers/site.ts", "src/workers/darkroom.ts"]);
    expect(
      violations(
        ({ file, target, isTypeOnly }) =>
          isWorkers(file) &&
          isGallery(target) &&
          !knowing.has(file) &&
          !(isTypeOnly && target === "src/gallery/distant-darkroom.ts") && // what is asked of a darkroom
          !(file === "src/workers/worker.ts" && target === "src/gallery/routes.ts"),
      ),
    ).toEqual([]);
  });

  test("and a worker that starts loads a dozen files: what it serves with comes with its first connection", () => {
    const loaded = loadedWith("src/workers/worker.ts");
    expect(loaded).toContain("src/workers/log.ts");
    expect(loaded).not.toContain("src/workers/site.ts");
    expect(loaded.filter((target) => isGallery(target) && target !== "src/gallery/routes.ts")).toEqual([]);
    expect(loaded.length).toBeLessThan(12);
  });

  test("and none of it knows the command line", () => {
    expect(
      violations(({ file, target }) => isWorkers(file) && (target === "src/cli.ts" || isCommandLine(target))),
    ).toEqual([]);
  });

  test("and it speaks HTTP by itself: Node's own server stays where it is", () => {
    expect(violations(({ specifier }) => /^(?:node:)?(?:http|https|http2)$/.test(specifier))).toEqual([]);
  });
});

describe("src/admin tells how the server is", () => {
  test("with what it is handed: it touches no file, no socket and no process", () => {
    const known = new Set(["node:crypto", "@platformatic/prom-client"]); // a digest for a policy, and how metrics are written
    expect(
      violations(
        ({ file, specifier }) => isAdmin(file) && !specifier.startsWith(".") && !known.has(specifier),
      ),
    ).toEqual([]);
  });

  test("and knows src/http, itself, and of the gallery how HTML and figures are written", () => {
    const pure = new Set(["src/gallery/html.ts", "src/gallery/words.ts"]);
    expect(
      violations(
        ({ file, target }) =>
          isAdmin(file) && !isAdmin(target) && !isHttp(target) && !pure.has(target) && isLocal(target),
      ),
    ).toEqual([]);
  });

  test("and only admin-port.ts knows more of it than types", () => {
    expect(
      violations(
        ({ file, target, isTypeOnly }) =>
          isAdmin(target) &&
          !isAdmin(file) &&
          file !== "src/workers/admin-port.ts" &&
          !(isWorkers(file) && isTypeOnly),
      ),
    ).toEqual([]);
  });

  test("and nobody loads it who was not asked to", () => {
    for (const entryPoint of ["src/cli.ts", "src/workers/worker.ts", "src/workers/site.ts"]) {
      const loaded = loadedWith(entryPoint);
      expect(loaded.length).toBeGreaterThan(5);
      expect(loaded.filter((file) => isAdmin(file) || /\/(?:admin-port|watch)\.ts$/.test(file))).toEqual([]);
    }
  });
});

describe("src/explain tells how a request is read", () => {
  test("with the server's own functions: those of src/http, and those of the gallery that open nothing", () => {
    const pure = new Set(
      ["html", "media-type", "own-files", "request-meaning", "routes", "safe-path", "storage"].map(
        (name) => `src/gallery/${name}.ts`,
      ),
    );
    expect(
      violations(
        ({ file, target, isTypeOnly }) =>
          isExplain(file) &&
          isLocal(target) &&
          !isExplain(target) &&
          !isHttp(target) &&
          !pure.has(target) &&
          !(target === "settings.ts" && isTypeOnly),
      ),
    ).toEqual([]);
  });

  test("and only the command touches files and streams", () => {
    expect(
      violations(
        ({ file, specifier }) =>
          isExplain(file) && !specifier.startsWith(".") && file !== "src/explain/command.ts",
      ),
    ).toEqual([]);
  });

  test("and nobody who serves knows it", () => {
    expect(
      violations(({ file, target }) => isExplain(target) && !isExplain(file) && file !== "src/cli.ts"),
    ).toEqual([]);
  });
});

describe("src/command-line reads what is asked for", () => {
  test("and knows nothing else but what a server can be asked for, and of settings.ts the types", () => {
    expect(
      violations(
        ({ file, target, isTypeOnly }) =>
          isCommandLine(file) &&
          isLocal(target) &&
          !isCommandLine(target) &&
          target !== "src/workers/options.ts" &&
          !(target === "settings.ts" && isTypeOnly),
      ),
    ).toEqual([]);
  });

  test("for nobody but src/cli.ts, which starts the master or explains, and knows the settings", () => {
    expect(
      violations(
        ({ file, target }) => isCommandLine(target) && !isCommandLine(file) && file !== "src/cli.ts",
      ),
    ).toEqual([]);
    const allowed = new Set([
      "src/workers/master.ts",
      "src/workers/opening.ts",
      "src/explain/command.ts",
      "settings.ts",
    ]);
    expect(
      violations(
        ({ file, target }) =>
          file === "src/cli.ts" && isLocal(target) && !isCommandLine(target) && !allowed.has(target),
      ),
    ).toEqual([]);
    expect(violations(({ target }) => target === "src/cli.ts")).toEqual([]);
  });
});

test("a worker loads no package before it needs it", () => {
  for (const entryPoint of ["src/workers/worker.ts", "src/workers/site.ts"]) {
    const loaded = loadedWith(entryPoint);
    expect(loaded.length).toBeGreaterThan(5);
    expect(loaded.filter((target) => !isLocal(target))).toEqual([]);
  }
});

describe("settings.ts", () => {
  test("imports nothing", () => {
    expect(violations(({ file }) => file === "settings.ts")).toEqual([]);
  });

  test("is read as a value by the entry points only; everybody else is handed the numbers", () => {
    const readers = new Set(["src/cli.ts", "src/workers/worker.ts", "src/workers/darkroom.ts"]);
    expect(
      violations(
        ({ file, target, isTypeOnly }) => target === "settings.ts" && !isTypeOnly && !readers.has(file),
      ),
    ).toEqual([]);
  });
});

describe("files", () => {
  test("are named after what they hold, in kebab-case", () => {
    expect(files.filter((file) => !/^[a-z0-9]+(?:-[a-z0-9]+)*\.ts$/.test(basename(file)))).toEqual([]);
    expect(
      files.filter((file) => /(?:^|-)(?:utils?|helpers?|common|types|managers?)\.ts$/.test(basename(file))),
    ).toEqual([]);
  });

  test("import each other by their whole names, with .ts at the end", () => {
    expect(
      violations(
        ({ specifier }) =>
          specifier.startsWith(".") && !/\.tsx?$/.test(specifier) && !specifier.endsWith(".json"),
      ),
    ).toEqual([]);
  });

  test("import only files that are there: no barrel, no folder", () => {
    expect(
      violations(({ target }) => isLocal(target) && target.endsWith(".ts") && !sources.has(target)),
    ).toEqual([]);
  });

  test("pass nothing on that lies in another file", () => {
    const passingOn = [...sources].filter(([, source]) =>
      /^export\s+(?:type\s+)?(?:\*|\{[^}]*\})\s*from\b/m.test(source),
    );
    expect(passingOn.map(([file]) => file)).toEqual([]);
  });
});

describe("this test sees every import", () => {
  const cases: { source: string; sees: [specifier: string, isTypeOnly: boolean][] }[] = [
    { source: 'import a from "a";', sees: [["a", false]] },
    { source: 'import "a";', sees: [["a", false]] },
    { source: 'import * as a from "node:net";', sees: [["node:net", false]] },
    { source: 'import { a, type B } from "./a.ts";', sees: [["./a.ts", false]] },
    { source: 'import {\n  a,\n  b as c,\n} from "../b.ts";', sees: [["../b.ts", false]] },
    { source: 'import a, { b } from "c";', sees: [["c", false]] },
    { source: 'import type { A } from "./a.ts";', sees: [["./a.ts", true]] },
    { source: 'export * from "./a.ts";', sees: [["./a.ts", false]] },
    { source: 'export type { A } from "./a.ts";', sees: [["./a.ts", true]] },
    { source: 'const a = await import("sharp");', sees: [["sharp", false]] },
    {
      source: "import { a } from 'a';\nimport { b } from 'b';",
      sees: [
        ["a", false],
        ["b", false],
      ],
    },
    { source: 'export const a = "b";\nimport { c } from "d";', sees: [["d", false]] },
    { source: '// import a from "a";\n/* import b from "b"; */', sees: [] },
    { source: 'export function from(text = "a"): void {}', sees: [] },
  ];
  test.each(cases)("in $source", ({ source, sees }) => {
    expect(importsOf("src/x.ts", source).map(({ specifier, isTypeOnly }) => [specifier, isTypeOnly])).toEqual(
      sees,
    );
  });

  test("and looks at the files there are", () => {
    expect(files.filter(isHttp).length).toBeGreaterThan(15);
    expect(files.filter(isGallery).length).toBeGreaterThan(15);
    expect(files.filter(isWorkers).length).toBeGreaterThan(8);
    expect(files.filter(isAdmin).length).toBeGreaterThan(5);
    expect(files.filter(isExplain).length).toBeGreaterThan(8);
    expect(files.filter(isCommandLine).length).toBeGreaterThan(5);
    expect(imports.length).toBeGreaterThan(100);
  });
});
