// The facts of one query with their scores as they grow, and which fact lifted which.

import type { Candidate } from "./candidates.ts";
import { KthBest } from "./_top.ts";

/** How one fact leads to another. */
export type Link =
  | "next to"
  | "shares rare words with"
  | "is like"
  | "carries"
  | "builds on"
  | "is a premise of"
  | "follows from"
  | "was replaced by"
  | "replaced";

/** The strongest lift that a fact got from another one. */
export interface Lift {
  readonly from: number;
  readonly link: Link;
  readonly score: number;
}

/** A fact, its score and what lifted it. */
export interface Ranked extends Candidate {
  readonly lift?: Lift;
}

/** Scores by slot. */
export class Ranking {
  readonly #scores = new Map<number, number>();
  readonly #lifts = new Map<number, Lift>();

  /** `keptShare` says what a fact keeps of its score in the end. */
  constructor(candidates: readonly Candidate[], readonly keptShare: (slot: number) => number) {
    for (const { slot, score } of candidates) this.#scores.set(slot, score);
  }

  /** Adds to the score of a fact; lets it in when it was not there. */
  lift(slot: number, lift: Lift): void {
    this.#scores.set(slot, (this.#scores.get(slot) ?? 0) + lift.score);
    const known = this.#lifts.get(slot);
    if (known === undefined || known.score < lift.score) this.#lifts.set(slot, lift);
  }

  /** The facts that are no worse than the `count`-th best, in no order. */
  best(count: number): Iterable<Ranked> {
    const best = new KthBest(count);
    for (const [slot, sum] of this.#scores) best.offer(this.#final(slot, sum));
    return this.entries(best.worst);
  }

  /** All facts with at least this score, in no order. */
  *entries(least = 0): Iterable<Ranked> {
    for (const [slot, sum] of this.#scores) {
      const score = this.#final(slot, sum);
      if (score < least) continue;
      const lift = this.#lifts.get(slot);
      yield lift === undefined ? { slot, score } : { slot, score, lift };
    }
  }

  // In 32 bits: the order in which lifts were added must not decide between equal facts.
  #final(slot: number, sum: number): number {
    return Math.fround(sum * this.keptShare(slot));
  }
}
