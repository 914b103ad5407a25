// Moves a fact down that does nothing but ask. "What did you bake?" has the words of a question about
// baking, and the answer stands after it: its score brings that in as before, since lifts go by the scores
// of what lifts, and only the asking itself comes later.

import type { FactTable } from "../index/fact_table.ts";
import { ONLY_ASKS } from "../text/question.ts";

/** As with near duplicates: behind what is about as good, but not out. */
const FACTOR = 0.8;

/** What a fact keeps of its score. */
export function keptShare({ marks }: FactTable): (slot: number) => number {
  return (slot) => ((marks[slot] ?? 0) & ONLY_ASKS) === 0 ? 1 : FACTOR;
}
