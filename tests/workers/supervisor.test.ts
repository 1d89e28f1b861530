/**
 * What the supervisor makes of workers that are unwell or silent, with bounds of its own. Its workers are real processes,
 * so it is the compiled one: Node.js must be able to start them.
 */
import { beforeEach, expect, test, vi } from "vitest";
import { settings } from "../../settings.ts";
import type { Supervisor, SupervisorEvents, SupervisorSettings } from "../../src/workers/supervisor.ts";
import type { WorkerHandle } from "../../src/workers/worker-handle.ts";
import { releaseAfter } from "../support/lifetime.ts";
import { mischief } from "../support/mischief.ts";
import { kill } from "../support/server.ts";
import {
  type TemporaryAlbum,
  createTemporaryAlbum,
  createTemporaryFolder,
} from "../support/temporary-album.ts";

const PATIENCE = { timeout: 15_000, interval: 20 };
const NEVER_MS = 1_000_000;

let album: TemporaryAlbum;

beforeEach(async () => {
  album = await createTemporaryAlbum();
});

type Supervised = {
  readonly supervisor: Supervisor;
  /** Those that have been ready, the latest last. */
  readonly ready: WorkerHandle[];
  readonly log: string[];
};

/** @param inWorkers JavaScript that each worker runs first */
async function supervise(
  workers: number,
  inWorkers: string,
  bounds: Partial<SupervisorSettings> = {},
): Promise<Supervised> {
  for (const [name, value] of Object.entries(await mischief({ worker: inWorkers }))) vi.stubEnv(name, value);
  const file = new URL("../../dist/src/workers/supervisor.js", import.meta.url).href;
  const compiled = (await import(file)) as { Supervisor: typeof Supervisor };
  const ready: WorkerHandle[] = [];
  const log: string[] = [];
  const events: SupervisorEvents = {
    onReady: (worker) => void ready.push(worker),
    onMessage(worker, message) {
      if (message.kind === "not-listening") worker.isListening = false;
    },
    onGone: () => undefined,
    onReloaded: () => undefined,
    onHopeless: (reason) => void log.push(reason),
    log: (severity, sentence) => void log.push(`${severity}: ${sentence}`),
  };
  const options = {
    ...settings.defaults,
    workers,
    rootDirectory: album.path,
    cacheDirectory: await createTemporaryFolder(),
    logFile: `${await createTemporaryFolder()}/log`,
    trustedProxies: [],
    proxyProtocol: false,
    admin: undefined,
    allowedHosts: [],
    trace: undefined,
  } as const;
  const all = { ...settings.workers, maxWorkers: settings.defaults.maxWorkers, ...bounds };
  const supervisor = new compiled.Supervisor(options, all, events, () => performance.now());
  releaseAfter("test", async () => {
    await supervisor.end();
    vi.unstubAllEnvs();
  });
  supervisor.start(0);
  await vi.waitFor(() => expect(ready).toHaveLength(workers), PATIENCE);
  return { supervisor, ready, log };
}

const THROWS = 'process.on("SIGUSR2", () => { throw new Error("Who would have thought!"); });';

test("workers that are unwell while they are young are replaced ever more slowly", async () => {
  const { ready } = await supervise(1, THROWS, { restartDelayMs: 100, youngMs: NEVER_MS });
  for (const delayMs of [100, 200, 400]) {
    const unwell = ready.at(-1);
    const sentMs = performance.now();
    kill(unwell?.pid ?? 0, "SIGUSR2");
    await vi.waitFor(() => expect(ready.at(-1)).not.toBe(unwell), PATIENCE);
    expect((ready.at(-1)?.startedMs ?? 0) - sentMs).toBeGreaterThanOrEqual(delayMs - 1); // timers are that coarse
  }
});

test("workers that are unwell when they are older are replaced at once, however long young ones would wait", async () => {
  const { ready } = await supervise(1, THROWS, {
    restartDelayMs: NEVER_MS,
    maxRestartDelayMs: NEVER_MS,
    youngMs: 0,
  });
  for (let i = 1; i <= 3; i++) {
    kill(ready.at(-1)?.pid ?? 0, "SIGUSR2");
    await vi.waitFor(() => expect(ready).toHaveLength(i + 1), PATIENCE);
  }
});

test("it carries on as long as somebody is heard of or being started, and not if all are silent", async () => {
  const { supervisor, ready } = await supervise(2, THROWS, { heartbeatMs: NEVER_MS, silentMs: 3_000 });
  expect(supervisor.isCarryingOn).toBe(true);
  for (const { pid = 0 } of ready) kill(pid, "SIGSTOP"); // and nobody looks after them
  await vi.waitFor(() => expect(supervisor.isCarryingOn).toBe(false), PATIENCE);
  const [first] = ready;
  kill(first?.pid ?? 0, "SIGCONT");
  await vi.waitFor(() => expect(supervisor.isCarryingOn).toBe(true), PATIENCE);
  kill(first?.pid ?? 0, "SIGKILL");
  await first?.exited;
  expect(supervisor.isCarryingOn).toBe(true); // another one is being started
  for (const { pid = 0 } of ready) kill(pid, "SIGCONT");
});

/** Holds 300 MB more at this signal, and says so with its next heartbeat. */
const GROWS = 'process.on("SIGUSR2", () => { globalThis.held = Buffer.alloc(300_000_000, 1); });';

test("workers that hold too much memory are replaced one by one, and not one after the other without a pause", async () => {
  const { supervisor, ready, log } = await supervise(2, GROWS, {
    heartbeatMs: 100,
    maxMemoryBytes: 250_000_000,
    memoryPauseMs: 4_000,
  });
  const before = [...ready];
  for (const { pid = 0 } of before) kill(pid, "SIGUSR2");
  const startMs = performance.now();
  await vi.waitFor(() => expect(before.filter(({ state }) => state === "gone")).toHaveLength(1), PATIENCE);
  expect(ready).toHaveLength(3);
  expect(log).toEqual([
    expect.stringMatching(
      /^notice: worker \d+ holds \d{3} MB with 0 connections open: another one takes its place\.$/,
    ),
  ]);
  await vi.waitFor(() => expect(before.filter(({ state }) => state === "gone")).toHaveLength(2), PATIENCE);
  expect(performance.now() - startMs).toBeGreaterThan(4_000);
  expect(ready).toHaveLength(4);
  expect(supervisor.servingCount).toBe(2);
  expect(log).toHaveLength(2);
});

test("memory that connections may need is no reason to replace their worker", async () => {
  const { ready } = await supervise(2, GROWS, {
    heartbeatMs: 100,
    maxMemoryBytes: 250_000_000,
    maxMemoryPerConnectionBytes: 1_000_000,
    memoryPauseMs: 0,
  });
  const [busy, idle] = ready;
  if (busy === undefined || idle === undefined) throw new Error("There are two.");
  busy.openConnections = 1_000; // as a worker says of itself
  for (const { pid = 0 } of [busy, idle]) kill(pid, "SIGUSR2");
  await vi.waitFor(() => expect(idle.state).toBe("gone"), PATIENCE);
  expect(busy.residentBytes).toBeGreaterThan(250_000_000);
  expect(busy.state).toBe("serving");
});
