// Which terms a fact holds, in the order of its text: what the postings say, seen from the fact. Only
// the best few hundred facts of a query are looked at this way, so one number for each term is enough.
// Stop words, exact forms and tags are left out: tags may change, subject and body never do.

import type { TermCounts } from "./_term_counts.ts";
import type { FieldReader, FieldWriter } from "../snapshot/snapshot_fields.ts";

// A term's number and how often it occurs, in one number. Numbers stay below 2^28, as each term has
// two 32-bit words of postings; a count that is larger says no more than fifteen.
const COUNT_BITS = 4;
const COUNT_MAX = 15;
// A text of 64 KiB has some ten thousand terms; the first thousand say what it is about, and bound
// both what a fact costs in RAM and what a query pays to read it.
const TERMS_MAX = 1_024;
const START_FACTS = 16;

/** The terms of each fact by slot; slots are added in order and never change. */
export class ForwardTerms {
  #words = new Uint32Array(START_FACTS * 16);
  #ends = new Float64Array(START_FACTS);

  /** Bytes held, whether used or spare. */
  get bytes(): number {
    return this.#words.byteLength + this.#ends.byteLength;
  }

  /** Takes the terms of the next slot, as far as they occur in its text. */
  add(slot: number, counts: TermCounts): void {
    if (slot >= this.#ends.length) {
      const ends = new Float64Array(Math.max(START_FACTS, slot * 2));
      ends.set(this.#ends);
      this.#ends = ends;
    }
    let at = this.start(slot);
    const kept = Math.min(counts.inTextSize, TERMS_MAX);
    this.#makeRoom(at + kept);
    for (let nth = 0; nth < kept; nth++) {
      const place = counts.inText[nth] ?? 0;
      const count = Math.min(counts.inTextCount(place), COUNT_MAX);
      this.#words[at++] = (counts.terms[place] ?? 0) * (1 << COUNT_BITS) + count;
    }
    this.#ends[slot] = at;
  }

  /** Where the terms of a slot begin. */
  start(slot: number): number {
    return slot === 0 ? 0 : this.#ends[slot - 1] ?? 0;
  }

  /** Where they end. */
  end(slot: number): number {
    return this.#ends[slot] ?? 0;
  }

  /** The number of the term at a place. */
  term(at: number): number {
    return (this.#words[at] ?? 0) >>> COUNT_BITS;
  }

  /** How often it occurs, 1 to 15. */
  count(at: number): number {
    return (this.#words[at] ?? 0) & COUNT_MAX;
  }

  /** Writes the terms of all slots below `slots` to a snapshot. */
  save(out: FieldWriter, slots: number): void {
    out.column(this.#words, this.start(slots));
    out.column(this.#ends, slots);
  }

  /** Takes over what `save` wrote. */
  load(from: FieldReader): void {
    this.#words = from.column(Uint32Array);
    this.#ends = from.column(Float64Array);
  }

  // By half: a copy of everything is rare, and the spare room stays bounded.
  #makeRoom(length: number): void {
    if (length <= this.#words.length) return;
    const wider = new Uint32Array(
      Math.max(length, this.#words.length + (this.#words.length >>> 1)),
    );
    wider.set(this.#words);
    this.#words = wider;
  }
}
