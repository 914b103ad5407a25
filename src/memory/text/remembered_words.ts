// What was worked out of words that came before, found by the place where they stand in a text: a Map
// would have a text made out of every word just to look it up. Words share places; one that finds its
// place taken by others puts one of them out, so neither a look nor the room grows with what is read.

interface Entry<Value> {
  readonly word: string;
  readonly hash: number;
  readonly value: Value;
}

const START_PLACES = 1 << 10;
/** A few MB at most; words that come often come back soon when they were put out. */
const PLACES_MAX = 1 << 17;
// A word stands in one of so many places beside each other.
const PLACES_OF_WORD = 4;
const HASH_START = 0x2545f491;
const HASH_FACTOR = 0x9e3779b1;

/** The hash of an empty text. */
export const NO_HASH = HASH_START;

/** The hash of a text with one more character, given as its UTF-16 unit. */
export function hashedWith(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, HASH_FACTOR);
}

/** A value for each of the words that came last. */
export class RememberedWords<Value> {
  #places: (Entry<Value> | undefined)[] = new Array(START_PLACES).fill(undefined);
  // Of the word in each place: four of them lie side by side, the words themselves all over the memory.
  #hashes = new Int32Array(START_PLACES);
  #used = 0;

  /** What is known of the word that stands there. */
  find(text: string, start: number, end: number, hash: number): Value | undefined {
    const first = placeOf(hash, this.#places.length);
    for (let place = first; place < first + PLACES_OF_WORD; place++) {
      if (this.#hashes[place] !== hash) continue;
      const entry = this.#places[place];
      if (entry === undefined) return undefined;
      if (entry.word.length === end - start && text.startsWith(entry.word, start)) {
        return entry.value;
      }
    }
    return undefined;
  }

  /** Keeps what is to be known of a word that is not known. */
  keep(word: string, hash: number, value: Value): void {
    if (2 * this.#used >= this.#places.length && this.#places.length < PLACES_MAX) this.#grow();
    this.#put({ word, hash, value });
  }

  #put(entry: Entry<Value>): void {
    const first = placeOf(entry.hash, this.#places.length);
    const end = first + PLACES_OF_WORD;
    let place = first;
    while (place < end && this.#places[place] !== undefined) place++;
    // Whichever came before it goes: no order of use is kept.
    if (place === end) place = first + (this.#used++ & (PLACES_OF_WORD - 1));
    else this.#used++;
    this.#places[place] = entry;
    this.#hashes[place] = entry.hash;
  }

  #grow(): void {
    const before = this.#places;
    this.#places = new Array(2 * before.length).fill(undefined);
    this.#hashes = new Int32Array(2 * before.length);
    this.#used = 0;
    for (const entry of before) if (entry !== undefined) this.#put(entry);
  }
}

// The first of the places that a word may have.
function placeOf(hash: number, places: number): number {
  return ((hash ^ (hash >>> 15)) & (places / PLACES_OF_WORD - 1)) * PLACES_OF_WORD;
}
