// Why a fact is among the hits, in a few words: which words of the query it holds, and which fact led
// to it where that weighed more than a little.

import { isInSubject } from "../index/bm25.ts";
import type { QueryTerm } from "./_query_terms.ts";
import type { Lift, Ranked } from "./_ranking.ts";
import type { TextIndex } from "../index/text_index.ts";

const WORDS_MAX = 6;
/** A lift of less than this share of the score did not decide anything. */
const LIFT_SHARE_MIN = 0.2;
const SUBJECT_CHARS_MAX = 48;

/** The reason shown with a hit. */
export function reasonFor(
  { slot, score, lift }: Ranked,
  index: TextIndex,
  terms: readonly QueryTerm[],
): string {
  // Stop words are named only when nothing else matched.
  const words = matchedWords(index, terms.filter((term) => !term.isStop), slot);
  const led = lift !== undefined && lift.score >= LIFT_SHARE_MIN * score
    ? describeLift(lift, index)
    : undefined;
  const shown = words.length > 0 || led !== undefined ? words : matchedWords(index, terms, slot);
  const matches = shown.length > 0 ? `matches: ${shown.join(", ")}` : undefined;
  return [matches, led].filter((part) => part !== undefined).join("; ");
}

function describeLift({ from, link }: Lift, index: TextIndex): string {
  const subject = index.table.subject(from);
  const chars = [...subject];
  const isLong = chars.length > SUBJECT_CHARS_MAX;
  return `${link} "${isLong ? `${chars.slice(0, SUBJECT_CHARS_MAX).join("")}…` : subject}"`;
}

function matchedWords(
  index: TextIndex,
  terms: readonly QueryTerm[],
  slot: number,
): readonly string[] {
  const words = new Map<string, boolean>();
  for (const { word, term } of terms) {
    if (word === undefined || words.has(word) || words.size >= WORDS_MAX) continue;
    const counts = index.postings.counts(term, slot);
    if (counts !== 0) words.set(word, isInSubject(counts));
  }
  return [...words].map(([word, isSubject]) => isSubject ? inSubject(word) : word);
}

// Beside what stands in brackets already: what a word is like, or that it is a date. Words hold none.
function inSubject(word: string): string {
  return word.endsWith(")") ? `${word.slice(0, -1)}, subject)` : `${word} (subject)`;
}
