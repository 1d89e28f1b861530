/**
 * BENCHMARKS.md keeps a place for each suite, and the harness writes between its markers only:
 *
 *     <!-- bench:ab-otus -->
 *     …
 *     <!-- /bench:ab-otus -->
 */

/**
 * @param name of the suite
 * @param block Markdown, without a line end at its end
 * @throws Error if the document has no place for it
 */
export function replaceBlock(document: string, name: string, block: string): string {
  const opening = `<!-- bench:${name} -->`;
  const closing = `<!-- /bench:${name} -->`;
  const start = document.indexOf(opening);
  const end = document.indexOf(closing, start);
  if (start === -1 || end === -1) throw new Error(`BENCHMARKS.md has no ${opening} … ${closing}`);
  return `${document.slice(0, start + opening.length)}\n\n${block}\n\n${document.slice(end)}`;
}
