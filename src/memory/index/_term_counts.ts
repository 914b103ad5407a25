// Counts the terms of the fact at hand. Two Maps would do the same; growing them anew for every fact is
// most of what they cost, so this keeps its columns from one fact to the next. Open addressing with linear
// probing (Knuth, The Art of Computer Programming, volume 3, section 6.4); a table is at most half full.

import { widened } from "./_widened.ts";

// Few facts have more distinct terms.
const START_TERMS = 64;
// What a long fact took is given back.
const KEPT_TERMS_MAX = 1_024;
const PLACES_OF_TERM = 2;
const EMPTY = -1;
const HASH_FACTOR = 0x9e3779b1;
const IN_TEXT_MAX = 255;

/** The distinct terms of one fact, each with its place: 0, 1, 2, … in the order in which they came. */
export class TermCounts {
  /** How many there are. */
  size = 0;
  /** Their numbers, by place. */
  terms = new Uint32Array(START_TERMS);
  /** Counts as in a posting (bm25.ts), by place; whoever counts writes them. */
  packed = new Uint32Array(START_TERMS);
  /** How many of them occur in subject and body, stop words and exact forms left out. */
  inTextSize = 0;
  /** Their places, in the order of the text. */
  inText = new Uint32Array(START_TERMS);
  #inTextCounts = new Uint8Array(START_TERMS);
  #table = new Int32Array(PLACES_OF_TERM * START_TERMS).fill(EMPTY);

  /** The place of a term, which is there from now on. */
  placeOf(term: number): number {
    const mask = this.#table.length - 1;
    let at = (Math.imul(term, HASH_FACTOR) >>> 15) & mask;
    for (let place = this.#table[at] ?? EMPTY; place !== EMPTY; place = this.#table[at] ?? EMPTY) {
      if (this.terms[place] === term) return place;
      at = (at + 1) & mask;
    }
    if (this.size === this.terms.length) {
      this.#grow();
      return this.placeOf(term);
    }
    this.#table[at] = this.size;
    this.terms[this.size] = term;
    this.packed[this.size] = 0;
    this.#inTextCounts[this.size] = 0;
    return this.size++;
  }

  /** Counts that the term of a place occurs in the text. */
  countInText(place: number): void {
    const count = this.#inTextCounts[place] ?? 0;
    if (count === 0) this.inText[this.inTextSize++] = place;
    if (count < IN_TEXT_MAX) this.#inTextCounts[place] = count + 1;
  }

  /** How often the term of a place occurs in the text; counted up to 255. */
  inTextCount(place: number): number {
    return this.#inTextCounts[place] ?? 0;
  }

  /** Forgets all. */
  clear(): void {
    this.size = 0;
    this.inTextSize = 0;
    if (this.terms.length > KEPT_TERMS_MAX) this.#resize(START_TERMS);
    else this.#table.fill(EMPTY);
  }

  #grow(): void {
    this.#resize(2 * this.terms.length);
    const mask = this.#table.length - 1;
    for (let place = 0; place < this.size; place++) {
      let at = (Math.imul(this.terms[place] ?? 0, HASH_FACTOR) >>> 15) & mask;
      while (this.#table[at] !== EMPTY) at = (at + 1) & mask;
      this.#table[at] = place;
    }
  }

  #resize(length: number): void {
    const kept = Math.min(length, this.size);
    this.terms = widened(this.terms.subarray(0, kept), new Uint32Array(length));
    this.packed = widened(this.packed.subarray(0, kept), new Uint32Array(length));
    this.inText = widened(this.inText.subarray(0, kept), new Uint32Array(length));
    this.#inTextCounts = widened(this.#inTextCounts.subarray(0, kept), new Uint8Array(length));
    this.#table = new Int32Array(PLACES_OF_TERM * length).fill(EMPTY);
  }
}
