// A query's words as weighted terms of one index, those that say most first.

import { termWeight } from "../index/bm25.ts";
import { isComparable } from "../index/similar_words.ts";
import { MEASURE_STEMS } from "../text/measure_words.ts";
import type { TextIndex } from "../index/text_index.ts";
import type { Term } from "../tokenizer.ts";

/** A term of the query that some fact holds. */
export interface QueryTerm {
  readonly key: string;
  readonly term: number;
  /** What a fact can earn by it at most. */
  readonly weight: number;
  readonly isName: boolean;
  readonly isStop: boolean;
  /** The word of the query, for the reason shown with a hit; absent for an exact form. */
  readonly word?: string;
}

// A stop word decides only between facts that are equal otherwise.
const STOP_WORD_SHARE = 0.02;
// Measured: a third to a half; next to nothing gives a little less, and so does the whole.
const MEASURE_WORD_SHARE = 0.5;
// Stem and exact form together earn a little more than the stem alone: "deploys" before "deployed".
const EXACT_FORM_SHARE = 0.15;
// A word that is only written alike may mean something else; measured elsewhere: 0.3 to 0.5.
const SIMILAR_WORD_SHARE = 0.4;

// Looking for one takes up to a millisecond in a large vocabulary, and queries are answered in one piece.
// A typed question has one or two; a text with more is in another language or is no text. The longest
// say most, and chance is least alike to them.
const EXPANDED_MAX = 8;

/** The distinct known terms, by descending weight; ties in the order of their keys. */
export function queryTerms(index: TextIndex, terms: readonly Term[]): readonly QueryTerm[] {
  const found = new Map<string, QueryTerm>();
  const expanded = wordsToExpand(index, terms);
  for (const { key, exactKey, word, isStop, isName } of terms) {
    const share = isStop ? STOP_WORD_SHARE : MEASURE_STEMS.has(key) ? MEASURE_WORD_SHARE : 1;
    const known = found.get(key);
    if (expanded.has(key)) {
      for (const { key: similar, alike } of index.similarTo(key)) {
        if (found.has(similar)) continue;
        const shown = { isName: false, isStop, word: `${similar} (like ${word})` };
        add(index, found, { key: similar, share: SIMILAR_WORD_SHARE * alike, ...shown });
      }
    }
    if (known === undefined) add(index, found, { key, share, isName, isStop, word });
    else if (isName && !known.isName) found.set(key, { ...known, isName });
    if (exactKey !== undefined && !found.has(exactKey)) {
      add(index, found, { key: exactKey, share: EXACT_FORM_SHARE, isName: false, isStop });
    }
  }
  return [...found.values()].sort(byWeight);
}

// The same ones in whatever order the text has them.
function wordsToExpand(index: TextIndex, terms: readonly Term[]): ReadonlySet<string> {
  const unknown = new Set<string>();
  for (const { key, isStop } of terms) {
    if (!isStop && isComparable(key) && index.termOf(key) === undefined) unknown.add(key);
  }
  if (unknown.size <= EXPANDED_MAX) return unknown;
  const longest = [...unknown].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  return new Set(longest.slice(0, EXPANDED_MAX));
}

interface Wanted {
  readonly key: string;
  readonly share: number;
  readonly isName: boolean;
  readonly isStop: boolean;
  readonly word?: string;
}

function add(index: TextIndex, found: Map<string, QueryTerm>, wanted: Wanted): void {
  const { key, share, ...rest } = wanted;
  const term = index.termOf(key);
  if (term === undefined) return;
  const weight = share * termWeight(index.table.facts, index.postings.length(term));
  found.set(key, { key, term, weight, ...rest });
}

function byWeight(a: QueryTerm, b: QueryTerm): number {
  return b.weight - a.weight || (a.key < b.key ? -1 : 1);
}
