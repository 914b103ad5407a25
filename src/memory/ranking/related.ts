// Which facts are near a new one: those that share rare words with its subject. Common words are not
// followed, so the cost is bounded whatever the memory holds.

import { termWeight } from "../index/bm25.ts";
import type { TextIndex } from "../index/text_index.ts";
import { firstOf } from "./_top.ts";
import type { FactName } from "../fact.ts";
import type { Tokenizer } from "../tokenizer.ts";

// Measured for the spread over shared terms: up to some two dozen facts a word still names something.
const FACTS_WITH_TERM_MAX = 24;
const SUBJECT_TERMS_MAX = 16;

/** What to look for. */
export interface RelatedOptions {
  readonly subject: string;
  readonly tokenizer: Tokenizer;
  readonly nowMs: number;
  readonly count: number;
}

/** Current facts of other subjects that share rare words with `subject`, the nearest first. */
export function relatedFacts(index: TextIndex, options: RelatedOptions): readonly FactName[] {
  const { subject, tokenizer, nowMs, count } = options;
  const { table, postings } = index;
  const weights = new Map<number, number>();
  const keys = new Set(
    tokenizer.terms(subject, "query").filter((term) => !term.isStop).map((term) => term.key),
  );
  for (const key of [...keys].slice(0, SUBJECT_TERMS_MAX)) {
    const term = index.termOf(key);
    if (term === undefined) continue;
    const length = postings.length(term);
    if (length > FACTS_WITH_TERM_MAX) continue;
    const weight = termWeight(table.facts, length);
    for (const slot of postings.slots(term)) {
      weights.set(slot, (weights.get(slot) ?? 0) + weight);
    }
  }
  const current = [...weights.keys()].filter((slot) =>
    table.hasBegun(slot, nowMs) && (table.endsMs[slot] ?? 0) > nowMs &&
    table.subject(slot) !== subject
  );
  const weightOf = (slot: number) => weights.get(slot) ?? 0;
  return firstOf(
    current,
    count,
    (a, b) => weightOf(b) - weightOf(a) || (table.id(a) < table.id(b) ? -1 : 1),
  ).map((slot) => ({ id: table.id(slot), subject: table.subject(slot) }));
}
