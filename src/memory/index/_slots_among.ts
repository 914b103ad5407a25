// Which of some facts hold a term, by whichever is less: a look at each fact, or at each posting.

import type { Postings } from "./postings.ts";

/** Those of some slots whose facts hold a term. */
export function slotsAmong(
  postings: Postings,
  term: number,
  slots: ReadonlySet<number>,
): readonly number[] {
  return slots.size < postings.length(term)
    ? [...slots].filter((slot) => postings.counts(term, slot) !== 0)
    : postings.slots(term).filter((slot) => slots.has(slot));
}
