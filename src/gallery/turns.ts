/**
 * Whose turn it is to do something expensive. Workers share nothing, so somebody beside them has to say.
 */
export interface Turns {
  /**
   * Waits until nobody else, in any worker, works on `key`, and until there is room for one more at all.
   *
   * @param after keys that are better worked on first, if anybody wants them, too
   */
  take(key: string, after: readonly string[]): Promise<Turn>;
}

export type Turn =
  /** `done` is to be called when it is, whatever came of it. */
  | { readonly kind: "mine"; readonly done: () => void }
  /** Somebody else had it meanwhile, and is done: perhaps nothing is left to do. */
  | { readonly kind: "over" };
