// How much of something may be done in the turn of the event loop at hand; the rest waits for others.

/** Counts what is done in one turn. */
export class TurnBudget {
  readonly #most: number;
  #taken = 0;

  /** A budget of so much in each turn. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Takes an amount out of the budget; false, and nothing is taken, when less than that is left. */
  take(amount: number): boolean {
    if (this.#taken + amount > this.#most) return false;
    if (this.#taken === 0 && amount > 0) setImmediate(() => void (this.#taken = 0));
    this.#taken += amount;
    return true;
  }
}
