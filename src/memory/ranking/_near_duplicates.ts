// Moves a fact down that says again what a better one says already, so that a few hits tell more.
//
//   alike(a, b) = shared terms / terms of both (Jaccard), over subject and body without stop words
//
// Only the first few are compared with each other; that bounds the work.

import type { Ranked } from "./_ranking.ts";
import type { TextIndex } from "../index/text_index.ts";

/** One word in ten may be another; measured, at 0.9 the penalty changes nothing. */
const ALIKE_MIN = 0.8;
/** Behind what is about as good, but not out: it may have been asked for. */
const FACTOR = 0.8;
const COMPARED_MAX = 24;

/** The facts, best first, with the scores of near duplicates lowered. */
export function lowerNearDuplicates(found: readonly Ranked[], index: TextIndex): readonly Ranked[] {
  const seen: ReadonlySet<number>[] = [];
  return found.map((ranked, at) => {
    if (at >= COMPARED_MAX) return ranked;
    const terms = termsOf(index, ranked.slot);
    const isAlike = seen.some((other) => alikeness(terms, other) >= ALIKE_MIN);
    if (isAlike) return { ...ranked, score: ranked.score * FACTOR };
    seen.push(terms);
    return ranked;
  });
}

function termsOf({ forward }: TextIndex, slot: number): ReadonlySet<number> {
  const terms = new Set<number>();
  const end = forward.end(slot);
  for (let at = forward.start(slot); at < end; at++) terms.add(forward.term(at));
  return terms;
}

function alikeness(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  if (Math.min(a.size, b.size) < ALIKE_MIN * Math.max(a.size, b.size)) return 0;
  let shared = 0;
  for (const term of a) if (b.has(term)) shared++;
  return shared / Math.max(1, a.size + b.size - shared);
}
