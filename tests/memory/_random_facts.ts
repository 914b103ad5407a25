// Random rows for the tests of the index: few words that come as often as words of a language do, stop
// words, tags, few subjects, and bodies that repeat, so that facts tie.

import type { FactRow } from "../../src/memory/store.ts";

const STOP_WORDS = ["the", "of", "is", "with"];

/** A source of random rows and texts; the same seed gives the same ones. */
export class RandomFacts {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number from 0 to below `max`. */
  below(max: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(this.#state / 2 ** 32 * max);
  }

  /** A word; its number falls off as its frequency does. */
  word(): string {
    if (this.below(8) === 0) return STOP_WORDS[this.below(STOP_WORDS.length)] ?? "";
    return `w${Math.floor(400 ** (this.below(1_000_000) / 1_000_000))}q`;
  }

  /** So many words. */
  text(words: number): string {
    return Array.from({ length: words }, () => this.word()).join(" ");
  }

  /** The row of a number; its revision is one more. */
  row(number: number): FactRow {
    return {
      namespace: "default",
      id: `f${number}`,
      kind: "pattern",
      subject: this.text(1 + this.below(3)),
      // One word alone: many facts are as good as each other.
      body: this.below(4) === 0 ? this.word() : this.text(3 + this.below(25)),
      tags: this.tags(),
      confidence: "medium",
      validFromMs: this.below(50),
      recordedMs: this.below(50),
      state: "live",
      needsReview: false,
      isConstraint: false,
      revision: number + 1,
    };
  }

  /** Tags of a fact; most have none. */
  tags(): readonly string[] {
    return this.below(5) === 0 ? [this.word(), this.word()] : [];
  }
}
