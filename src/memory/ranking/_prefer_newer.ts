// A question about how things are now prefers what was said last, and only such a question does:
//
//   score · (1 + 0.2 · rank) / 1.2         rank: 0 for the oldest of the facts found, 1 for the newest
//
// Ranks and not times: a fact of last year may be the newest there is.

import type { FactTable } from "../index/fact_table.ts";
import type { Ranked } from "./_ranking.ts";

/** Enough to turn round facts that match alike; a better match stays first. */
const NEWEST_SHARE = 0.2;

/** The facts with the newer ones preferred. */
export function preferNewer(found: Iterable<Ranked>, table: FactTable): readonly Ranked[] {
  const oldestFirst = [...found].sort((a, b) => byTime(table, a.slot, b.slot));
  const last = Math.max(1, oldestFirst.length - 1);
  return oldestFirst.map((ranked, at) => ({
    ...ranked,
    score: ranked.score * (1 + NEWEST_SHARE * at / last) / (1 + NEWEST_SHARE),
  }));
}

function byTime(table: FactTable, a: number, b: number): number {
  const { validFromMs, recordedMs } = table;
  return (validFromMs[a] ?? 0) - (validFromMs[b] ?? 0) ||
    (recordedMs[a] ?? 0) - (recordedMs[b] ?? 0) ||
    (table.id(a) < table.id(b) ? -1 : 1);
}
