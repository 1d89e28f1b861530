/**
 * When the watchdog is fed and when not, and what is left of many messages. What a service manager hears of a real
 * server is in tests/end-to-end.
 */
import { chmod, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { type ServiceNotifier, openServiceNotifier } from "../../src/workers/service-notifier.ts";
import { createTemporaryFolder } from "../support/temporary-album.ts";

const PATIENCE = { timeout: 15_000, interval: 20 };

const LIMITS = { notifyMs: 10_000, lastNotifyMs: 200 };

afterEach(() => void vi.unstubAllEnvs());

/** Its `systemd-notify` writes down what it is told, and waits for as long as there is a file of the name `busy`. */
async function openNotifier(
  isServing: () => boolean,
  watchdogMs?: number,
): Promise<{
  notifier: ServiceNotifier;
  said: () => Promise<string[]>;
  busyFile: string;
  warnings: string[];
}> {
  const folder = await createTemporaryFolder();
  const command = join(folder, "systemd-notify");
  const busyFile = join(folder, "busy");
  const saidFile = join(folder, "said");
  await writeFile(saidFile, "");
  const script = `echo "$NOTIFY_SOCKET $*" >> '${saidFile}'; while test -e '${busyFile}'; do sleep 0.05; done`;
  await writeFile(command, `#!/bin/sh\n${script}\n`);
  await chmod(command, 0o755);
  vi.stubEnv("PATH", `${folder}:${process.env["PATH"] ?? ""}`);
  const warnings: string[] = [];
  const target = { socket: "@here", watchdogMs };
  return {
    notifier: openServiceNotifier(target, LIMITS, isServing, (sentence) => void warnings.push(sentence)),
    said: async () => (await readFile(saidFile, "utf8")).split("\n").slice(0, -1),
    busyFile,
    warnings,
  };
}

test("a watchdog is not fed while nobody serves", async () => {
  let isServing = false;
  let asked = 0;
  const { said } = await openNotifier(() => {
    asked++;
    return isServing;
  }, 20);
  await vi.waitFor(() => expect(asked).toBeGreaterThan(5), PATIENCE);
  expect(await said()).toEqual([]);
  isServing = true;
  await vi.waitFor(async () => expect(await said()).toContain("@here WATCHDOG=1"), PATIENCE);
  isServing = false; // its timer has no end
});

test("of messages that wait the last of each kind is left, and they come in the order in which they were said", async () => {
  const { notifier, said, busyFile, warnings } = await openNotifier(() => true);
  await writeFile(busyFile, "");
  notifier.ready("first");
  await vi.waitFor(async () => expect(await said()).toHaveLength(1), PATIENCE);
  notifier.reloading();
  notifier.ready("second");
  notifier.reloading();
  notifier.ready("third");
  await rm(busyFile);
  await vi.waitFor(async () => expect((await said()).at(-1)).toContain("third"), PATIENCE);
  expect(await said()).toEqual([
    "@here READY=1 STATUS=first",
    expect.stringMatching(/^@here RELOADING=1 MONOTONIC_USEC=\d+ STATUS=Reloading$/),
    "@here READY=1 STATUS=third",
  ]);
  expect(warnings).toEqual([]);
});

test("who stops says nothing else any more, and not what still waits", async () => {
  const { notifier, said, busyFile } = await openNotifier(() => true);
  await writeFile(busyFile, "");
  notifier.ready("first");
  await vi.waitFor(async () => expect(await said()).toHaveLength(1), PATIENCE);
  notifier.reloading();
  notifier.stopping();
  notifier.ready("too late");
  await rm(busyFile);
  const all = ["@here READY=1 STATUS=first", "@here STOPPING=1 STATUS=Finishing the responses under way"];
  await vi.waitFor(async () => expect(await said()).toEqual(all), PATIENCE);
});

test("whoever ends waits for the last message, but not for ever", async () => {
  const { notifier, said, busyFile } = await openNotifier(() => true);
  notifier.stopping();
  await vi.waitFor(async () => {
    await notifier.settled();
    expect(await said()).toHaveLength(1);
  }, PATIENCE);
  await writeFile(busyFile, "");
  notifier.stopping();
  await notifier.settled(); // resolves although it is still busy
  await rm(busyFile);
});

test("nothing is done if nobody wants to hear", async () => {
  vi.stubEnv("PATH", "/nowhere");
  const warnings: string[] = [];
  const notifier = openServiceNotifier(
    undefined,
    LIMITS,
    () => true,
    (sentence) => void warnings.push(sentence),
  );
  notifier.ready("well");
  notifier.stopping();
  await notifier.settled();
  expect(warnings).toEqual([]);
});
