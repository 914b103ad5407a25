// How much each of many holds of something at the same time: requests, streams, bytes. Nobody gets more
// than a share. Who holds nothing is not remembered, so there are never more names than things held.

/** What a share is, and who is told that one is used up. */
export interface SharesOptions {
  readonly most: number;
  /** Runs for each refusal. */
  readonly onFull?: () => void;
}

/** What is held, by name. */
export class Shares {
  readonly #most: number;
  readonly #onFull: () => void;
  readonly #held = new Map<string, number>();

  constructor({ most, onFull = () => {} }: SharesOptions) {
    this.#most = most;
    this.#onFull = onFull;
  }

  /** The share of each. */
  get most(): number {
    return this.#most;
  }

  /** How many hold something. */
  get size(): number {
    return this.#held.size;
  }

  /** Takes so much; false when it would be more than a share, and nothing is taken. */
  take(name: string, amount = 1): boolean {
    const held = (this.#held.get(name) ?? 0) + amount;
    if (held > this.#most) {
      this.#onFull();
      return false;
    }
    this.#held.set(name, held);
    return true;
  }

  /** Gives back what was taken. */
  release(name: string, amount = 1): void {
    const left = (this.#held.get(name) ?? 0) - amount;
    if (left > 0) this.#held.set(name, left);
    else this.#held.delete(name);
  }
}
