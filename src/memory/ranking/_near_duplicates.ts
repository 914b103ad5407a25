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
  const seen: FactTerms[] = [];
  return found.map((ranked, at) => {
    if (at >= COMPARED_MAX) return ranked;
    const terms = new FactTerms(index, ranked.slot);
    if (seen.some((other) => alikeness(terms, other) >= ALIKE_MIN)) {
      return { ...ranked, score: ranked.score * FACTOR };
    }
    seen.push(terms);
    return ranked;
  });
}

// The distinct terms of a fact; most facts differ so much in their number that nobody reads them.
class FactTerms {
  readonly size: number;
  readonly #index: TextIndex;
  readonly #slot: number;
  #all: ReadonlySet<number> | undefined;

  constructor(index: TextIndex, slot: number) {
    this.size = index.forward.end(slot) - index.forward.start(slot);
    this.#index = index;
    this.#slot = slot;
  }

  get all(): ReadonlySet<number> {
    return this.#all ??= termsOf(this.#index, this.#slot);
  }
}

function termsOf({ forward }: TextIndex, slot: number): ReadonlySet<number> {
  const terms = new Set<number>();
  const end = forward.end(slot);
  for (let at = forward.start(slot); at < end; at++) terms.add(forward.term(at));
  return terms;
}

function alikeness(a: FactTerms, b: FactTerms): number {
  if (Math.min(a.size, b.size) < ALIKE_MIN * Math.max(a.size, b.size)) return 0;
  let shared = 0;
  for (const term of a.all) if (b.all.has(term)) shared++;
  return shared / Math.max(1, a.size + b.size - shared);
}
