// Looks at a query before it runs. Text that no fact can hold is not refused: it finds nothing.

import type { Limits } from "../../base/limits.ts";
import { checkBytes, checkEntries, nameForm, refusedField } from "../../base/text_fields.ts";
import { FACT_KINDS, type FactQuery } from "../fact.ts";

// More hits than a reader can use; it also bounds the texts read for one query.
const HITS_MAX = 256;

/** Returns the query with its tags in their stored form; throws `invalid_argument`. */
export function checkQuery(query: FactQuery, limits: Limits): FactQuery {
  const { text, k, kinds = [], tags = [], sinceMs, untilMs } = query;
  checkBytes("query", text, limits.queryBytesMax);
  if (!Number.isInteger(k) || k < 1 || k > HITS_MAX) {
    throw refusedField("k", `is ${k}`, `a whole number from 1 to ${HITS_MAX}`);
  }
  if (kinds.some((kind) => !FACT_KINDS.includes(kind))) {
    throw refusedField("kinds", "holds an unknown word", FACT_KINDS.join(", "));
  }
  checkEntries("tags", tags, limits.tagsMax);
  if (Number.isNaN(sinceMs)) throw refusedField("since", "is not a time", "milliseconds of UTC");
  if (Number.isNaN(untilMs)) throw refusedField("until", "is not a time", "milliseconds of UTC");
  return { ...query, tags: tags.map((tag) => nameForm(tag, limits.tagCharsMax)) };
}
