// Counts the requests that have no Response yet, so that there is an upper bound on them, and those
// whose answer is still to come on a stream, so that a shutdown can wait for the last of both. The
// latter do not count against the bound: what they wait for may be the request that would be refused.
// A stream that a client opened to listen does not count at all.

/** The requests in flight of one app. */
export class InFlight {
  readonly #most: number;
  #count = 0;
  #held = 0;
  #total = 0;
  #whenIdle: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** How many were counted in so far. */
  get total(): number {
    return this.#total;
  }

  /** Counts one in, to be counted out by leave(); false when there are too many. */
  enter(): boolean {
    if (this.#count >= this.#most) return false;
    this.#count++;
    this.#total++;
    return true;
  }

  /** Counts one more that is in already and stays beyond its response; call what is returned once. */
  hold(): () => void {
    this.#held++;
    return () => {
      this.#held--;
      this.#settle();
    };
  }

  /** Counts one out that was counted in. */
  leave(): void {
    this.#count--;
    this.#settle();
  }

  /** Resolves when none is in flight. */
  idle(): Promise<void> {
    if (this.#isIdle) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  get #isIdle(): boolean {
    return this.#count === 0 && this.#held === 0;
  }

  #settle(): void {
    if (!this.#isIdle || this.#whenIdle.length === 0) return;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}
