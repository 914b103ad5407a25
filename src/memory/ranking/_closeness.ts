// How close a fact's whole text is to the query, beside what BM25 says of the matched words alone:
//
//   w(t, d)  = idf(t) · (1 + ln tf)
//   cos(d)   = Σ matched  idf(t) · w(t, d) / √(Σ all terms of d  w(t, d)²)
//   cover(d) = Σ matched  idf(t) / Σ query  idf(t)
//   pairs(d) = Σ pairs of the query that stand so in d  min(idf, idf) / the same of all its pairs
//
// A fact is known by its terms in the order in which each first stands in it, and its pairs are of those.
// The length of the query's vector is the same for all facts and left out. Square roots are exact in
// IEEE 754, logarithms of counts come from a table, so both are the same on every runtime.

import { naturalLog } from "../index/logarithm.ts";
import type { QueryPairs } from "./_query_pairs.ts";
import type { QueryTerm } from "./_query_terms.ts";
import type { Rarity } from "./_rarity.ts";
import { TermMarks } from "./_term_marks.ts";
import type { TextIndex } from "../index/text_index.ts";

/** Closeness of one fact. */
export interface Closeness {
  /** Without a unit: only the ratio between facts of one query means something. */
  readonly cosine: number;
  /** The share of the query's weight that the fact holds, 0 to 1. */
  readonly coverage: number;
  /** The share of the query's pairs that the fact holds, by what they are worth, 0 to 1. */
  readonly pairs: number;
  /** Σ idf² over all terms of the fact. */
  readonly squares: number;
}

/** What to measure facts against. */
export interface ClosenessOptions {
  readonly terms: readonly QueryTerm[];
  readonly pairs: QueryPairs;
  readonly rarity: Rarity;
}

// Counts are at most fifteen in the index.
const REPETITIONS = Float64Array.from(
  { length: 16 },
  (_, count) => count === 0 ? 0 : 1 + naturalLog(count),
);

// Of a term that the query has.
const ASKED = 1;

/** Measures facts against the terms and pairs of one query. */
export function closenessTo(
  { forward, postings }: TextIndex,
  { terms, pairs, rarity }: ClosenessOptions,
): (slot: number) => Closeness {
  const wanted = new Map<number, number>();
  const marks = new TermMarks(terms.length + pairs.seconds.size);
  let wantedWeight = 0;
  for (const { term, weight, word } of terms) {
    if (word === undefined) continue; // An exact form: its stem is there.
    wanted.set(term, weight);
    marks.add(term, ASKED);
    wantedWeight += weight;
  }
  for (const first of pairs.seconds.keys()) marks.add(first, ASKED);
  return (slot) => {
    let dot = 0;
    let squares = 0;
    let repeatedSquares = 0;
    let covered = 0;
    let paired = 0;
    let seconds: ReadonlyMap<number, number> | undefined;
    const end = forward.end(slot);
    for (let at = forward.start(slot); at < end; at++) {
      const term = forward.term(at);
      const weight = rarity(postings.length(term));
      squares += weight * weight;
      const own = weight * (REPETITIONS[forward.count(at)] ?? 0);
      repeatedSquares += own * own;
      if (seconds !== undefined) paired += seconds.get(term) ?? 0;
      seconds = undefined;
      if (marks.of(term) !== ASKED) continue;
      seconds = pairs.seconds.get(term);
      const asked = wanted.get(term);
      if (asked === undefined) continue;
      dot += asked * own;
      covered += asked;
    }
    return {
      cosine: repeatedSquares > 0 ? dot / Math.sqrt(repeatedSquares) : 0,
      coverage: wantedWeight > 0 ? covered / wantedWeight : 0,
      pairs: pairs.weight > 0 ? paired / pairs.weight : 0,
      squares,
    };
  };
}
