/**
 * Whose turn it is to do something expensive. Workers share nothing, so somebody beside them has to say.
 */
export interface Turns {
  /**
   * Waits until nobody else, in any worker, works on the same, and until there is room for one more at all. Of one
   * worker at most one wish waits for each key.
   */
  take(wish: Wish): Promise<Turn>;

  /** What is waited for has become more or less urgent meanwhile; with "none" the turn is refused. */
  reconsider(key: string, urgency: Wish["urgency"] | "none"): void;
}

export type Wish = {
  /** What is to be worked on. */
  readonly key: string;
  /** Keys that are better worked on first, if anybody wants them, too. */
  readonly after: readonly string[];
  /**
   * Who waits for nothing else comes before who waits for one thing of many; at last comes what may be for nobody.
   */
  readonly urgency: "first" | "usual" | "last";
};

export type Turn =
  /** `done` is to be called when it is, whatever came of it. */
  | { readonly kind: "mine"; readonly done: () => void }
  /** Somebody else had it meanwhile, and is done: perhaps nothing is left to do. */
  | { readonly kind: "over" }
  /** Too much waits already, and nothing of it is less urgent. */
  | { readonly kind: "refused" };
