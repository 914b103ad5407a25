// A query over one namespace's index: which facts may be shown, the best of them in a fixed order,
// and the reason for each.

import { bestScore, type CandidateSearch } from "./_candidates.ts";
import { isInSubject } from "./_bm25.ts";
import { askedBy } from "./_question.ts";
import { type QueryTerm, queryTerms } from "./_query_terms.ts";
import { candidatesFor, rerank } from "./_rerank.ts";
import type { TextIndex } from "./_text_index.ts";
import { firstOf } from "./_top.ts";
import type { FactQuery } from "./fact.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** A fact found, before its text is read. */
export interface Match {
  readonly id: string;
  readonly activation: number;
  readonly why: string;
}

/** What a search works on. */
export interface SearchOptions {
  readonly index: TextIndex;
  readonly candidates: CandidateSearch;
  readonly tokenizer: Tokenizer;
  readonly nowMs: number;
}

interface Scored {
  readonly slot: number;
  readonly score: number;
}

const WHY_WORDS_MAX = 6;
const ACTIVATION_STEPS = 10_000; // Four decimals.

/** The best matches of `query`, best first. */
export function search(query: FactQuery, options: SearchOptions): readonly Match[] {
  const { index, candidates, tokenizer } = options;
  const accepts = acceptor(query, options);
  const compare = comparer(index);
  if (query.text.trim() === "") {
    return firstOf(accepted(index, accepts), query.k, compare)
      .map(({ slot }) => ({
        id: index.table.id(slot),
        activation: 0,
        why: "no query: most recent",
      }));
  }
  const terms = queryTerms(index, tokenizer.terms(query.text, "query"));
  const wanted = candidatesFor(query.k);
  const found = firstOf(candidates.find({ terms, k: wanted, accepts }), wanted, compare);
  const ranked = rerank(found, { index, terms, asked: askedBy(query.text) });
  const best = bestScore(terms);
  return firstOf(ranked, query.k, compare).map(({ slot, score }) => ({
    id: index.table.id(slot),
    activation: Math.min(1, Math.round(score / best * ACTIVATION_STEPS) / ACTIVATION_STEPS),
    why: reason(index, terms, slot),
  }));
}

// Best score first, then the newest, then by id: never by where a fact happens to stand.
function comparer(index: TextIndex): (a: Scored, b: Scored) => number {
  const { table } = index;
  return (a, b) =>
    b.score - a.score ||
    (table.validFromMs[b.slot] ?? 0) - (table.validFromMs[a.slot] ?? 0) ||
    (table.id(a.slot) < table.id(b.slot) ? -1 : 1);
}

function acceptor(query: FactQuery, { index, nowMs }: SearchOptions): (slot: number) => boolean {
  const { table } = index;
  const { kinds, tags, includeSuperseded = false } = query;
  const { sinceMs = -Infinity, untilMs = Infinity } = query;
  const wantedKinds = kinds === undefined || kinds.length === 0 ? undefined : new Set(kinds);
  const wantedTags = tags ?? [];
  const { validFromMs, endsMs } = table;
  return (slot) => {
    const from = validFromMs[slot] ?? 0;
    if (from > nowMs || from < sinceMs || from >= untilMs) return false;
    if (!includeSuperseded && (endsMs[slot] ?? 0) <= nowMs) return false;
    if (wantedKinds !== undefined && !wantedKinds.has(table.kind(slot))) return false;
    return wantedTags.length === 0 || wantedTags.every((tag) => table.tags(slot).includes(tag));
  };
}

function* accepted(index: TextIndex, accepts: (slot: number) => boolean): Iterable<Scored> {
  for (let slot = 0; slot < index.table.length; slot++) {
    if (accepts(slot)) yield { slot, score: 0 };
  }
}

// Stop words are named only when nothing else matched.
function reason(index: TextIndex, terms: readonly QueryTerm[], slot: number): string {
  const words = matchedWords(index, terms.filter((term) => !term.isStop), slot);
  const shown = words.length > 0 ? words : matchedWords(index, terms, slot);
  return `matches: ${shown.join(", ")}`;
}

function matchedWords(
  index: TextIndex,
  terms: readonly QueryTerm[],
  slot: number,
): readonly string[] {
  const words = new Map<string, boolean>();
  for (const { word, term } of terms) {
    if (word === undefined || words.has(word) || words.size >= WHY_WORDS_MAX) continue;
    const counts = index.postings.counts(term, slot);
    if (counts !== 0) words.set(word, isInSubject(counts));
  }
  return [...words].map(([word, isSubject]) => isSubject ? `${word} (subject)` : word);
}
