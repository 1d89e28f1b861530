/**
 * Whose turn it is to do something expensive. Workers share nothing, so somebody beside them has to say.
 */
export interface Turns {
  /**
   * Waits until nobody else, in any worker, works on `key`, and until there is room for one more at all.
   *
   * @returns to be called when done, whatever came of it
   */
  take(key: string): Promise<() => void>;
}
