/**
 * All suites, in the order of BENCHMARKS.md. Each is a file of its own, and has a place there.
 */
import { ACCEPT_SUITE } from "./accept-suite.ts";
import { KEEP_SUITE } from "./keep-suite.ts";
import { LIST_SUITE } from "./list-suite.ts";
import { MEMORY_SUITE } from "./memory-suite.ts";
import { NODE_SUITE } from "./node-suite.ts";
import { PAGE_SUITE } from "./page-suite.ts";
import { SIEGE_SUITE } from "./siege-suite.ts";
import { START_SUITE } from "./start-suite.ts";
import { STATIC_SUITE } from "./static-suite.ts";
import { THUMBS_SUITE } from "./thumbs-suite.ts";
import type { Bench, Suite } from "./suite.ts";

/** Seconds on two cores with all peers there, at its own number of rounds. */
type Estimate = { readonly suite: Suite; readonly quick: number; readonly full: number };

const ESTIMATES: readonly Estimate[] = [
  { suite: ACCEPT_SUITE, quick: 13, full: 350 },
  { suite: KEEP_SUITE, quick: 12, full: 260 },
  { suite: STATIC_SUITE, quick: 15, full: 270 },
  { suite: PAGE_SUITE, quick: 14, full: 110 },
  { suite: THUMBS_SUITE, quick: 12, full: 200 },
  { suite: LIST_SUITE, quick: 9, full: 60 },
  { suite: START_SUITE, quick: 2, full: 30 },
  { suite: MEMORY_SUITE, quick: 9, full: 150 },
  { suite: NODE_SUITE, quick: 8, full: 180 },
  { suite: SIEGE_SUITE, quick: 14, full: 300 },
];

export const SUITES: readonly Suite[] = ESTIMATES.map(({ suite }) => suite);

/** What most of the suites take by themselves; --rounds takes so much longer. */
const USUAL_ROUNDS = { quick: 1, full: 5 };

export function estimateSeconds(
  suites: readonly Suite[],
  pace: Bench["pace"],
  rounds: number | undefined,
): number {
  const chosen = ESTIMATES.filter(({ suite }) => suites.includes(suite));
  const seconds = chosen.reduce((sum, estimate) => sum + estimate[pace], 0);
  return Math.ceil((seconds * (rounds ?? USUAL_ROUNDS[pace])) / USUAL_ROUNDS[pace]);
}
