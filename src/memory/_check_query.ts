// Looks at a query before it runs. Text that no fact can hold is not refused: it finds nothing.

import type { Limits } from "../base/limits.ts";
import { checkBytes, refused, tagForm } from "./_check_fact.ts";
import { FACT_KINDS, type FactQuery } from "./fact.ts";

// More hits than a reader can use; it also bounds the texts read for one query.
const HITS_MAX = 256;

/** Returns the query with its tags in their stored form; throws `invalid_argument`. */
export function checkQuery(query: FactQuery, limits: Limits): FactQuery {
  const { text, k, kinds = [], tags = [], sinceMs, untilMs } = query;
  checkBytes("query", text, limits.queryBytesMax);
  if (!Number.isInteger(k) || k < 1 || k > HITS_MAX) {
    throw refused("k", `is ${k}`, `a whole number from 1 to ${HITS_MAX}`);
  }
  if (kinds.some((kind) => !FACT_KINDS.includes(kind))) {
    throw refused("kinds", "holds an unknown word", FACT_KINDS.join(", "));
  }
  if (tags.length > limits.tagsMax) {
    throw refused("tags", `are ${tags.length}`, `at most ${limits.tagsMax}`);
  }
  if (Number.isNaN(sinceMs)) throw refused("since", "is not a time", "milliseconds of UTC");
  if (Number.isNaN(untilMs)) throw refused("until", "is not a time", "milliseconds of UTC");
  return { ...query, tags: tags.map(tagForm) };
}
