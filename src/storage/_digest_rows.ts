// Which row has a digest (_digest.ts), in columns of numbers: a Map takes four times the room. Open
// addressing with linear probing (Knuth, The Art of Computer Programming, volume 3, section 6.4); at most
// three quarters full.

/** Instead of a row: none has the digest. */
export const NO_ROW = 0;
/** Instead of a row: more than one may have the digest, or one beyond the numbers that are kept. */
export const SOME_ROWS = 0xffff_ffff;

const PLACES_MIN = 8;
const EMPTY = -1;

/** The rows of digests, by their numbers in the table. */
export class DigestRows {
  #places = new Float64Array(PLACES_MIN).fill(EMPTY);
  #rows = new Uint32Array(PLACES_MIN);
  #size = 0;

  /** Places taken up, used or spare, of twelve bytes each. */
  get places(): number {
    return this.#places.length;
  }

  /** The number of the row with a digest, NO_ROW or SOME_ROWS. */
  get(digest: number): number {
    const place = this.#placeOf(digest);
    return this.#places[place] === digest ? this.#rows[place] ?? NO_ROW : NO_ROW;
  }

  add(digest: number, row: number): void {
    const place = this.#placeOf(digest);
    const isKnown = this.#places[place] === digest;
    const isOnly = !isKnown || this.#rows[place] === NO_ROW;
    this.#places[place] = digest;
    this.#rows[place] = isOnly ? Math.min(row, SOME_ROWS) : SOME_ROWS;
    if (!isKnown && 4 * ++this.#size > 3 * this.#places.length) this.#grow();
  }

  /** Takes a row with that digest out; does nothing where others may have it. */
  remove(digest: number): void {
    const place = this.#placeOf(digest);
    if (this.#places[place] !== digest || this.#rows[place] === SOME_ROWS) return;
    // Its place stays taken: others may have been put behind it.
    this.#rows[place] = NO_ROW;
  }

  // Where the digest stands, or would stand.
  #placeOf(digest: number): number {
    const mask = this.#places.length - 1;
    // Its low bits are as good as any.
    let place = (digest >>> 0) & mask;
    while (this.#places[place] !== EMPTY && this.#places[place] !== digest) {
      place = (place + 1) & mask;
    }
    return place;
  }

  // What was taken out is left behind: a subject that is replaced again and again takes no more room.
  #grow(): void {
    const [places, rows] = [this.#places, this.#rows];
    this.#size = rows.reduce((kept, row) => row === NO_ROW ? kept : kept + 1, 0);
    const length = 2 * this.#size > places.length ? 2 * places.length : places.length;
    this.#places = new Float64Array(length).fill(EMPTY);
    this.#rows = new Uint32Array(length);
    for (const [from, digest] of places.entries()) {
      if (digest === EMPTY || rows[from] === NO_ROW) continue;
      const place = this.#placeOf(digest);
      this.#places[place] = digest;
      this.#rows[place] = rows[from] ?? NO_ROW;
    }
  }
}
