/**
 * The servers of one suite: started one by one, and stopped together however the suite ends.
 */
import { join } from "node:path";
import type { Contender } from "./contest.ts";
import type { NodeVersion } from "./node-versions.ts";
import { type Accept, type OurServer, launchOurServer } from "./our-server.ts";
import type { Peer } from "./peers/peer.ts";
import type { RunningServer } from "./running-server.ts";
import type { Bench, SuiteResult } from "./suite.ts";
import { type Target, checkTarget } from "./target.ts";

export type Crew = {
  /** Ours, on the folder that everybody has unless another one is named. */
  ours(options: OurOptions): Promise<OurServer>;
  /** Undefined if it is not here or does not start; the notes say so then. */
  peer(peer: Peer, options: PeerOptions): Promise<RunningServer | undefined>;
  /** Everybody who takes part in this suite; for a look at other suites than `accept` those whom a goal names. */
  peers(suite: string, root: string, target: Target): Promise<Map<Peer, Contender>>;
  /** Stops one before the end, with the same questions. */
  dismiss(server: RunningServer): Promise<void>;
  note(text: string): void;
};

type OurOptions = {
  readonly workers: number;
  readonly accept?: Accept | undefined;
  readonly node?: NodeVersion | undefined;
  readonly root: string;
  readonly cacheDirectory: string;
};

type PeerOptions = {
  readonly workers: number;
  readonly root: string;
  readonly node?: NodeVersion | undefined;
};

/** All who are compared have so many, unless a row says otherwise: as many as the cores the goals were set on. */
export const WORKERS = 2;

let launches = 0;

/** @throws whatever the suite throws */
export async function withCrew(
  bench: Bench,
  perform: (crew: Crew) => Promise<SuiteResult>,
): Promise<SuiteResult> {
  const { scratchDirectory, signal } = bench;
  /** Ours can be asked for errors. */
  const running = new Map<RunningServer, OurServer | undefined>();
  const notes: string[] = [];
  const failures: string[] = [];
  let result: SuiteResult;
  const crew: Crew = {
    async ours({ workers, accept, node, root, cacheDirectory }) {
      const server = await launchOurServer({
        workers,
        photoDirectory: root,
        cacheDirectory,
        scratchDirectory,
        signal,
        ...(accept === undefined ? {} : { accept }),
        ...(node === undefined ? {} : { node }),
      });
      running.set(server, server);
      return server;
    },
    async peer(peer, { workers, root, node }) {
      const tool = peer.tool === undefined ? undefined : bench.tools.get(peer.tool);
      if (peer.tool !== undefined && tool === undefined) return undefined; // named once, for all suites
      launches += 1;
      const directory = join(scratchDirectory, `peer-${launches}`);
      try {
        const server = await peer.launch({ tool, workers, root, directory, node, signal });
        running.set(server, undefined);
        return server;
      } catch (error) {
        signal.throwIfAborted();
        bench.say(messageOf(error));
        crew.note(`${peer.name} did not start, and is left out.`);
        return undefined;
      }
    },
    async peers(suite, root, target) {
      const contenders = new Map<Peer, Contender>();
      for (const peer of bench.peers.filter((candidate) => takesPart(candidate, suite, bench))) {
        const server = await crew.peer(peer, { workers: WORKERS, root });
        if (server === undefined) continue;
        const objection =
          peer.isGuest === true
            ? await checkTarget(server.url, target, signal).then(() => undefined, messageOf)
            : undefined; // of those we know a wrong answer is a failure
        if (objection === undefined) contenders.set(peer, { server, isOurs: false, target });
        else crew.note(`${peer.name} is left out: ${objection}`);
      }
      return contenders;
    },
    async dismiss(server) {
      const ours = running.get(server);
      running.delete(server);
      try {
        const errors = (await ours?.readErrors()) ?? [];
        failures.push(...errors.map((error) => `${server.name}: ${error}`));
      } catch (error) {
        failures.push(`${server.name}: its log cannot be read: ${messageOf(error)}`);
      }
      if (!(await server.stop())) failures.push(`${server.name} did not stop when it was asked to`);
    },
    note(text) {
      if (!notes.includes(text)) notes.push(text);
      bench.say(text);
    },
  };
  try {
    result = await perform(crew);
  } finally {
    for (const server of running.keys()) await crew.dismiss(server);
  }
  return {
    ...result,
    notes: [...(result.notes ?? []), ...notes],
    failures: [...result.failures, ...failures],
  };
}

function takesPart({ suites, isGuest, isRival }: Peer, suite: string, { pace }: Bench): boolean {
  if (!suites.includes(suite)) return false;
  return pace === "full" || suite === "accept" || isGuest === true || isRival === true;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
