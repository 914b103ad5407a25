// Puts the best facts in an order in which they soon hold all of the query together: "which did I buy
// first, the tent or the boat" is answered by two facts, and ten that speak of tents are one answer.
// Greedily, from the best on (Carbonell and Goldstein, "The Use of MMR", 1998; Santos and others,
// "Exploiting Query Reformulations for Web Search Result Diversification", 2010, with the words of the
// query as what is to be covered):
//
//   next = the d with the most  score(d) · (1 + 0.6 · Σ words of the query that no earlier one held  idf / Σ query idf)

import type { QueryTerm } from "./_query_terms.ts";
import type { Ranked } from "./_ranking.ts";
import type { TextIndex } from "../index/text_index.ts";

/**
 * Chosen by the tables of all five sets; from 0.4 to 1 passages gain more and more, and long messages
 * begin to lose at 0.8.
 */
const NEW_WORDS_SHARE = 0.6;
/** Further down nobody looks; it also bounds the work, which grows with its square. */
const ORDERED_MAX = 24;

interface Open {
  readonly ranked: Ranked;
  /** The words of the query that it holds, by their places among all. */
  readonly held: readonly number[];
}

/** The facts, given best first, in that order; a score is never above that of a fact before. */
export function coverQuery(
  found: readonly Ranked[],
  index: TextIndex,
  terms: readonly QueryTerm[],
): readonly Ranked[] {
  const words = terms.filter(({ word, isStop }) => word !== undefined && !isStop);
  const total = words.reduce((sum, { weight }) => sum + weight, 0);
  const shares = words.map(({ weight }) => weight / total);
  const placeOf = new Map(words.map(({ term }, place) => [term, place]));
  const open = found.slice(0, ORDERED_MAX)
    .map((ranked): Open => ({ ranked, held: heldBy(ranked.slot, index, placeOf) }));
  const ordered: Ranked[] = [];
  while (open.length > 0) {
    const [next] = open.splice(mostGaining(open, shares), 1);
    if (next === undefined) break;
    for (const place of next.held) shares[place] = 0;
    ordered.push(next.ranked);
  }
  return descending([...ordered, ...found.slice(ORDERED_MAX)]);
}

function heldBy(
  slot: number,
  { forward }: TextIndex,
  placeOf: ReadonlyMap<number, number>,
): readonly number[] {
  const held: number[] = [];
  const end = forward.end(slot);
  for (let at = forward.start(slot); at < end; at++) {
    const place = placeOf.get(forward.term(at));
    if (place !== undefined) held.push(place);
  }
  return held;
}

// Of several, the first: they stand best first.
function mostGaining(open: readonly Open[], shares: readonly number[]): number {
  let best = 0;
  let most = -Infinity;
  for (const [at, { ranked, held }] of open.entries()) {
    const gained = held.reduce((sum, place) => sum + (shares[place] ?? 0), 0);
    const gain = ranked.score * (1 + NEW_WORDS_SHARE * gained);
    if (gain > most) [best, most] = [at, gain];
  }
  return best;
}

// A reader takes scores for the order.
function descending(ordered: readonly Ranked[]): readonly Ranked[] {
  let lowest = Infinity;
  return ordered.map((ranked) => {
    lowest = Math.min(lowest, ranked.score);
    return lowest === ranked.score ? ranked : { ...ranked, score: lowest };
  });
}
