// What arrives at a test from elsewhere, in order, and the wait for so much of it.

import { within } from "./process.ts";

/** Collects what arrives. */
export class Inbox<T> {
  readonly #entries: T[] = [];
  #wake = () => {};

  /** What arrived so far, oldest first. */
  get all(): readonly T[] {
    return this.#entries;
  }

  /** Takes one. */
  add(entry: T): void {
    this.#entries.push(entry);
    this.#wake();
  }

  /** Waits until that many arrived; gives all that did. */
  until(count: number): Promise<readonly T[]> {
    return within(this.#arrived(count), `arrival ${count}`);
  }

  async #arrived(count: number): Promise<readonly T[]> {
    while (this.#entries.length < count) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    return this.#entries;
  }
}
