// The answer to a query without words: the newest facts that may be shown. They are looked for from the
// newest on; where a tag is wanted that few of the newest have, all that have it are looked at instead,
// before more than as many were looked at in vain. So neither a rare tag nor a common one costs in
// proportion to the facts there are.

import type { TextIndex } from "../index/text_index.ts";
import type { FactQuery } from "../fact.ts";
import type { Tokenizer } from "../tokenizer.ts";
import { firstOf } from "./_top.ts";

/** What the newest facts are looked for in. */
export interface MostRecentOptions {
  readonly index: TextIndex;
  readonly tokenizer: Tokenizer;
  readonly nowMs: number;
  /** Says whether a fact may be shown at all. */
  accepts(slot: number): boolean;
}

/** The slots of the newest `k` that are accepted, the newest first; of the same time, those with lower ids. */
export function mostRecent(query: FactQuery, options: MostRecentOptions): readonly number[] {
  const { k, sinceMs = -Infinity, untilMs, kinds = [], includeSuperseded = false } = query;
  const { index, nowMs, accepts } = options;
  const { recent, table } = index;
  const holding = slotsHolding(query.tags ?? [], options);
  const slots: number[] = [];
  let looks = 0;
  const newest = recent.newestFirst({
    ...(includeSuperseded ? {} : { endedMs: nowMs }),
    ...(untilMs === undefined ? {} : { untilMs }),
    ...(kinds.length === 0 ? {} : { kinds }),
  });
  for (const slot of newest) {
    if (slots.length === k || (table.validFromMs[slot] ?? 0) < sinceMs) break;
    if (++looks > holding.count) {
      const accepted = Iterator.from(holding.slots()).filter((other) => accepts(other));
      return firstOf(accepted, k, (a, b) => recent.compareNewestFirst(a, b));
    }
    if (accepts(slot)) slots.push(slot);
  }
  return slots;
}

interface Holding {
  readonly count: number;
  readonly slots: () => Iterable<number>;
}

// The facts that may have all the tags: those that hold the rarest word of them. A tag without words
// says nothing.
function slotsHolding(
  tags: readonly string[],
  { index, tokenizer }: MostRecentOptions,
): Holding {
  const { postings } = index;
  let rarest: Holding = { count: Infinity, slots: () => [] };
  for (const { key } of tokenizer.terms(tags.join("\n"), "fact")) {
    const term = index.termOf(key);
    if (term === undefined) return { count: 0, slots: () => [] };
    const count = postings.length(term);
    if (count < rarest.count) rarest = { count, slots: () => postings.eachSlot(term) };
  }
  return rarest;
}
