// The terms of one index by their keys: a Map for those that came since the start, and for those of the
// snapshot their texts as they stand in it, found by a table of places that stands there, too. Making a
// text and an entry of a Map out of each would be most of a start, and most are never asked for. Open
// addressing with linear probing (Knuth, The Art of Computer Programming, volume 3, section 6.4).

import type { Steps } from "../../base/in_turns.ts";
import { hashOf } from "./_id_table.ts";
import { TextColumn } from "./_text_column.ts";
import type { FieldReader, FieldWriter } from "../snapshot/snapshot_fields.ts";

// An entry of the Map with its text; a saved one has its characters, two columns and the table.
const ADDED_BYTES = 80;
const SAVED_BYTES = 28;
// Half-empty tables make short probes.
const PLACES_OF_TERM = 2;
const EMPTY = -1;
// A saved term that was forgotten; no term has such a number.
const FORGOTTEN = 0xffffffff;
// Terms that are put in their places without a pause: about a millisecond.
const TERMS_AT_ONCE = 4_096;

/** Numbers of terms by key; as a Map, but in no promised order. */
export class Vocabulary {
  readonly #added = new Map<string, number>();
  // By saved term: its key, and the number it is known by.
  readonly #keys = new TextColumn();
  #numbers = new Uint32Array(0);
  #places = new Int32Array(0);
  #saved = 0;

  /** How many there are. */
  get size(): number {
    return this.#added.size + this.#saved;
  }

  /** Bytes held, roughly. */
  get bytes(): number {
    return this.#added.size * ADDED_BYTES + this.#numbers.length * SAVED_BYTES;
  }

  /** The number of a term; undefined for an unknown one. */
  get(key: string): number | undefined {
    const added = this.#added.get(key);
    if (added !== undefined) return added;
    const saved = this.#find(key);
    return saved === undefined ? undefined : this.#numbers[saved];
  }

  /** True when there is a term of that key. */
  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  /** Adds a term whose key is not there. */
  add(key: string, number: number): void {
    this.#added.set(key, number);
  }

  /** Forgets a term; does nothing for an unknown one. */
  delete(key: string): void {
    if (this.#added.delete(key)) return;
    const saved = this.#find(key);
    if (saved === undefined) return;
    this.#numbers[saved] = FORGOTTEN;
    this.#saved--;
  }

  /** All keys; one that is added meanwhile comes, too. */
  *keys(): Iterable<string> {
    for (const [key] of this) yield key;
  }

  /** All keys with their numbers. */
  *[Symbol.iterator](): Iterator<readonly [string, number]> {
    for (let saved = 0; saved < this.#numbers.length; saved++) {
      const number = this.#numbers[saved] ?? FORGOTTEN;
      if (number !== FORGOTTEN) yield [this.#keys.at(saved), number];
    }
    yield* this.#added;
  }

  /** Writes everything to a snapshot; nothing may be added or forgotten meanwhile. */
  *save(out: FieldWriter): Steps<void> {
    const keys: string[] = [];
    const numbers = new Uint32Array(this.size);
    let length = 1;
    while (length < PLACES_OF_TERM * this.size) length *= 2;
    const places = new Int32Array(length).fill(EMPTY);
    for (const [key, number] of this) {
      numbers[keys.length] = number;
      let place = hashOf(key) & (length - 1);
      while (places[place] !== EMPTY) place = (place + 1) & (length - 1);
      places[place] = keys.push(key) - 1;
      if (keys.length % TERMS_AT_ONCE === 0) yield;
    }
    yield* out.texts(keys);
    out.column(numbers);
    out.column(places);
  }

  /** Takes over what `save` wrote; to be called on a new one. */
  load(from: FieldReader): void {
    this.#keys.load(from);
    this.#numbers = from.column(Uint32Array);
    this.#places = from.column(Int32Array);
    this.#saved = this.#numbers.length;
  }

  #find(key: string): number | undefined {
    if (this.#saved === 0) return undefined;
    const mask = this.#places.length - 1;
    for (let place = hashOf(key) & mask;; place = (place + 1) & mask) {
      const saved = this.#places[place] ?? EMPTY;
      if (saved === EMPTY) return undefined;
      if (this.#numbers[saved] !== FORGOTTEN && this.#keys.isAt(saved, key)) return saved;
    }
  }
}
