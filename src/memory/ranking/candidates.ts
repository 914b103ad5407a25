// The facts with the best text scores, exactly, without reading every posting. Terms are taken from
// the weightiest down and scores grow term by term (MaxScore, Turtle and Flood 1995), and lists are
// read by blocks whose best fact is bounded (block-max, Ding and Suel 2011):
//
//   a fact that no weightier term has shown is let in by a term only when
//       what the term can give in its block + what all later terms can give  ≥  the k-th best so far
//
// A fact that is kept out once can never be among the best, whatever later terms say of it. Each fact
// earns its terms in their order, so its score does not depend on what was skipped.

import { AscendingLookup } from "../index/ascending_lookup.ts";
import { type CountOf, countOver, saturated } from "../index/bm25.ts";
import { type ListedTerm, listedTerms } from "./_listed_terms.ts";
import type { QueryTerm } from "./_query_terms.ts";
import { BLOCK_ENTRIES } from "../index/postings.ts";
import { ENTRY_WORDS } from "../index/slices.ts";
import type { TextIndex } from "../index/text_index.ts";
import { firstOf, KthBest, mergeSorted } from "./_top.ts";

/** A fact and its score so far. */
export interface Candidate {
  readonly slot: number;
  readonly score: number;
}

/** Options of `CandidateSearch.find`. */
export interface CandidateOptions {
  /** By descending weight. */
  readonly terms: readonly QueryTerm[];
  /** How many of the best are wanted. */
  readonly k: number;
  /** Says whether a fact may be shown at all. */
  accepts(slot: number): boolean;
}

// Measured on dialogue: a query that names the whole subject means that subject; single shared words
// do not, and cost quality elsewhere.
const WHOLE_SUBJECT_FACTOR = 1.8;
// Facts named by their subject are let in beforehand; when there are more, any fact may be named.
const NAMED_MAX = 4_096;
// Below this many postings, looking for the k-th best costs more than it saves.
const SHORT_LIST = 256;
// And below this many, so does scoring some promising facts in full.
const PRIMED_LIST = 2_048;
// Twice as many as are wanted: the best by the first terms are not quite the best by all.
const PRIMING_SHARE = 2;
// Hopes are sums of rounded numbers; this keeps them on the safe side.
const ROUNDING = 1 + 1e-9;

const UNSEEN = 0;
const CANDIDATE = 1;
const NAMED = 2;
const OUT = 3;

/** The best score that facts could reach by these terms. */
export function bestScore(terms: readonly QueryTerm[]): number {
  return terms.reduce((sum, term) => sum + term.weight, 0) * WHOLE_SUBJECT_FACTOR;
}

interface Search {
  readonly k: number;
  readonly accepts: (slot: number) => boolean;
  readonly countOf: CountOf;
  /** What the score of a fact that is not let in yet may be multiplied by in the end. */
  readonly factor: number;
  /** Slots whose state is not UNSEEN. */
  readonly touched: number[];
  /** A floor for the final score of the k-th best. */
  worst: number;
}

/** Working space for the searches of one index; reuse it, it grows with the index. */
export class CandidateSearch {
  #scores = new Float64Array(0);
  #states = new Uint8Array(0);
  readonly #index: TextIndex;

  constructor(index: TextIndex) {
    this.#index = index;
  }

