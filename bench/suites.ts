/**
 * All suites, in the order of BENCHMARKS.md. Each is a file of its own, and has a place there.
 */
import { ACCEPT_SUITE } from "./accept-suite.ts";
import { KEEP_SUITE } from "./keep-suite.ts";
import { NODE_SUITE } from "./node-suite.ts";
import { PAGE_SUITE } from "./page-suite.ts";
import { SIEGE_SUITE } from "./siege-suite.ts";
import { STATIC_SUITE } from "./static-suite.ts";
import type { Suite } from "./suite.ts";

export const SUITES: readonly Suite[] = [
  ACCEPT_SUITE,
  KEEP_SUITE,
  STATIC_SUITE,
  PAGE_SUITE,
  NODE_SUITE,
  SIEGE_SUITE,
];
