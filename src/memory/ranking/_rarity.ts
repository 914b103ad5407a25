// How much a term says, for the many terms of the facts that are looked at closely:
//
//   ln(1 + (N - n + 0.5) / (n + 0.5)) = ln(N + 1) - ln(n + 0.5)
//
// The second logarithm is read from a table for all but the most common terms; those of the common ones
// are kept from one fact to the next, as they come again with each.

import { naturalLog } from "../index/logarithm.ts";

// Half of a vocabulary occurs once, and few words in more than some thousand facts.
const TABLE_LENGTH = 4_096;
const LOGS = Float64Array.from({ length: TABLE_LENGTH }, (_, n) => naturalLog(n + 0.5));

/** The weight of a term by the number of facts that hold it, among so many facts. */
export type Rarity = (factsWithTerm: number) => number;

// Common terms are few; two that share a place put each other out.
const KEPT = 256;

/** The weights among `facts` facts. */
export function rarityAmong(facts: number): Rarity {
  const all = naturalLog(facts + 1);
  const keptFor = new Uint32Array(KEPT);
  const kept = new Float64Array(KEPT);
  const logOf = (n: number) => {
    const place = n % KEPT;
    if (keptFor[place] !== n) {
      keptFor[place] = n;
      kept[place] = naturalLog(n + 0.5);
    }
    return kept[place] ?? 0;
  };
  return (n) => all - (n < TABLE_LENGTH ? LOGS[n] ?? 0 : logOf(n));
}
