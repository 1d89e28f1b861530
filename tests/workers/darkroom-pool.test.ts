import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { PictureJob, PictureOutcome } from "../../src/gallery/distant-darkroom.ts";
import type { DarkroomHandle } from "../../src/workers/darkroom-handle.ts";
import { type DarkroomLimits, DarkroomPool } from "../../src/workers/darkroom-pool.ts";
import type { DarkroomToMaster } from "../../src/workers/messages.ts";

const LIMITS: DarkroomLimits = {
  maxJobs: 100,
  maxResidentBytes: 1_000,
  idleMs: 5_000,
  bootMs: 2_000,
  developMs: 1_000,
  measureMs: 300,
  maxAttempts: 2,
  restMs: 600_000,
};

/** A process that does nothing by itself. Who is killed is gone a moment later. */
class FakeDarkroom implements DarkroomHandle {
  readonly pid = 4_711;
  readonly jobs: string[] = [];
  isKilled = false;
  #hear: (message: DarkroomToMaster) => void = () => undefined;
  #lose: (how: string) => void = () => undefined;

  onMessage(listener: (message: DarkroomToMaster) => void): void {
    this.#hear = listener;
  }

  onGone(listener: (how: string) => void): void {
    this.#lose = listener;
  }

  send({ job }: { readonly job: PictureJob }): void {
    this.jobs.push(nameOf(job));
  }

  kill(): void {
    this.isKilled = true;
    setTimeout(() => this.die("SIGKILL"), 1);
  }

  getReady(): void {
    this.#hear({ kind: "ready" });
  }

  finish(residentBytes = 0, outcome: PictureOutcome = { kind: "developed", rendition: "" }): void {
    this.#hear({ kind: "outcome", outcome, residentBytes });
  }

  die(how = "SIGSEGV"): void {
    this.#lose(how);
  }
}

type Setup = {
  readonly pool: DarkroomPool<string>;
  /** All that were ever started, the oldest first. */
  readonly darkrooms: FakeDarkroom[];
  /** The same, which all have to be there. */
  readonly at: (index: number) => FakeDarkroom;
  readonly outcomes: string[];
  readonly troubles: string[];
  readonly develop: (name: string, worker?: string) => void;
  readonly measure: (name: string, worker?: string) => void;
};

function createPool(maxRooms: number, limits: Partial<DarkroomLimits> = {}): Setup {
  const darkrooms: FakeDarkroom[] = [];
  const outcomes: string[] = [];
  const troubles: string[] = [];
  let lastId = 0;
  const pool = new DarkroomPool<string>(
    maxRooms,
    { ...LIMITS, ...limits },
    {
      start() {
        const darkroom = new FakeDarkroom();
        darkrooms.push(darkroom);
        return darkroom;
      },
      onOutcome(worker, id, outcome) {
        const howLong = outcome.kind === "unreadable" && outcome.mayPass ? " for now" : "";
        outcomes.push(`${worker} ${id} ${outcome.kind}${howLong}`);
      },
      onTrouble: (sentence) => troubles.push(sentence),
    },
    () => Date.now(),
  );
  const place = { root: "/photos", cacheDirectory: "/cache" };
  return {
    pool,
    darkrooms,
    at(index) {
      const darkroom = darkrooms[index];
      if (darkroom === undefined) throw new Error(`Only ${darkrooms.length} were started.`);
      return darkroom;
    },
    outcomes,
    troubles,
    develop: (name, worker = "w") =>
      pool.order(worker, ++lastId, {
        ...place,
        kind: "develop",
        from: { key: name, version: "1" },
        sizePx: 320,
        format: "jpeg",
      }),
    measure: (name, worker = "w") =>
      pool.order(worker, ++lastId, { ...place, kind: "measure", original: { key: name, version: "1" } }),
  };
}

