/**
 * Much work, little by little: all connections of a worker share one thread, and nobody shall wait for somebody else's
 * huge folder.
 */

/** So many names are compared, or looked at, in a millisecond or so. */
const SLICE_ITEMS = 2_048;

/** Performs something short on each item, in order; every few milliseconds it is others' turn. */
export async function forEachInSlices<T>(items: readonly T[], perform: (item: T) => void): Promise<void> {
  for (let start = 0; start < items.length; start += SLICE_ITEMS) {
    if (start > 0) await pause();
    const end = Math.min(items.length, start + SLICE_ITEMS);
    for (let at = start; at < end; at++) perform(items[at] as T);
  }
}

/** Lets everything be done that waits to be done. */
function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** So many at once need few turns of the event loop, and do not keep the threads that all files share from others. */
const FEW = 16;

/** Performs on each item something that waits, on a few at once, and returns what came of it in order. */
export async function mapFewAtOnce<T, R>(
  items: readonly T[],
  perform: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += FEW) {
    results.push(...(await Promise.all(items.slice(start, start + FEW).map(perform))));
  }
  return results;
}
