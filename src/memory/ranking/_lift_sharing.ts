// Brings in what a rare name connects: the question names one thing, the best fact on it names a
// second, and the answer is with the second.
//
//   lift(d) = 0.6 · Σ over the best facts b  score(b) · Σ shared rare terms idf / Σ all terms of b idf
//
// Terms of the query are left out: what they are worth is in the score already.

import type { LiftOptions } from "./_lift_neighbours.ts";
import type { QueryTerm } from "./_query_terms.ts";
import type { Ranking } from "./_ranking.ts";
import type { Rarity } from "./_rarity.ts";

/** Measured: from half to the whole, more lifts passages and sinks conversations. */
const SHARE = 0.6;
/** Beyond the first few facts what is named is chance. */
const FACTS_MAX = 5;
/** A word in more facts than this names no single thing; it also bounds the work. */
const FACTS_WITH_TERM_MAX = 12;
/** In a memory of a few facts, neither does a word in more than half of them. */
const FACTS_SHARE_MAX = 0.5;

/** What to lift, and by which words not. */
export interface LiftSharingOptions extends LiftOptions {
  readonly terms: readonly QueryTerm[];
  readonly rarity: Rarity;
}

/** Lifts the facts that share rare terms with the first of `from`. */
export function liftSharing(
  ranking: Ranking,
  { index, from, accepts, terms, rarity }: LiftSharingOptions,
): void {
  const { forward, postings, table } = index;
  const factsMax = Math.min(FACTS_WITH_TERM_MAX, FACTS_SHARE_MAX * table.facts);
  const wanted = new Set(terms.map(({ term }) => term));
  for (const { slot, score } of from.slice(0, FACTS_MAX)) {
    const shared = new Map<number, number>();
    let total = 0;
    const end = forward.end(slot);
    for (let at = forward.start(slot); at < end; at++) {
      const term = forward.term(at);
      const facts = postings.length(term);
      const weight = rarity(facts);
      total += weight;
      if (facts < 2 || facts > factsMax || wanted.has(term)) continue;
      for (const other of postings.slots(term)) {
        if (other !== slot) shared.set(other, (shared.get(other) ?? 0) + weight);
      }
    }
    for (const [other, weight] of shared) {
      if (!accepts(other)) continue;
      const lifted = SHARE * score * weight / total;
      ranking.lift(other, { from: slot, link: "shares rare words with", score: lifted });
    }
  }
}
