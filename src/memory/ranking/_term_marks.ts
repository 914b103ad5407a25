// What is noted of a few terms, for a walk over the many terms of all facts that are looked at closely:
// most of them carry no mark, and to find that out in a Map costs more than all the rest of such a walk.
// Open addressing with linear probing (Knuth, The Art of Computer Programming, volume 3, section 6.4).

// Mostly empty, so that a term without a mark is known by the first look.
const PLACES_OF_TERM = 4;
const PLACES_MIN = 64;
const EMPTY = -1;
const HASH_FACTOR = 0x9e3779b1;

/** Bits by term. */
export class TermMarks {
  readonly #terms: Int32Array;
  readonly #bits: Uint8Array;
  readonly #mask: number;

  /** Marks for at most so many terms. */
  constructor(termsMax: number) {
    let length = PLACES_MIN;
    while (length < PLACES_OF_TERM * termsMax) length *= 2;
    this.#terms = new Int32Array(length).fill(EMPTY);
    this.#bits = new Uint8Array(length);
    this.#mask = length - 1;
  }

  /** Adds bits, 1 to 255 in all, to those of a term. */
  add(term: number, bits: number): void {
    const place = this.#placeOf(term);
    this.#terms[place] = term;
    this.#bits[place] = (this.#bits[place] ?? 0) | bits;
  }

  /** The bits of a term; 0 for one without marks. */
  of(term: number): number {
    return this.#bits[this.#placeOf(term)] ?? 0;
  }

  // Where the term stands, or would stand.
  #placeOf(term: number): number {
    let place = (Math.imul(term, HASH_FACTOR) >>> 16) & this.#mask;
    for (;;) {
      const found = this.#terms[place] ?? EMPTY;
      if (found === term || found === EMPTY) return place;
      place = (place + 1) & this.#mask;
    }
  }
}
