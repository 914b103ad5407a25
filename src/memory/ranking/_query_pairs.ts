// Which words of a query stand side by side. Stop words are looked through, for facts and queries alike:
// "the key of the vault" says the same as "vault key" only in another order, and "key vault" the same.

import type { QueryTerm } from "./_query_terms.ts";
import type { TextIndex } from "../index/text_index.ts";
import type { Term } from "../tokenizer.ts";

/** The pairs of a query by the numbers of their terms. */
export interface QueryPairs {
  /** For each first one, the second ones with what the pair is worth. */
  readonly seconds: ReadonlyMap<number, ReadonlyMap<number, number>>;
  /** What all of them are worth together; 0: there are none. */
  readonly weight: number;
}

/** The distinct pairs of `words`, the query in its order; a pair is worth what its commoner word is. */
export function queryPairs(
  index: TextIndex,
  words: readonly Term[],
  terms: readonly QueryTerm[],
): QueryPairs {
  const weights = new Map(terms.map(({ term, weight }) => [term, weight]));
  const seconds = new Map<number, Map<number, number>>();
  let weight = 0;
  let before: number | undefined;
  for (const { key, isStop } of words) {
    if (isStop) continue;
    const term = index.termOf(key);
    const pair = worthOf(before, term, weights);
    if (before !== undefined && term !== undefined && !seconds.get(before)?.has(term)) {
      seconds.set(before, (seconds.get(before) ?? new Map()).set(term, pair));
      weight += pair;
    }
    before = term;
  }
  return { seconds, weight };
}

function worthOf(
  first: number | undefined,
  second: number | undefined,
  weights: ReadonlyMap<number, number>,
): number {
  const weightOf = (term: number | undefined) => weights.get(term ?? -1) ?? 0;
  return Math.min(weightOf(first), weightOf(second));
}
