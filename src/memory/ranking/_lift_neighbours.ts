// Brings in what was said next to the best facts: an answer often stands beside the sentence that has
// the words of the question.
//
//   lift(d) = reach · max over neighbours n of d  (0.3 at distance 1, 0.15 at distance 2) · score(n)
//   reach   = min(1, (20 / mean words of a body)²)
//
// A long message carries its context with it, so its neighbours matter less: without the square they
// cost long messages more than they give.

import type { Lift, Ranked, Ranking } from "./_ranking.ts";
import type { TextIndex } from "../index/text_index.ts";

// Less than dialogue alone would ask for: rare terms bring in a part of it. The maximum and not the
// sum, or a fact between two matches wins over both.
const SHARES = [0, 0.3, 0.15] as const;
/** Turns of a dialogue have about so many words; at that length neighbours count in full. */
const BODY_WORDS = 20;

/** What both kinds of lift work on: the scores by text, so that no lift is lifted again. */
export interface LiftOptions {
  readonly index: TextIndex;
  /** The facts that may lift others, best first. */
  readonly from: readonly Ranked[];
  /** Says whether a fact may be shown at all. */
  accepts(slot: number): boolean;
}

/** Lifts the neighbours of `from`. */
export function liftNeighbours(ranking: Ranking, { index, from, accepts }: LiftOptions): void {
  const { neighbours, table } = index;
  if (!neighbours.hasChains) return;
  const ratio = BODY_WORDS * table.facts / Math.max(1, table.totals.body);
  const reach = Math.min(1, ratio * ratio);
  const lifts = new Map<number, Lift>();
  for (const { slot, score } of from) {
    for (const near of neighbours.of(slot)) {
      const lifted = reach * (SHARES[near.distance] ?? 0) * score;
      if ((lifts.get(near.slot)?.score ?? 0) >= lifted || !accepts(near.slot)) continue;
      lifts.set(near.slot, { from: slot, link: "next to", score: lifted });
    }
  }
  for (const [slot, lift] of lifts) ranking.lift(slot, lift);
}
