// The order of the best facts by text. BM25 finds them; here each is looked at whole. All parts are in
// the unit of BM25, and none lifts a fact above the best score that the query could reach:
//
//   text = (bm25 + 0.6 · cosine · max bm25 / max cosine) / 1.6
//   text · (1 + 0.25 · coverage) / 1.25 · (1 + 0.4 · pairs) / 1.4 · (1 when the fact holds what is asked for, else 1 / 1.2 or 1 / 1.3)

import type { Candidate } from "./candidates.ts";
import { closenessTo } from "./_closeness.ts";
import { type Asked, HOLDS_NUMBER, HOLDS_SELF, HOLDS_TIME } from "../text/question.ts";
import type { QueryPairs } from "./_query_pairs.ts";
import type { QueryTerm } from "./_query_terms.ts";
import type { Rarity } from "./_rarity.ts";
import type { TextIndex } from "../index/text_index.ts";

// Measured: fifty, a hundred and two hundred candidates give the same tables.
const CANDIDATES_MIN = 64;
/** Cosine helps long messages and passages; above this share, titles and short notes lose. */
const COSINE_SHARE = 0.6;
/** A fact with all the words of a query before one with a rare word repeated. */
const COVERAGE_SHARE = 0.25;
/**
 * Words that belong together stand together. Chosen by the tables of all five sets, 0.25 to 0.5 being
 * much the same; there was no set left to check it by.
 */
const PAIRS_SHARE = 0.4;
/** A fact with a time for *when*, with a number for *how many*. */
const ASKED_FACTOR = 1.2;
/**
 * What somebody said of themselves, where they ask for it: general questions and answers of the same
 * conversation have the same words. From 1.2 to 1.4, more and more on long messages, nothing elsewhere.
 */
const SELF_FACTOR = 1.3;

/** How many candidates by text are looked at for `k` hits. */
export function candidatesFor(k: number): number {
  return Math.max(CANDIDATES_MIN, k);
}

/** What to order the candidates for. */
export interface RerankOptions {
  readonly index: TextIndex;
  readonly terms: readonly QueryTerm[];
  readonly pairs: QueryPairs;
  readonly asked: Asked;
  readonly rarity: Rarity;
}

/** A candidate that was looked at whole. */
export interface CloseCandidate extends Candidate {
  /** Σ idf² over all its terms. */
  readonly squares: number;
}

/** The candidates with their scores by whole text. */
export function rerank(
  candidates: readonly Candidate[],
  { index, asked, ...measure }: RerankOptions,
): readonly CloseCandidate[] {
  const closeness = closenessTo(index, measure);
  const measured = candidates.map(({ slot, score }) => ({ slot, score, ...closeness(slot) }));
  const scoreMax = measured.reduce((max, { score }) => Math.max(max, score), 0);
  const cosineMax = measured.reduce((max, { cosine }) => Math.max(max, cosine), 0);
  // Nothing but stop words or tags matched.
  const unit = cosineMax > 0 ? COSINE_SHARE * scoreMax / cosineMax : 0;
  const shares = cosineMax > 0 ? 1 + COSINE_SHARE : 1;
  return measured.map(({ slot, score, cosine, coverage, pairs: together, squares }) => {
    const text = (score + unit * cosine) / shares;
    const covered = (1 + COVERAGE_SHARE * coverage) / (1 + COVERAGE_SHARE);
    const paired = (1 + PAIRS_SHARE * together) / (1 + PAIRS_SHARE);
    const whole = text * covered * paired * askedFactor(index.table.marks[slot] ?? 0, asked);
    // In 32 bits: facts with the same words in another order are equal, whatever the last bit says.
    return { slot, score: Math.fround(whole), squares };
  });
}

function askedFactor(marks: number, { time, number, self }: Asked): number {
  const lacksTime = time && (marks & HOLDS_TIME) === 0;
  const lacksNumber = number && (marks & HOLDS_NUMBER) === 0;
  const lacksSelf = self && (marks & HOLDS_SELF) === 0;
  return (lacksTime ? 1 / ASKED_FACTOR : 1) * (lacksNumber ? 1 / ASKED_FACTOR : 1) *
    (lacksSelf ? 1 / SELF_FACTOR : 1);
}
