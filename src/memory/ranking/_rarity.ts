// How much a term says, for the many terms of the facts that are looked at closely:
//
//   ln(1 + (N - n + 0.5) / (n + 0.5)) = ln(N + 1) - ln(n + 0.5)
//
// The second logarithm is read from a table for all but the most common terms.

import { naturalLog } from "../index/logarithm.ts";

// Half of a vocabulary occurs once, and few words in more than some thousand facts.
const TABLE_LENGTH = 4_096;
const LOGS = Float64Array.from({ length: TABLE_LENGTH }, (_, n) => naturalLog(n + 0.5));

/** The weight of a term by the number of facts that hold it, among so many facts. */
export type Rarity = (factsWithTerm: number) => number;

/** The weights among `facts` facts. */
export function rarityAmong(facts: number): Rarity {
  const all = naturalLog(facts + 1);
  return (n) => all - (n < TABLE_LENGTH ? LOGS[n] ?? 0 : naturalLog(n + 0.5));
}
