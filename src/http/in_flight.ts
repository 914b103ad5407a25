// Counts the requests that have no Response yet, and those whose answer is still to come on a stream:
// so that there is an upper bound on them, and so that a shutdown can wait for the last one. A stream
// that a client opened to listen does not count.

/** The requests in flight of one app. */
export class InFlight {
  readonly #most: number;
  #count = 0;
  #whenIdle: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Counts one in, to be counted out by leave(); false when there are too many. */
  enter(): boolean {
    if (this.#count >= this.#most) return false;
    this.#count++;
    return true;
  }

  /** Counts one more that is in already and stays beyond its response; call what is returned once. */
  hold(): () => void {
    this.#count++;
    return () => this.leave();
  }

  /** Counts one out that was counted in. */
  leave(): void {
    this.#count--;
    if (this.#count > 0 || this.#whenIdle.length === 0) return;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  /** Resolves when none is in flight. */
  idle(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }
}
