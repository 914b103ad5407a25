// Lifts the candidates that are about what the best ones are about, in words that the query does not have:
// facts that answer one question are like each other (van Rijsbergen, "Information Retrieval", 1979,
// chapter 3, the cluster hypothesis).
//
//   lift(d)   = 0.4 · max over the three best b  score(b) · cos(b, d)      where cos(b, d) < 0.7
//   cos(b, d) = Σ shared terms, none of the query's  idf² / √(Σ all terms of b  idf² · Σ all of d  idf²)

import type { QueryTerm } from "./_query_terms.ts";
import type { Lift, Ranking } from "./_ranking.ts";
import type { Rarity } from "./_rarity.ts";
import type { CloseCandidate } from "./_rerank.ts";
import { TermMarks } from "./_term_marks.ts";
import type { TextIndex } from "../index/text_index.ts";

/** Chosen by the tables of all five sets, from 0.2 to 0.5 much the same; not checked on any other. */
const SHARE = 0.4;
// The first one alone may be wrong. The maximum and not the sum, which would put a fact that is like all
// three, and so lifted three times, above each of them.
const FACTS_MAX = 3;
/** What says the same again is no further answer. */
const COSINE_MAX = 0.7;

/** What to lift, and by what. */
export interface LiftAlikeOptions {
  readonly index: TextIndex;
  /** The candidates with their scores by text. */
  readonly close: readonly CloseCandidate[];
  /** The same, best first. */
  readonly from: readonly CloseCandidate[];
  readonly terms: readonly QueryTerm[];
  readonly rarity: Rarity;
}

/** Lifts the candidates that are like the first of `from`. */
export function liftAlike(ranking: Ranking, options: LiftAlikeOptions): void {
  const { index: { forward, postings }, close, from, terms, rarity } = options;
  if (close.length < 2) return;
  const wanted = new Set(terms.map(({ term }) => term));
  const first = from.slice(0, FACTS_MAX);
  const marks = new TermMarks(
    first.reduce((sum, { slot }) => sum + forward.end(slot) - forward.start(slot), 0),
  );
  const best = first.map(({ slot, score, squares }, nth) => {
    for (let at = forward.start(slot); at < forward.end(slot); at++) {
      const term = forward.term(at);
      if (!wanted.has(term)) marks.add(term, 1 << nth);
    }
    return { slot, score, bit: 1 << nth, squares, dot: 0 };
  });
  for (const { slot, squares } of close) {
    for (const one of best) one.dot = 0;
    const end = forward.end(slot);
    for (let at = forward.start(slot); at < end; at++) {
      const term = forward.term(at);
      const bits = marks.of(term);
      if (bits === 0) continue;
      const weight = rarity(postings.length(term)) ** 2;
      for (const one of best) if ((bits & one.bit) !== 0) one.dot += weight;
    }
    let lift: Lift | undefined;
    for (const one of best) {
      const cosine = one.dot / Math.sqrt(one.squares * squares);
      // Nothing shared, nothing to compare, or the same again.
      if (one.slot === slot || !(cosine > 0 && cosine < COSINE_MAX)) continue;
      const score = SHARE * one.score * cosine;
      if (score > (lift?.score ?? 0)) lift = { from: one.slot, link: "is like", score };
    }
    if (lift !== undefined) ranking.lift(slot, lift);
  }
}