  /** At least the `k` best facts with their final text scores, in order of slot. */
  find({ terms, k, accepts }: CandidateOptions): readonly Candidate[] {
    this.#makeRoom();
    const names = new Set(terms.filter(({ isName }) => isName).map(({ term }) => term));
    const named = this.#index.subjects.namedBy(names, NAMED_MAX);
    const search: Search = {
      k,
      accepts,
      countOf: countOver(this.#index.table),
      factor: named.isComplete ? 1 : WHOLE_SUBJECT_FACTOR,
      touched: [],
      worst: 0,
    };
    let kept = named.isComplete ? this.#admitNamed(named.slots, search) : [];
    const lists = listedTerms(this.#index, terms);
    for (const [at, list] of lists.entries()) {
      if (list.postings > SHORT_LIST) kept = this.#raiseFloor(lists.slice(at), kept, search);
      kept = this.#mayAdmit(list.most + list.rest, search)
        ? this.#scan(list, kept, search)
        : this.#lookUpAll(list, kept, search);
    }
    const { subjects } = this.#index;
    // When all that are named were let in beforehand, their state says so.
    const isNamed = (slot: number) =>
      named.isComplete ? this.#states[slot] === NAMED : subjects.isNamed(slot, names);
    const candidates = bestOf(
      k,
      kept,
      (slot) => this.#score(slot) * (isNamed(slot) ? WHOLE_SUBJECT_FACTOR : 1),
    );
    for (const slot of search.touched) this.#scores[slot] = this.#states[slot] = 0;
    return candidates;
  }

  #score(slot: number): number {
    return this.#scores[slot] ?? 0;
  }

  // A floor for what the fact will have in the end.
  #floorOf(slot: number): number {
    return this.#score(slot) * (this.#states[slot] === NAMED ? WHOLE_SUBJECT_FACTOR : 1);
  }