function nameOf(job: PictureJob): string {
  const original = job.kind === "measure" ? job.original : job.from;
  return typeof original === "string" ? original : original.key;
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("a darkroom is started", () => {
  test("when somebody needs one, and not before", () => {
    const { darkrooms, develop } = createPool(3);
    expect(darkrooms).toHaveLength(0);
    develop("a");
    expect(darkrooms).toHaveLength(1);
  });

  test("for each that waits, as many as there may be", () => {
    const { darkrooms, develop } = createPool(3);
    for (const name of ["a", "b", "c", "d"]) develop(name);
    expect(darkrooms).toHaveLength(3);
  });

  test("only if no other one is idle", () => {
    const { darkrooms, at, develop } = createPool(3);
    develop("a");
    at(0).getReady();
    at(0).finish();
    develop("b");
    expect(darkrooms).toHaveLength(1);
    expect(at(0).jobs).toEqual(["a", "b"]);
  });
});

test("a darkroom gets a job when it is ready, and the next one when that is done", () => {
  const { at, develop, outcomes } = createPool(1);
  develop("a", "v");
  develop("b", "w");
  expect(at(0).jobs).toEqual([]);
  at(0).getReady();
  expect(at(0).jobs).toEqual(["a"]);
  at(0).finish();
  expect(at(0).jobs).toEqual(["a", "b"]);
  at(0).finish();
  expect(outcomes).toEqual(["v 1 developed", "w 2 developed"]);
});

test("what is to be measured goes before what is to be developed, in order", () => {
  const { at, develop, measure } = createPool(1);
  develop("busy");
  at(0).getReady();
  for (const name of ["a", "b"]) develop(name);
  for (const name of ["1", "2"]) measure(name);
  for (let i = 0; i < 5; i++) at(0).finish();
  expect(at(0).jobs).toEqual(["busy", "1", "2", "a", "b"]);
});

describe("a darkroom that dies at its job", () => {
  test("costs nothing: another one does it, first of all", () => {
    const { darkrooms, at, develop, outcomes, troubles } = createPool(1);
    develop("a");
    develop("b");
    at(0).getReady();
    at(0).die();
    at(1).getReady();
    at(1).finish();
    at(1).finish();
    expect(darkrooms).toHaveLength(2);
    expect(at(1).jobs).toEqual(["a", "b"]);
    expect(outcomes).toEqual(["w 1 developed", "w 2 developed"]);
    expect(troubles).toEqual(['darkroom 4711 is gone (SIGSEGV) over "/photos/a".']);
  });

  test("is followed by one more, and then the picture is to blame", () => {
    const { at, develop, outcomes, troubles } = createPool(1);
    develop("deadly");
    develop("b");
    at(0).getReady();
    at(0).die();
    at(1).getReady();
    at(1).die();
    at(2).getReady();
    at(2).finish();
    expect(outcomes).toEqual(["w 1 unreadable", "w 2 developed"]);
    expect(troubles).toEqual([
      'darkroom 4711 is gone (SIGSEGV) over "/photos/deadly".',
      'darkroom 4711 is gone (SIGSEGV) over "/photos/deadly".',
      '"/photos/deadly" was too much for 2 processes (SIGSEGV) and is not tried again.',
    ]);
  });

  test("is killed if it has taken too long for it", () => {
    const { at, develop, outcomes, troubles } = createPool(1);
    develop("endless");
    at(0).getReady();
    vi.advanceTimersByTime(LIMITS.developMs - 1);
    expect(at(0).isKilled).toBe(false);
    vi.advanceTimersByTime(2);
    expect(at(0).isKilled).toBe(true);
    expect(troubles).toEqual([
      'darkroom 4711 is gone (SIGKILL, killed since it was stuck) over "/photos/endless".',
    ]);
    at(1).getReady();
    vi.advanceTimersByTime(LIMITS.developMs + 1);
    expect(outcomes).toEqual(["w 1 unreadable"]);
  });

  test("is killed sooner if it was to measure only", () => {
    const { at, measure } = createPool(1);
    measure("endless");
    at(0).getReady();
    vi.advanceTimersByTime(LIMITS.measureMs);
    expect(at(0).isKilled).toBe(true);
  });

  test("and was killed by somebody else, twice, may have been chosen for want of memory: it is tried again later", () => {
    const { darkrooms, at, develop, outcomes, troubles } = createPool(1);
    develop("large");
    at(0).getReady();
    at(0).die("SIGKILL");
    at(1).getReady();
    at(1).die("SIGKILL");
    develop("large");
    expect(outcomes).toEqual(["w 1 unreadable for now", "w 2 unreadable for now"]);
    expect(darkrooms).toHaveLength(2);
    expect(troubles.at(-1)).toBe(
      '"/photos/large" was too much for 2 processes (SIGKILL) and is not tried again for 10 minutes.',
    );
    vi.advanceTimersByTime(LIMITS.restMs);
    develop("large");
    at(2).getReady();
    at(2).finish();
    expect(outcomes.at(-1)).toBe("w 3 developed");
  });

  test("has done it if the outcome came first", () => {
    const { darkrooms, at, develop, outcomes } = createPool(1);
    develop("a");
    at(0).getReady();
    at(0).finish();
    at(0).die();
    expect(outcomes).toEqual(["w 1 developed"]);
    develop("b");
    expect(darkrooms).toHaveLength(2);
  });
});

test("a darkroom that dies though it has nothing to do is told of, and one that we end is not", () => {
  const { pool, at, develop, troubles } = createPool(2);
  develop("a");
  develop("b");
  for (const i of [0, 1]) at(i).getReady();
  for (const i of [0, 1]) at(i).finish();
  at(0).die("SIGKILL");
  pool.end();
  vi.advanceTimersByTime(2); // it is gone now
  expect(at(1).isKilled).toBe(true);
  expect(troubles).toEqual(["darkroom 4711 is gone (SIGKILL) while it was idle."]);
});

test("a name is escaped for the log", () => {
  const { at, develop, troubles } = createPool(1, { maxAttempts: 1 });
  develop('a\n"b"\u202e.jpg');
  at(0).getReady();
  at(0).die();
  expect(troubles).toHaveLength(2);
  for (const trouble of troubles) expect(trouble).toContain('"/photos/a\\x0a\\x22b\\x22\\x202e.jpg"');
});

describe("darkrooms that do not start", () => {
  test("are nobody's fault: after three in a row all that wait are told, and the next one is tried", () => {
    const { darkrooms, at, develop, outcomes, troubles } = createPool(1);
    develop("a");
    develop("b");
    for (const i of [0, 1, 2]) at(i).die("exit code 1");
    expect(outcomes).toEqual(["w 1 failed", "w 2 failed"]);
    expect(troubles).toEqual([
      ...Array.from({ length: 3 }, () => "darkroom 4711 is gone (exit code 1) before it was ready."),
      "No picture can be decoded: the processes that should do so do not start (exit code 1).",
    ]);
    expect(darkrooms).toHaveLength(3);
    develop("c");
    at(3).getReady();
    at(3).finish();
    expect(outcomes.at(-1)).toBe("w 3 developed");
  });

  test("are killed when they take too long", () => {
    const { at, develop, troubles } = createPool(1);
    develop("a");
    vi.advanceTimersByTime(LIMITS.bootMs + 2);
    expect(at(0).isKilled).toBe(true);
    expect(troubles).toEqual([
      "darkroom 4711 is gone (SIGKILL, killed since it was stuck) before it was ready.",
    ]);
    at(1).getReady();
    expect(at(1).jobs).toEqual(["a"]);
  });
});

describe("a darkroom ends", () => {
  test("when it has had nothing to do for a while", () => {
    const { at, develop } = createPool(1);
    develop("a");
    at(0).getReady();
    at(0).finish();
    vi.advanceTimersByTime(LIMITS.idleMs - 1);
    expect(at(0).isKilled).toBe(false);
    vi.advanceTimersByTime(1);
    expect(at(0).isKilled).toBe(true);
    develop("b"); // before it is gone
    expect(at(0).jobs).toEqual(["a"]);
    at(1).getReady();
    expect(at(1).jobs).toEqual(["b"]);
  });

  const reasons = [
    { because: "it has done as many jobs as it may", limits: { maxJobs: 1 }, residentBytes: 0 },
    { because: "it has taken more memory than it may", limits: {}, residentBytes: 1_001 },
  ];
  for (const { because, limits, residentBytes } of reasons) {
    test(`when ${because}, and another one goes on`, () => {
      const { at, develop, outcomes, troubles } = createPool(1, limits);
      develop("a");
      develop("b");
      at(0).getReady();
      at(0).finish(residentBytes);
      expect(at(0).isKilled).toBe(true);
      at(1).getReady();
      expect(at(1).jobs).toEqual(["b"]);
      vi.advanceTimersByTime(2); // it is gone now
      at(1).finish();
      expect(outcomes).toEqual(["w 1 developed", "w 2 developed"]);
      expect(troubles).toEqual([]);
    });
  }

  test("when all are renewed: at once if it is idle, else when its job is done", () => {
    const { pool, at, develop } = createPool(2);
    develop("a");
    develop("b");
    at(0).getReady();
    at(1).getReady();
    at(1).finish();
    pool.renew();
    expect([at(0).isKilled, at(1).isKilled]).toEqual([false, true]);
    at(0).finish();
    expect(at(0).isKilled).toBe(true);
    develop("c");
    expect(at(2).jobs).toEqual([]);
  });

  test("when the server does, and no other one is started", () => {
    const { pool, darkrooms, at, develop } = createPool(2);
    develop("a");
    at(0).getReady();
    pool.end();
    expect(at(0).isKilled).toBe(true);
    vi.advanceTimersByTime(2);
    develop("b");
    expect(darkrooms).toHaveLength(1);
  });
});

test("what a worker wanted that is gone is not done, unless it was begun", () => {
  const { pool, at, develop } = createPool(1);
  develop("a", "v");
  at(0).getReady();
  develop("b", "v");
  develop("c", "w");
  pool.leave("v");
  at(0).finish();
  at(0).finish();
  expect(at(0).jobs).toEqual(["a", "c"]);
});

test("counts who was started, who died, and what became of thumbnails", () => {
  const { pool, at, develop, measure } = createPool(1);
  for (const name of ["good", "bad", "deadly"]) develop(name);
  measure("measured");
  expect(pool.rooms.map(({ number, state }) => [number, state])).toEqual([[1, "starting"]]);
  at(0).getReady();
  at(0).finish(0, { kind: "unreadable", mayPass: false }); // what is measured is no thumbnail
  expect(pool.rooms.map(({ state }) => state)).toEqual(["busy"]);
  at(0).finish();
  at(0).finish(0, { kind: "unreadable", mayPass: false });
  at(0).die();
  at(1).getReady();
  at(1).die();
  expect(pool.counts).toEqual({ started: 2, died: 2, developed: 1, unreadable: 2, failed: 0 });
  expect(pool.rooms).toEqual([]);
});
