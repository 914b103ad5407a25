// Counts the POSTs that are being answered: so that there is an upper bound on them, and so that a
// shutdown can wait for the last one.

/** The POSTs in flight of one app. */
export class InFlight {
  readonly #most: number;
  #count = 0;
  #whenIdle: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** How many are in flight. */
  get count(): number {
    return this.#count;
  }

  /** Counts one in; call the result once it is answered. Undefined when there are too many. */
  enter(): (() => void) | undefined {
    if (this.#count >= this.#most) return undefined;
    this.#count++;
    return () => this.#leave();
  }

  /** Resolves when none is in flight. */
  idle(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  #leave(): void {
    this.#count--;
    if (this.#count > 0) return;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}
