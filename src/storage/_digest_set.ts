// Digests (_digest.ts) in a column of numbers: a Set takes four times the room. Open addressing with linear
// probing (Knuth, The Art of Computer Programming, volume 3, section 6.4); at most three quarters full.

const PLACES_MIN = 8;
const EMPTY = -1;

/** A set of digests. */
export class DigestSet {
  #places = new Float64Array(PLACES_MIN).fill(EMPTY);
  #size = 0;

  /** Places taken up, used or spare, of eight bytes each. */
  get places(): number {
    return this.#places.length;
  }

  has(digest: number): boolean {
    return this.#places[this.#placeOf(digest)] === digest;
  }

  add(digest: number): void {
    const place = this.#placeOf(digest);
    if (this.#places[place] === digest) return;
    this.#places[place] = digest;
    if (4 * ++this.#size > 3 * this.#places.length) this.#grow();
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

  #grow(): void {
    const before = this.#places;
    this.#places = new Float64Array(2 * before.length).fill(EMPTY);
    for (const digest of before) {
      if (digest !== EMPTY) this.#places[this.#placeOf(digest)] = digest;
    }
  }
}
