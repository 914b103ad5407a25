// The facts with the best text scores, exactly, without touching every posting. Terms are taken from
// the weightiest down. As soon as what is left cannot lift an unseen fact over the k-th best seen
// one, no new fact is let in and the remaining, longer lists are only looked up.

import { isSubjectName, type Saturation, saturationOver } from "./_bm25.ts";
import type { QueryTerm } from "./_query_terms.ts";
import type { TextIndex } from "./_text_index.ts";
import { KthBest } from "./_top.ts";

/** A fact and its score so far. */
export interface Candidate {
  readonly slot: number;
  readonly score: number;
}

/** Options of `findCandidates`. */
export interface CandidateOptions {
  readonly terms: readonly QueryTerm[];
  /** How many of the best are wanted. */
  readonly k: number;
  /** Says whether a fact may be shown at all. */
  accepts(slot: number): boolean;
}

// Measured on dialogue: a query that names the whole subject means that subject; single shared words
// do not, and cost quality elsewhere.
const WHOLE_SUBJECT_FACTOR = 1.8;
// Below this many postings, looking for the k-th best costs more than it saves.
const SHORT_LIST = 256;
// One lookup costs about as much as reading this many postings in a row.
const LOOKUP_COST = 8;
// A new fact is admitted on sums that may be rounded; this keeps the bound on the safe side.
const ROUNDING = 1 + 1e-9;

/** The best score that facts could reach by these terms. */
export function bestScore(terms: readonly QueryTerm[]): number {
  return terms.reduce((sum, term) => sum + term.weight, 0) * WHOLE_SUBJECT_FACTOR;
}

/** Working space for the searches of one index; reuse it, it grows with the index. */
export class CandidateSearch {
  #scores = new Float64Array(0);
  #names = new Uint16Array(0);
  // 0: not seen, 1: a candidate, 2: not accepted.
  #states = new Uint8Array(0);
  readonly #index: TextIndex;

  constructor(index: TextIndex) {
    this.#index = index;
  }

  /** At least the `k` best facts with their final text scores, in no order. */
  find({ terms, k, accepts }: CandidateOptions): readonly Candidate[] {
    this.#makeRoom();
    const saturation = saturationOver(this.#index.table);
    const seen: number[] = [];
    const slots: number[] = [];
    let rest = terms.reduce((sum, term) => sum + term.weight, 0);
    let isClosed = false;
    let kept = slots;
    for (const term of terms) {
      const postings = this.#index.postings.length(term.term);
      if (kept.length >= k && postings > SHORT_LIST) {
        const worst = this.#kthBest(kept, k);
        const hope = rest * WHOLE_SUBJECT_FACTOR * ROUNDING;
        isClosed ||= hope < worst;
        if (isClosed) kept = this.#withHope(kept, worst, rest);
      }
      if (isClosed && kept.length * LOOKUP_COST < postings) this.#lookUp(term, kept, saturation);
      else this.#scan(term, { saturation, accepts, isClosed, seen, slots });
      rest -= term.weight;
    }
    const candidates = kept.map((slot) => ({ slot, score: this.#finalScore(slot) }));
    this.#forget(seen);
    return candidates;
  }

  #scan(term: QueryTerm, scan: Scan): void {
    const { words } = this.#index.postings;
    const start = this.#index.postings.start(term.term);
    const end = start + 2 * this.#index.postings.length(term.term);
    for (let at = start; at < end; at += 2) {
      const slot = words[at] ?? 0;
      let state = this.#states[slot];
      if (state === 0 && !scan.isClosed) {
        state = scan.accepts(slot) ? 1 : 2;
        this.#states[slot] = state;
        scan.seen.push(slot);
        if (state === 1) scan.slots.push(slot);
      }
      if (state === 1) this.#earn(term, slot, words[at + 1] ?? 0, scan.saturation);
    }
  }

  #lookUp(term: QueryTerm, slots: readonly number[], saturation: Saturation): void {
    for (const slot of slots) {
      const counts = this.#index.postings.counts(term.term, slot);
      if (counts !== 0) this.#earn(term, slot, counts, saturation);
    }
  }

  #earn(term: QueryTerm, slot: number, counts: number, saturation: Saturation): void {
    this.#scores[slot] = (this.#scores[slot] ?? 0) + term.weight * saturation(counts, slot);
    if (term.isName && isSubjectName(counts)) this.#names[slot] = (this.#names[slot] ?? 0) + 1;
  }

  // Scores only grow, so the k-th best of the sums so far is a floor for the k-th best in the end.
  #kthBest(slots: readonly number[], k: number): number {
    const best = new KthBest(k);
    for (const slot of slots) best.offer(this.#scores[slot] ?? 0);
    return best.worst;
  }

  #withHope(slots: number[], worst: number, rest: number): number[] {
    const needed = worst / (WHOLE_SUBJECT_FACTOR * ROUNDING) - rest;
    return needed <= 0 ? slots : slots.filter((slot) => (this.#scores[slot] ?? 0) >= needed);
  }

  #finalScore(slot: number): number {
    const names = this.#names[slot] ?? 0;
    const isWhole = names > 0 && names === this.#index.table.subjectNames[slot];
    return (this.#scores[slot] ?? 0) * (isWhole ? WHOLE_SUBJECT_FACTOR : 1);
  }

  #makeRoom(): void {
    const slots = this.#index.table.length;
    if (slots <= this.#scores.length) return;
    const length = slots + (slots >>> 1);
    this.#scores = new Float64Array(length);
    this.#names = new Uint16Array(length);
    this.#states = new Uint8Array(length);
  }

  #forget(seen: readonly number[]): void {
    for (const slot of seen) {
      this.#scores[slot] = 0;
      this.#names[slot] = 0;
      this.#states[slot] = 0;
    }
  }
}

interface Scan {
  readonly saturation: Saturation;
  readonly accepts: (slot: number) => boolean;
  readonly isClosed: boolean;
  readonly seen: number[];
  readonly slots: number[];
}