  #mayAdmit(most: number, { factor, worst }: Search): boolean {
    return most * factor * ROUNDING >= worst;
  }

  #admitNamed(slots: readonly number[], search: Search): readonly number[] {
    const accepted = slots.filter((slot) => search.accepts(slot)).sort((a, b) => a - b);
    for (const slot of accepted) {
      this.#states[slot] = NAMED;
      search.touched.push(slot);
    }
    return accepted;
  }

  // Learns how good the k-th best is at least, and lets go of what cannot become as good.
  #raiseFloor(
    lists: readonly ListedTerm[],
    kept: readonly number[],
    search: Search,
  ): readonly number[] {
    const [list] = lists;
    if (list === undefined) return kept;
    const best = new KthBest(search.k);
    for (const slot of kept) best.offer(this.#floorOf(slot));
    search.worst = Math.max(search.worst, best.worst);
    const most = list.most + list.rest;
    if (list.postings > PRIMED_LIST && this.#mayAdmit(most, search)) {
      search.worst = Math.max(search.worst, this.#primedFloor(lists, kept, search));
    }
    return kept.filter((slot) => {
      const factor = this.#states[slot] === NAMED ? WHOLE_SUBJECT_FACTOR : search.factor;
      const hasHope = (this.#score(slot) + most) * factor * ROUNDING >= search.worst;
      if (!hasHope) this.#states[slot] = OUT;
      return hasHope;
    });
  }

  // Scores the most promising facts in full; the k-th best of them is a floor for that of all.
  #primedFloor(
    lists: readonly ListedTerm[],
    kept: readonly number[],
    search: Search,
  ): number {
    const { k, accepts } = search;
    if (k === Infinity) return 0;
    const count = PRIMING_SHARE * k;
    const best = new KthBest(k);
    const offer = (slot: number) => {
      let score = this.#score(slot);
      for (const list of lists) score += this.#earned(list, slot, search);
      best.offer(score * (this.#states[slot] === NAMED ? WHOLE_SUBJECT_FACTOR : 1));
    };
    firstOf(kept, count, (a, b) => this.#floorOf(b) - this.#floorOf(a)).forEach(offer);
    const [list] = lists;
    if (list !== undefined) {
      for (const slot of this.#promising(list, count)) {
        if (this.#states[slot] === UNSEEN && accepts(slot)) offer(slot);
      }
    }
    return best.worst;
  }

  // The facts of the blocks with the largest bounds.
  #promising({ blocks, mostOf }: ListedTerm, count: number): readonly number[] {
    const numbers = Array.from({ length: blocks.count }, (_, block) => block);
    const wanted = Math.ceil(count / BLOCK_ENTRIES);
    return firstOf(numbers, wanted, (a, b) => mostOf(b) - mostOf(a) || a - b)
      .flatMap((block) => this.#index.postings.slotsIn(blocks, block));
  }

  // Reads the blocks that may hold a new candidate, and looks the known ones up in the others.
  #scan(list: ListedTerm, kept: readonly number[], search: Search): readonly number[] {
    const { blocks } = list;
    const admitted: number[] = [];
    const best = new KthBest(search.k);
    let end = 0;
    for (let block = 0; block < blocks.count; block++) {
      const start = end;
      const last = blocks.lastSlots[block] ?? 0;
      while (end < kept.length && (kept[end] ?? 0) <= last) end++;
      if (this.#mayAdmit(list.mostOf(block) + list.rest, search)) {
        this.#readBlock({ list, block, best, admitted }, search);
        search.worst = Math.max(search.worst, best.worst);
      } else {
        for (let at = start; at < end; at++) this.#lookUp(list, kept[at] ?? 0, search);
      }
    }
    return mergeSorted(kept, admitted);
  }

  #readBlock({ list, block, best, admitted }: BlockReading, search: Search): void {
    const { slices } = this.#index.postings;
    const address = list.blocks.addresses[block] ?? 0;
    const slab = slices.slab(address);
    const start = slices.offset(address);
    const end = start + ENTRY_WORDS * (list.blocks.lengths[block] ?? 0);
    const { countOf, accepts, touched, factor } = search;
    const states = this.#states;
    const scores = this.#scores;
    // What a new fact must earn by this term alone.
    const needed = search.worst / (factor * ROUNDING) - list.rest;
    for (let at = start; at < end; at += ENTRY_WORDS) {
      const slot = slab[at] ?? 0;
      if (states[slot] === OUT) continue;
      const earned = list.weight * saturated(countOf(slab[at + 1] ?? 0, slot));
      if (states[slot] === UNSEEN) {
        if (earned < needed) continue;
        states[slot] = accepts(slot) ? CANDIDATE : OUT;
        touched.push(slot);
        if (states[slot] === OUT) continue;
        admitted.push(slot);
      }
      scores[slot] = (scores[slot] ?? 0) + earned;
      best.offer(this.#floorOf(slot));
    }
  }

  #lookUpAll(list: ListedTerm, kept: readonly number[], search: Search): readonly number[] {
    const { blocks, weight } = list;
    const lookup = new AscendingLookup(this.#index.postings.slices, blocks);
    const scores = this.#scores;
    for (const slot of kept) {
      const counts = lookup.countsOf(slot);
      if (counts === 0) continue;
      scores[slot] = (scores[slot] ?? 0) + weight * saturated(search.countOf(counts, slot));
    }
    return kept;
  }

  #lookUp(list: ListedTerm, slot: number, search: Search): void {
    const earned = this.#earned(list, slot, search);
    if (earned > 0) this.#scores[slot] = this.#score(slot) + earned;
  }

  #earned({ blocks, weight }: ListedTerm, slot: number, { countOf }: Search): number {
    const counts = this.#index.postings.countsIn(blocks, slot);
    return counts === 0 ? 0 : weight * saturated(countOf(counts, slot));
  }

  #makeRoom(): void {
    const slots = this.#index.table.length;
    if (slots <= this.#scores.length) return;
    const length = slots + (slots >>> 1);
    this.#scores = new Float64Array(length);
    this.#states = new Uint8Array(length);
  }
}

// Those that are no worse than the k-th best.
function bestOf(
  k: number,
  slots: readonly number[],
  scoreOf: (slot: number) => number,
): readonly Candidate[] {
  const best = new KthBest(k);
  const scores = slots.map(scoreOf);
  for (const score of scores) best.offer(score);
  const { worst } = best;
  const candidates: Candidate[] = [];
  for (const [at, slot] of slots.entries()) {
    const score = scores[at] ?? 0;
    if (score >= worst) candidates.push({ slot, score });
  }
  return candidates;
}

interface BlockReading {
  readonly list: ListedTerm;
  readonly block: number;
  /** Takes what the facts of this list have now. */
  readonly best: KthBest;
  readonly admitted: number[];
}
