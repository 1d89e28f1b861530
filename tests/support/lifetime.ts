/**
 * What a test starts or makes is ended and removed, whether it passes or not.
 */
import { afterAll, onTestFinished } from "vitest";

/** `test`: until the test that runs just now is over; `file`: until all tests of the file are. */
export type Lifetime = "test" | "file";

type Release = () => Promise<void> | void;

const releases: Release[] = [];

afterAll(async () => {
  for (const release of releases.splice(0).toReversed()) await release();
});

/** The last one made is the first one released. */
export function releaseAfter(lifetime: Lifetime, release: Release): void {
  if (lifetime === "file") releases.push(release);
  else onTestFinished(release);
}
